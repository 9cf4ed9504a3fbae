import type { Actor } from '../auth/actor.ts';
import { authorOf } from '../auth/author.ts';
import { checkRepositoryNeed, type RepositoryNeed } from '../auth/permission.ts';
import { unprocessable } from '../error.ts';
import { inTurn } from '../in-turn.ts';
import { recordTimeline } from '../issue/record.ts';
import type { QueueEntry } from '../model/queue.ts';
import { blockersOf, isMergeable } from '../pull/mergeability.ts';
import type { PullPlace } from '../pull/state.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity } from '../world.ts';
import { advanceQueue } from './advance.ts';
import { announceEnqueued } from './announce.ts';
import { leaveQueue } from './leave.ts';
import { entryOf, queueOf, queueRule } from './store.ts';

/** Putting pulls into the queue and taking them out. */
const QUEUE_PULL: RepositoryNeed = {
  app: { contents: 'write', pull_requests: 'write' },
  user: 'write',
};

/**
 * Puts a pull at the end of its base's queue.
 *
 * @throws ApiError 422 where there is no queue, the pull is in it, or could not be merged for another reason; 403.
 */
export async function enqueuePull(
  kernel: Kernel,
  place: PullPlace,
  { actor, expectedHead }: { actor: Actor; expectedHead: string | null },
): Promise<QueueEntry> {
  const { repository, pull } = place;
  checkRepositoryNeed(kernel.world, actor, { repository, need: QUEUE_PULL });
  const problem = await problemOf(kernel, place, expectedHead);
  if (problem) throw unprocessable(problem);
  const author = authorOf(kernel.world, actor);
  const entry: QueueEntry = {
    ...nextIdentity(kernel.world, 'MergeQueueEntry'),
    pullNumber: pull.number,
    branch: pull.baseBranch,
    headSha: pull.headSha,
    enqueuerId: author.account.id,
    enqueuedAt: kernel.clock.now(),
    group: null,
  };
  queueOf(repository).push(entry);
  recordTimeline(kernel, place.issue, { event: 'added_to_merge_queue', author });
  await announceEnqueued(kernel, place, author);
  void kernel.busy.during(advanceQueue(kernel, repository, entry.branch));
  return entry;
}

/** Takes a pull out of its queue by hand. @throws ApiError 422 for one that is not in it, 403. */
export async function dequeuePull(kernel: Kernel, place: PullPlace, actor: Actor): Promise<QueueEntry> {
  const { repository, pull } = place;
  checkRepositoryNeed(kernel.world, actor, { repository, need: QUEUE_PULL });
  const entry = entryOf(repository, pull.number);
  if (!entry) throw unprocessable('Pull request is not in the merge queue');
  const author = authorOf(kernel.world, actor);
  await inTurn(queueOf(repository), () => leaveQueue(kernel, place, { author, reason: 'MANUAL' }));
  void kernel.busy.during(advanceQueue(kernel, repository, entry.branch));
  return entry;
}

async function problemOf(
  kernel: Kernel,
  place: PullPlace,
  expectedHead: string | null,
): Promise<string | null> {
  const { repository, pull, issue } = place;
  if (!queueRule(repository, pull.baseBranch)) return `${pull.baseBranch} has no merge queue`;
  if (entryOf(repository, pull.number)) return 'Pull request is already in the queue';
  if (issue.state !== 'open') return 'Pull request is closed';
  if (pull.draft) return 'Pull request is still a draft';
  if (expectedHead !== null && expectedHead !== pull.headSha)
    return 'Head branch was modified. Review and try again.';
  if (!(await isMergeable(kernel, repository, pull))) return 'Pull request is not mergeable';
  const [blocker] = await blockersOf(kernel, place);
  return blocker === undefined ? null : `Pull request ${blocker}`;
}
