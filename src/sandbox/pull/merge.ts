import type { Actor } from '../auth/actor.ts';
import { authorOf } from '../auth/author.ts';
import { NO_COMMIT } from '../git/ref.ts';
import { branchHead } from '../git/resolve.ts';
import { refusalMessage, type RefRefusal } from '../ref-refusal.ts';
import { updateRefs } from '../ref-update.ts';
import type { Kernel } from '../sandbox.ts';
import { buildMerge, type MergeForm } from './build-merge.ts';
import { markMerged, type PullPlace } from './state.ts';

/** How a pull is to be merged. */
export interface PullMerge extends MergeForm {
  /** Merge only this head. */
  sha?: string | undefined;
}

/** The commit that a merge made, or why there is none, with GitHub's status and words. */
export type PullMergeResult =
  | { kind: 'merged'; sha: string }
  | { kind: 'refused'; status: 403 | 405 | 409; message: string };

/**
 * Merges an open pull into its base.
 *
 * Refuses: 405 for a closed, draft or conflicting pull and for broken rules, 409 when the head is not `sha` or the base
 * moved meanwhile, 403 when the base may not move for another reason.
 */
export async function mergePull(
  kernel: Kernel,
  place: PullPlace,
  merge: PullMerge,
): Promise<PullMergeResult> {
  const { repository, issue } = place;
  // As it is now: a push meanwhile must not lend its checks to a merge of the head before.
  const pull = { ...place.pull };
  const refusal = refusalBefore(place, merge);
  if (refusal) return refusal;
  const base = await branchHead(kernel.git.open(repository), pull.baseBranch);
  if (base === null) return refuse(405, 'Base branch does not exist');
  const sha = await buildMerge(kernel, { repository, issue, pull }, { merge, base });
  if (sha === null)
    return refuse(
      405,
      merge.method === 'rebase' ? "This branch can't be rebased" : 'Pull Request is not mergeable',
    );
  const change = { ref: `refs/heads/${pull.baseBranch}`, oldSha: base, newSha: sha };
  const via = { kind: 'pull' as const, pull, issue, method: merge.method };
  const [outcome] = await updateRefs(kernel, { repository, actor: merge.actor, changes: [change], via });
  if (outcome?.refusal) return refuseMove(outcome.refusal);
  await finishMerge(kernel, place, { actor: merge.actor, base, commitSha: sha });
  return { kind: 'merged', sha };
}

/** Does what follows when a base has moved from `base` to the merge of a pull. */
export async function finishMerge(
  kernel: Kernel,
  place: PullPlace,
  { actor, base, commitSha }: { actor: Actor; base: string; commitSha: string },
): Promise<void> {
  // A merged pull keeps the base it was merged onto.
  place.pull.baseSha = base;
  await markMerged(kernel, place, { commitSha, author: authorOf(kernel.world, actor) });
  if (place.repository.deleteBranchOnMerge) await deleteHead(kernel, place, actor);
}

function refusalBefore({ pull, issue }: PullPlace, merge: PullMerge): PullMergeResult | null {
  if (issue.state !== 'open') return refuse(405, 'Pull Request is not mergeable');
  if (pull.draft) return refuse(405, 'Pull Request is still a draft');
  const stale = merge.sha !== undefined && merge.sha !== pull.headSha;
  return stale ? refuse(409, 'Head branch was modified. Review and try the merge again.') : null;
}

function refuseMove(refusal: RefRefusal): PullMergeResult {
  if (refusal.kind === 'stale')
    return refuse(409, 'Base branch was modified. Review and try the merge again.');
  return refuse('violations' in refusal ? 405 : 403, refusalMessage(refusal));
}

function refuse(status: 403 | 405 | 409, message: string): PullMergeResult {
  return { kind: 'refused', status, message };
}

/** A branch of a fork is its owner's to delete. */
async function deleteHead(kernel: Kernel, { repository, pull }: PullPlace, actor: Actor): Promise<void> {
  if (pull.headRepositoryId !== repository.id) return;
  const change = { ref: `refs/heads/${pull.headBranch}`, oldSha: pull.headSha, newSha: NO_COMMIT };
  await updateRefs(kernel, { repository, actor, changes: [change] });
}
