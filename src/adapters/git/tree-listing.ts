import type { Oid } from '../../ports/repository.ts';
import type { GitRunner } from './run-git.ts';

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'commit' | 'tree';
  readonly oid: Oid;
}

const ENTRY = /^(\d+) (blob|commit|tree) ([0-9a-f]+)$/u;

/** Everything in a tree but folders, or only what lies exactly at `paths`. */
export async function listTree(
  git: GitRunner,
  tree: Oid,
  paths: readonly string[] = [],
): Promise<readonly TreeEntry[]> {
  const { stdout } = await git.run({
    args: ['ls-tree', '-r', '-z', '--full-tree', tree, '--', ...paths],
  });
  return stdout
    .toString('utf8')
    .split('\0')
    .flatMap((line) => {
      const tab = line.indexOf('\t');
      const [, mode = '', type, oid = ''] = ENTRY.exec(line.slice(0, tab)) ?? [];
      if (type !== 'blob' && type !== 'commit' && type !== 'tree') return [];
      return [{ path: line.slice(tab + 1), mode, type, oid } satisfies TreeEntry];
    });
}
