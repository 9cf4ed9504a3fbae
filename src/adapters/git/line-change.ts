import type { Oid } from '../../ports/repository.ts';
import { parseRawChange, type FileChange } from './file-change.ts';
import type { ObjectStore } from './object-store.ts';

/** A range of lines of the older file, from 1. `count` 0: something was put in after line `start`. */
export interface LineRange {
  readonly start: number;
  readonly count: number;
}

export interface ChangedLines {
  /** In the older tree. */
  readonly path: string;
  readonly change: FileChange;
  /** Empty for binary files. */
  readonly ranges: readonly LineRange[];
}

/** Which lines of the files of `from` are others, or gone, in `to`. Only text files that `from` has. */
export async function readChangedLines(
  store: ObjectStore,
  trees: { readonly from: Oid; readonly to: Oid },
  options: { readonly paths?: readonly string[]; readonly followRenames: boolean },
): Promise<readonly ChangedLines[]> {
  const { stdout } = await store.git.run({
    args: [
      'diff-tree',
      '-r',
      '-z',
      '--raw',
      '-p',
      '--unified=0',
      '--no-abbrev',
      '--no-ext-diff',
      '--no-textconv',
      options.followRenames ? '-M' : '--no-renames',
      trees.from,
      trees.to,
      '--',
      ...(options.paths ?? []),
    ],
    remote: true,
  });
  return parse(stdout.toString('latin1')).filter(({ change }) => change.oldMode.startsWith('100'));
}

/** First the list of files, an empty token, then the patches of the files in the same order. */
function parse(output: string): readonly ChangedLines[] {
  const listEnd = output.startsWith(':') ? output.indexOf('\0\0') : -1;
  if (listEnd === -1) return [];
  const changes = parseList(output.slice(0, listEnd).split('\0'));
  const patches = output
    .slice(listEnd + 2)
    .split(/^diff --git .*\n/mu)
    .slice(1);
  const found: ChangedLines[] = [];
  let index = 0;
  for (const change of changes) {
    found.push({ path: change.path, change, ranges: parseRanges(patches[index] ?? '') });
    // A file that became another kind of file is shown as a deletion and an addition.
    index += change.status === 'T' ? 2 : 1;
  }
  return found;
}

function parseList(tokens: readonly string[]): readonly FileChange[] {
  const changes: FileChange[] = [];
  for (let index = 0; index + 1 < tokens.length;) {
    const path = Buffer.from(tokens[index + 1] ?? '', 'latin1').toString('utf8');
    const change = parseRawChange(tokens[index] ?? '', path);
    changes.push(change);
    index += /^[RC]/u.test(change.status) ? 3 : 2;
  }
  return changes;
}

function parseRanges(patch: string): readonly LineRange[] {
  return [...patch.matchAll(/^@@ -(\d+)(?:,(\d+))? /gmu)].map(([, start, count]) => ({
    start: Number(start),
    count: count === undefined ? 1 : Number(count),
  }));
}

/** The lines that are in a range of both lists. */
export function commonLines(some: readonly LineRange[], others: readonly LineRange[]): readonly LineRange[] {
  return some.flatMap((a) =>
    others.flatMap((b) => {
      const start = Math.max(a.start, b.start);
      const count = Math.min(a.start + a.count, b.start + b.count) - start;
      return count > 0 ? [{ start, count }] : [];
    }),
  );
}

/** The ranges with so many lines before and after; for what was put in, the lines between which it was. */
export function withNeighbours(ranges: readonly LineRange[], lines: number): readonly LineRange[] {
  return ranges.map(({ start, count }) => {
    const first = count === 0 ? start + 1 : start;
    const from = Math.max(1, first - lines);
    return { start: from, count: first + count + lines - from };
  });
}
