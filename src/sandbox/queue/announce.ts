import type { Author } from '../auth/author.ts';
import { timestamp } from '../clock.ts';
import { readCommit } from '../git/commit.ts';
import type { MergeGroup, QueueEntry } from '../model/queue.ts';
import type { Repository } from '../model/repository.ts';
import type { PullPlace } from '../pull/state.ts';
import type { Kernel } from '../sandbox.ts';
import { serialisePull } from '../serialise/pull.ts';
import { emit } from '../webhook/emit.ts';
import type { EventBody } from '../webhook/event.ts';
import { queueBot } from './bot.ts';

/** Why a pull left the queue. */
export type DequeueReason = EventBody<'pull-request/dequeued'>['reason'];
/** Why the branch of a merge group went. */
export type GroupEnd = NonNullable<EventBody<'merge-group/destroyed'>['reason']>;

/** Tells that a pull joined its queue. */
export async function announceEnqueued(kernel: Kernel, place: PullPlace, author: Author): Promise<void> {
  emit(kernel, 'pull-request/enqueued', {
    repository: place.repository,
    sender: author.account,
    workflowRunId: author.workflowRunId,
    body: await pullBody(kernel, place),
  });
}

/** Tells that a pull left its queue, and why. */
export async function announceDequeued(
  kernel: Kernel,
  place: PullPlace,
  { author, reason }: { author: Author; reason: DequeueReason },
): Promise<void> {
  emit(kernel, 'pull-request/dequeued', {
    repository: place.repository,
    sender: author.account,
    workflowRunId: author.workflowRunId,
    body: { ...(await pullBody(kernel, place)), reason },
  });
}

/** Asks for the checks of a merge group. */
export async function announceGroup(
  kernel: Kernel,
  repository: Repository,
  { branch, group }: { branch: string; group: MergeGroup },
): Promise<void> {
  emit(kernel, 'merge-group/checks-requested', {
    repository,
    sender: queueBot(kernel),
    body: { merge_group: await payloadGroup(kernel, repository, { branch, group }) },
  });
}

/** Tells that a merge group is no more. */
export async function announceGroupEnd(
  kernel: Kernel,
  repository: Repository,
  ended: { entry: QueueEntry; group: MergeGroup; reason: GroupEnd },
): Promise<void> {
  const { entry, group, reason } = ended;
  emit(kernel, 'merge-group/destroyed', {
    repository,
    sender: queueBot(kernel),
    body: { merge_group: await payloadGroup(kernel, repository, { branch: entry.branch, group }), reason },
  });
}

async function pullBody(kernel: Kernel, place: PullPlace) {
  return {
    number: place.pull.number,
    pull_request: await serialisePull(kernel, place.repository, place),
  };
}

async function payloadGroup(
  kernel: Kernel,
  repository: Repository,
  { branch, group }: { branch: string; group: MergeGroup },
) {
  const commit = await readCommit(kernel.git.reader(repository), group.headSha);
  if (!commit) throw new Error(`merge group ${group.headSha} has no commit`);
  const { author, committer } = commit;
  return {
    head_sha: group.headSha,
    head_ref: group.headRef,
    base_sha: group.baseSha,
    base_ref: `refs/heads/${branch}`,
    head_commit: {
      id: commit.sha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: timestamp(committer.atMs),
      author: { name: author.name, email: author.email },
      committer: { name: committer.name, email: committer.email },
    },
  };
}
