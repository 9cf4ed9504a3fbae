import type { Bug } from '../../domain/bug.ts';
import { nextSlot } from '../../domain/calendar.ts';
import { move } from '../../domain/decision.ts';
import type { OrderedHotfix } from '../../domain/hotfix-order.ts';
import { queueForUat } from '../../domain/hotfix-uat.ts';
import { fixedByHotfix, slaOf } from '../../domain/hotfix.ts';
import {
  locksOf,
  withDeployed,
  withLocks,
  type EnvironmentRecord,
  type LedgerState,
} from '../../domain/ledger.ts';
import { lockAfterRollback, withoutOperation } from '../../domain/lock.ts';
import type { Member } from '../../domain/person.ts';
import { refuseOvertaken } from '../../domain/order-gate.ts';
import type { Refusal } from '../../domain/reason.ts';
import { withEnd, type Release } from '../../domain/release.ts';
import { statusAfter } from '../../domain/status.ts';
import { beginAgain, withLandings } from '../../domain/take-back.ts';
import {
  renderHotfixFailed,
  renderHotfixLive,
  renderUatNext,
  reviewWords,
} from '../../domain/text/hotfix.ts';
import { renderSlot } from '../../domain/text/time.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { record, type Intent } from '../record.ts';
import { tellWithCard } from './tell-with-card.ts';

/** A hotfix that is live. */
export interface DoneHotfix {
  readonly release: OrderedHotfix;
  readonly deploymentId: number | null;
  /** Whoever signed it off, with what they may do. */
  readonly members: readonly Member[];
}

/**
 * Writes down that a hotfix is live: the bug is on PROD and, by the same sign-off, queued for UAT; PROD has a new commit;
 * its people hear of it. The review of a P1 is scheduled.
 */
export async function completeHotfix(context: Context, setting: Setting, done: DoneHotfix): Promise<void> {
  const { release } = done;
  const bug = await record(context, setting, (state) => {
    const atMs = context.clock.nowMs();
    const landed = landBug(state, release, atMs);
    if (landed === null) throw new Error(`the ledger has no bug ${release.hotfix.bug}`);
    const { members } = done;
    const next = queueForUat(landed, release.hotfix.fixes, { ...setting, members, atMs });
    const slot = nextSlot(setting.calendar, 'T2', atMs);
    const isQueued = next.status === 'pending_uat_merge';
    const uat = renderUatNext(isQueued ? `T2 ${renderSlot(setting.calendar, slot, atMs)}` : null);
    const body = renderHotfixLive(next, { release, sla: slaOf(next, setting.policy), uat });
    return {
      writes: {
        bugs: [next],
        releases: [release],
        environments: [environmentAfter(state, done, atMs)],
        outbox: [
          {
            id: `live-${release.id}`,
            issue: next.number,
            createdAtMs: atMs,
            action: { kind: 'comment', body },
          },
        ],
      },
      message: `${release.id} live: #${next.number} on prod`,
      result: next,
    };
  });
  await scheduleReview(context, setting, bug);
}

/** Somebody may have ended the bug while its fix was on the way: the fix is there, the bug stays ended. */
function landBug(state: LedgerState, { hotfix, envelope, id }: OrderedHotfix, atMs: number): Bug | null {
  const bug = state.bugs.get(hotfix.bug);
  if (bug === undefined) return null;
  const fresh = landingsOf(bug, hotfix).map((landing) => ({ ...landing, atMs }));
  const landed: Bug = { ...withLandings(bug, 'prod', fresh), hold: null };
  if (statusAfter('deploy_hotfix', bug.status, bug.flow) === null) return landed;
  return move(landed, 'deploy_hotfix', {
    atMs,
    by: null,
    note: `${id}: prod ${envelope.commit.slice(0, 7)}`,
  });
}

/** Those that an earlier try has not left there. */
function landingsOf({ landings }: Bug, { stage }: OrderedHotfix['hotfix']): Bug['landings'] {
  const present = landings.filter(({ environment }) => environment === 'prod').map(({ pull }) => pull);
  return (stage?.bugs ?? []).flatMap((each) => each.landings).filter(({ pull }) => !present.includes(pull));
}

function environmentAfter(
  state: LedgerState,
  { release, deploymentId }: DoneHotfix,
  atMs: number,
): EnvironmentRecord {
  const { commit, previous, rollback } = release.envelope;
  return withDeployed(unlocked(state, release), 'prod', {
    commit,
    slot: null,
    release: release.id,
    previous,
    rollback,
    atMs,
    deploymentId,
  });
}

function unlocked(state: LedgerState, { hotfix }: OrderedHotfix): EnvironmentRecord {
  const locks = withoutOperation(locksOf(state, 'prod'), hotfix.operation);
  return withLocks(state.environments.get('prod'), 'prod', locks);
}

/** Once a bug: the review's alert is kept in the ledger. The card names its issue. */
async function scheduleReview(context: Context, setting: Setting, bug: Bug): Promise<void> {
  const fixedAtMs = fixedByHotfix(bug);
  const sla = slaOf(bug, setting.policy);
  if (fixedAtMs === null || sla?.priority !== 'P1') return;
  await tellWithCard(context, setting, reviewWords(bug, fixedAtMs, setting.calendar));
}

/** A hotfix that is not live. */
interface FailedHotfix {
  readonly release: OrderedHotfix;
  readonly refusal: Refusal;
  /** The branch has the candidate, only PROD does not, or not any more. */
  readonly isOnBranch?: boolean;
  /** What was live was taken back, or half of it: no slot follows before somebody has looked. */
  readonly wasTakenBack?: boolean;
  /** As it was read by whoever does not have it in hand: what others have made of it since stays. */
  readonly read?: Release;
}

/** Writes down that a hotfix did not come to PROD: the bug stays where it is, PROD is free, and it can be ordered again. */
export async function failHotfix(context: Context, setting: Setting, failed: FailedHotfix): Promise<void> {
  const { release, refusal, wasTakenBack = false, read } = failed;
  const { reason } = refusal;
  await record(context, setting, (state): Intent<null> => {
    if (read !== undefined && refuseOvertaken(state.releases.get(read.id), read) !== null)
      return { writes: null, message: '', result: null };
    const atMs = context.clock.nowMs();
    const bug = state.bugs.get(release.hotfix.bug);
    const ended = release.state === 'planned' ? 'failed' : release.state;
    const body = renderHotfixFailed(release, refusal);
    return {
      writes: {
        bugs: bug === undefined ? [] : [holdBug(bug, failed, atMs)],
        releases: [withEnd(release, { state: ended, endedAtMs: atMs, reason })],
        environments: [wasTakenBack ? lockedBehind(state, failed, atMs) : unlocked(state, release)],
        outbox: [
          {
            id: `failed-${release.id}-${atMs}`,
            issue: release.hotfix.bug,
            createdAtMs: atMs,
            action: { kind: 'comment', body },
          },
        ],
      },
      message: `${release.id} failed: ${reason}`,
      result: null,
    };
  });
}

/** The words for what was taken back whole brought it, and are used up, though the branch has it yet. */
function holdBug(bug: Bug, { release, refusal, isOnBranch = false }: FailedHotfix, atMs: number): Bug {
  const { reason, message } = refusal;
  const landings = [...bug.landings, ...(isOnBranch ? landingsOf(bug, release.hotfix) : [])];
  const held = { ...bug, hold: { reason, message, slot: null, atMs }, landings };
  if (release.state !== 'rolled_back') return held;
  return beginAgain(held, release, { pulls: release.hotfix.fixes.map(({ pull }) => pull), atMs });
}

function lockedBehind(
  state: LedgerState,
  { release, refusal }: { readonly release: OrderedHotfix; readonly refusal: Refusal },
  nowMs: number,
): EnvironmentRecord {
  const freed = unlocked(state, release);
  // Long after a dead run another one may have PROD: nothing stands in its way.
  if (freed.locks.leases.some(({ owner }) => owner.kind === 'run')) return freed;
  const locks = lockAfterRollback(freed.locks, {
    operation: release.id,
    reason: refusal.reason.replaceAll('_', ' '),
    nowMs,
  });
  return withLocks(freed, 'prod', locks);
}
