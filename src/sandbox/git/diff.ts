import { remembered } from '../../process/remembered.ts';
import { git } from './run.ts';

/** How one file differs between two trees. */
export interface FileChange {
  path: string;
  previousPath: string | null;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  /** The blob afterwards; before, for a removed file. */
  sha: string;
  additions: number;
  deletions: number;
  /** Unified hunks without the file headers; `null` for binary files and pure renames. */
  patch: string | null;
}

const STATUS: { [letter: string]: FileChange['status'] } = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

/** Lists what changed from one tree or commit, by its sha, to another, in order of path, with patches. The newest 200 answers are remembered. */
export const diffFiles = remembered(
  200,
  async (folder: string, from: string, to: string): Promise<readonly FileChange[]> => {
    const trees = ['--end-of-options', from, to];
    const [summary, patches] = await Promise.all([
      git(folder, ['diff-tree', '-r', '-M', '--raw', '--numstat', '--abbrev=40', '-z', ...trees]),
      git(folder, ['diff-tree', '-r', '-M', '-p', '--no-color', '--no-ext-diff', ...trees]),
    ]);
    const texts = splitPatches(patches);
    return parseSummary(summary).map((file) => {
      // A change of type (file to symlink) is written as a removal and an addition.
      const own = texts.splice(0, file.status === 'changed' ? 2 : 1);
      return { ...file, patch: hunksOf(own[0] ?? '') };
    });
  },
);

type Summary = Omit<FileChange, 'patch'>;

/** Reads `--raw` rows, then as many `--numstat` rows, all parted by NUL. */
function parseSummary(text: string): Summary[] {
  const fields = text.split('\0').values();
  const next = (): string => fields.next().value ?? '';
  const files: Summary[] = [];
  let field = next();
  for (; field.startsWith(':'); field = next()) files.push(readRawRow(field, next));
  for (const file of files) {
    const [additions, deletions] = field.split('\t');
    // `-` marks a binary file.
    file.additions = Number(additions) || 0;
    file.deletions = Number(deletions) || 0;
    // A renamed file's two paths follow as fields of their own.
    if (file.previousPath !== null) for (let skipped = 0; skipped < 2; skipped += 1) next();
    field = next();
  }
  return files;
}

/** `:<mode> <mode> <sha> <sha> <status>`, then the path, or the old and the new one. */
function readRawRow(row: string, next: () => string): Summary {
  const [, , before = '', after = '', code = ''] = row.split(' ');
  const status = STATUS[code.charAt(0)] ?? 'changed';
  const previousPath = status === 'renamed' || status === 'copied' ? next() : null;
  return {
    path: next(),
    previousPath,
    status,
    sha: status === 'removed' ? before : after,
    additions: 0,
    deletions: 0,
  };
}

function splitPatches(text: string): string[] {
  return text.split(/^(?=diff --git )/m).filter((part) => part.startsWith('diff --git '));
}

function hunksOf(patch: string): string | null {
  const start = patch.search(/^@@ /m);
  return start < 0 ? null : patch.slice(start).replace(/\n$/, '');
}
