import { writeCommit, type Commit, type CommitContent } from './commit.ts';
import { tryGit } from './run.ts';

/** How a merge in the object store ended. */
export type MergeResult = { kind: 'clean'; tree: string } | { kind: 'conflict'; files: string[] };

/**
 * Merges two commits without a work tree.
 *
 * Source: git-merge-tree(1), `--write-tree`; git 2.38 and newer.
 */
export async function mergeCommits(folder: string, ours: string, theirs: string): Promise<MergeResult> {
  const args = [
    'merge-tree',
    '--write-tree',
    '--allow-unrelated-histories',
    '--name-only',
    '--no-messages',
    '-z',
    ours,
    theirs,
  ];
  const result = await tryGit(folder, args);
  const [tree = '', ...files] = result.stdout.toString().split('\0');
  if (result.code === 0) return { kind: 'clean', tree };
  if (result.code === 1)
    return { kind: 'conflict', files: [...new Set(files.filter((file) => file !== ''))] };
  throw new Error(`git merge-tree: ${result.stderr.trim()}`);
}

/**
 * The tree that applying one commit's change onto another commit gives.
 *
 * A graft does it on git 2.39 too, which has no `--merge-base`: onto's tree as if it grew from the picked commit's parent.
 */
export async function pickCommit(folder: string, ontoTree: string, picked: Commit): Promise<MergeResult> {
  const graft: CommitContent = {
    ...picked,
    tree: ontoTree,
    parents: picked.parents.slice(0, 1),
    message: 'graft',
  };
  return mergeCommits(folder, writeCommit(folder, graft), picked.sha);
}
