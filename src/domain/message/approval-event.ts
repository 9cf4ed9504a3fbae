import { APPROVED_ENVIRONMENT, keyOf, type Approval } from '../approval.ts';
import type { Bug } from '../bug.ts';
import { nextSlot } from '../calendar.ts';
import { named, type Commit } from './commit.ts';
import type { MessageEvent } from './event.ts';

/** An approval that a commit brings, with the bug that it queues. */
interface Queued {
  readonly bug: Bug;
  readonly approval: Approval;
}

/** What a commit says of approvals that queue something: one event for all that one word approves. */
export function approvalEvents(commit: Commit): MessageEvent[] {
  const queued = (commit.writes.bugs ?? []).flatMap((bug) => queuedBy(commit, bug));
  const words = Map.groupBy(queued, ({ approval }) => `${approval.action} ${keyOf(approval.given)}`);
  return [...words.values()].flatMap((together) => eventOf(commit, together));
}

/** One of several that are needed queues nothing yet. */
function queuedBy({ before }: Commit, bug: Bug): Queued[] {
  if (bug.status !== 'pending_prod' && bug.status !== 'pending_uat_merge') return [];
  const known = (before.bugs.get(bug.number)?.approvals ?? []).map(({ given }) => keyOf(given));
  return bug.approvals
    .filter(({ given }) => !known.includes(keyOf(given)))
    .map((approval) => ({ bug, approval }));
}

function eventOf(commit: Commit, together: readonly Queued[]): MessageEvent[] {
  const [first] = together;
  if (first === undefined) return [];
  const { action, by, writtenAtMs } = first.approval;
  const slot = nextSlot(commit.calendar, 'T2', writtenAtMs);
  const facts = {
    bugs: named(
      commit,
      together.map(({ bug }) => bug),
    ),
    environment: APPROVED_ENVIRONMENT[action].toUpperCase(),
    who: by.login,
    slot: slot.id,
    at: { atMs: slot.startsAtMs },
    left: { forMs: Math.max(0, slot.startsAtMs - commit.nowMs) },
  };
  return [{ kind: 'approval_queued', key: `${first.bug.number}-${commit.nowMs}`, facts }];
}
