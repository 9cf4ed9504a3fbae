import type { Oid } from '../../ports/repository.ts';
import { mergeBaseOf } from './ancestry.ts';
import { writeCommit } from './commit-object.ts';

import { asUtf8, tidied } from './message.ts';
import type { Attempt, PlannedMerge } from './pick.ts';
import type { StackSession, Tip } from './stack-session.ts';
import { mergeCommits, type MergedTree } from './three-way.ts';

/** Merges a head into the branch with a merge commit of its own, as `git merge --no-ff` does. */
export async function attemptMerge(session: StackSession, onto: Tip, change: PlannedMerge): Promise<Attempt> {
  const source = await session.commit(change.head);
  const merged = await mergeHead(session, onto, change.head);
  if (merged.conflicts.length > 0) return { tip: onto, made: [], stopped: { source, merged, tip: onto } };
  if (merged.tree === onto.tree) return { tip: onto, made: [], stopped: null };
  const commit = await writeCommit(session.store.git.directory, {
    tree: merged.tree,
    parents: [onto.commit, change.head],
    author: session.committer,
    committer: session.committer,
    message: asUtf8(tidied(Buffer.from(change.message, 'utf8').toString('latin1'))),
  });
  return {
    tip: { commit, tree: merged.tree },
    made: [{ oid: commit, source: change.head }],
    stopped: null,
  };
}

async function mergeHead(session: StackSession, onto: Tip, head: Oid): Promise<MergedTree> {
  // Git refuses to merge what has nothing in common; one such change is not to end the whole stack.
  if ((await mergeBaseOf(session.store.git, onto.commit, head)) === null) {
    return { tree: onto.tree, conflicts: [{ path: '.', type: 'unrelated histories' }] };
  }
  return mergeCommits(await session.placeFor(onto.tree), onto.commit, head);
}
