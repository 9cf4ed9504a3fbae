import type { Release } from '../release.ts';
import type { Commit } from './commit.ts';
import type { MessageEvent, MessageWord } from './event.ts';

/** What a commit says of rollbacks: ordered, live or failed by order; or made by a check of the release itself. */
export function rollbackEvents(commit: Commit): MessageEvent[] {
  const { before, writes } = commit;
  const releases = writes.releases ?? [];
  const undone = new Set(releases.flatMap(({ order }) => order?.undoes ?? []));
  return releases.flatMap((release): MessageEvent[] => {
    // One that an order takes back is told of as that order.
    const isNews = before.releases.get(release.id)?.state !== release.state && !undone.has(release.id);
    const state = isNews ? stateOf(release) : null;
    return state === null ? [] : [told(commit, release, state)];
  });
}

type RollbackState = Extract<MessageWord, 'ordered' | 'done' | 'failed'>;

/** How far a rollback is; `null` for a release that is none and was not taken back. */
function stateOf({ kind, state }: Release): RollbackState | null {
  if (state === 'rolled_back') return 'done';
  if (kind !== 'rollback') return null;
  return ({ planned: 'ordered', live: 'done', failed: 'failed' } as const)[state];
}

const NEXT_STEP: Readonly<Record<RollbackState, MessageWord>> = {
  ordered: 'todo_wait',
  done: 'todo_mend',
  failed: 'todo_again',
};

function told({ nowMs }: Commit, release: Release, state: RollbackState): MessageEvent {
  const facts = {
    ...askedFor(release),
    environment: release.environment.toUpperCase(),
    at: { atMs: nowMs },
    state: { word: state },
    todo: { word: NEXT_STEP[state] },
  };
  return { kind: 'rollback', key: `${release.id}-${state}-${nowMs}`, facts };
}

/** Who wants to go where, and why: as somebody ordered it, or a check of the release itself. */
function askedFor({ order, envelope, reason }: Release) {
  const { commit, previous } = envelope;
  if (order === null) {
    const why = (reason ?? '').replaceAll('_', ' ');
    return { target: (previous ?? '').slice(0, 7), reason: why, who: { word: 'automatic' } as const };
  }
  const target = [commit.slice(0, 7), ...(order.to === null ? [] : [order.to])].join(', ');
  return { target, reason: order.reason, who: order.by?.login ?? ({ word: 'automatic' } as const) };
}
