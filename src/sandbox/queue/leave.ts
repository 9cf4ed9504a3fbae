import type { Author } from '../auth/author.ts';
import { NO_COMMIT } from '../git/ref.ts';
import { recordTimeline } from '../issue/record.ts';
import type { QueueEntry } from '../model/queue.ts';
import type { Repository } from '../model/repository.ts';
import type { PullPlace } from '../pull/state.ts';
import { updateRefs } from '../ref-update.ts';
import type { Kernel } from '../sandbox.ts';
import { announceDequeued, announceGroupEnd, type DequeueReason, type GroupEnd } from './announce.ts';
import { queueBot } from './bot.ts';
import { entryOf, queueOf } from './store.ts';

/** Takes a pull out of its queue, with the branch of its group; one that is not in it changes nothing. */
export async function leaveQueue(
  kernel: Kernel,
  place: PullPlace,
  { author, reason }: { author: Author; reason: DequeueReason },
): Promise<void> {
  const { repository, pull, issue } = place;
  const entry = entryOf(repository, pull.number);
  if (!entry) return;
  const queue = queueOf(repository);
  queue.splice(queue.indexOf(entry), 1);
  recordTimeline(kernel, issue, { event: 'removed_from_merge_queue', author });
  await endGroup(kernel, repository, { entry, reason: reason === 'MERGE' ? 'merged' : 'dequeued' });
  await announceDequeued(kernel, place, { author, reason });
}

/** Deletes the branch of an entry's group, where it has one. */
export async function endGroup(
  kernel: Kernel,
  repository: Repository,
  { entry, reason }: { entry: QueueEntry; reason: GroupEnd },
): Promise<void> {
  const { group } = entry;
  if (!group) return;
  entry.group = null;
  await updateRefs(kernel, {
    repository,
    actor: { kind: 'user', user: queueBot(kernel) },
    changes: [{ ref: group.headRef, oldSha: group.headSha, newSha: NO_COMMIT }],
    via: { kind: 'queue' },
  });
  await announceGroupEnd(kernel, repository, { entry, group, reason });
}
