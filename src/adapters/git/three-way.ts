import type { ConflictFile, Oid } from '../../ports/repository.ts';
import { writeCommit } from './commit-object.ts';
import type { GitRunner } from './run-git.ts';

/** Where a merge happens: the store, and the attribute folder of the branch that is merged into. */
export interface MergePlace {
  readonly git: GitRunner;
  readonly workTree: string;
}

/** What a merge gave. With conflicts, the tree holds the files with markers. */
export interface MergedTree {
  readonly tree: Oid;
  /** Empty: it merged cleanly. */
  readonly conflicts: readonly ConflictFile[];
}

const NOBODY = 'Tonic Deploy <> 0 +0000';

/**
 * Merges `theirs` into `ours` as changes of `base`, all three being trees.
 *
 * Git before 2.40 cannot be told a base, so three commits that nobody ever sees give it one: a root with the base's
 * tree and two children. No history is read, so it works where there is none.
 */
export async function mergeTrees(
  place: MergePlace,
  trees: { readonly base: Oid; readonly ours: Oid; readonly theirs: Oid },
): Promise<MergedTree> {
  const { base, ours, theirs } = trees;
  if (base === theirs || ours === theirs) return { tree: ours, conflicts: [] };
  if (base === ours) return { tree: theirs, conflicts: [] };
  const made = { author: NOBODY, committer: NOBODY, message: 'for a merge only\n' };
  const { directory } = place.git;
  const root = await writeCommit(directory, { ...made, tree: base, parents: [] });
  const [left, right] = await Promise.all([
    writeCommit(directory, { ...made, tree: ours, parents: [root] }),
    writeCommit(directory, { ...made, tree: theirs, parents: [root] }),
  ]);
  return mergeCommits(place, left, right);
}

/** Merges two commits as `git merge` does, from their own history. */
export async function mergeCommits(place: MergePlace, ours: Oid, theirs: Oid): Promise<MergedTree> {
  const { code, stdout } = await place.git.run({
    args: ['merge-tree', '--write-tree', '-z', ours, theirs],
    workTree: place.workTree,
    remote: true,
    accept: [1],
  });
  const tokens = stdout.toString('utf8').split('\0');
  const tree = tokens[0] ?? '';
  return { tree, conflicts: code === 0 ? [] : conflictsOf(tokens) };
}

/** Source: git-merge-tree(1), "OUTPUT": tree, files in conflict, an empty token, then the messages. */
function conflictsOf(tokens: readonly string[]): readonly ConflictFile[] {
  const filesEnd = tokens.indexOf('', 1);
  const types = new Map<string, string>();
  for (let index = filesEnd + 1; index < tokens.length - 1;) {
    const count = Number(tokens[index]);
    const path = tokens[index + 1] ?? '';
    const [, type] = /^CONFLICT \((.+)\)$/u.exec(tokens[index + 1 + count] ?? '') ?? [];
    if (type !== undefined && !types.has(path)) types.set(path, type);
    index += count + 3;
  }
  for (const entry of tokens.slice(1, filesEnd)) {
    const path = entry.slice(entry.indexOf('\t') + 1);
    if (!types.has(path)) types.set(path, 'contents');
  }
  return [...types].map(([path, type]) => ({ path, type })).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
