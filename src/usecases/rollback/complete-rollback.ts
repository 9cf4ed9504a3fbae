import type { Bug } from '../../domain/bug.ts';
import {
  locksOf,
  nothingDeployed,
  withLocks,
  type EnvironmentRecord,
  type LedgerState,
  type OutboxEntry,
} from '../../domain/ledger.ts';
import {
  lockAfterRollback,
  withoutOperation,
  withoutRollbacks,
  type EnvironmentLocks,
} from '../../domain/lock.ts';
import type { Refusal } from '../../domain/reason.ts';
import { withEnd, type Release } from '../../domain/release.ts';
import { refuseOvertaken, type OrderedRelease } from '../../domain/order-gate.ts';
import { withRolledBack } from '../../domain/rollback.ts';
import { isForBranchAlone } from '../../domain/left-branch.ts';
import { affectedBugs, takeBack } from '../../domain/take-back.ts';
import { isFinal } from '../../domain/status.ts';
import {
  renderRollbackChecklist,
  renderRollbackFailed,
  renderTakenBack,
} from '../../domain/text/rollback.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { record, type Intent } from '../record.ts';

/** A rollback that is live. */
export interface DoneRollback {
  readonly release: OrderedRelease;
  readonly deploymentId: number | null;
  /** Why the branch is not what is deployed, and is left to be finished; `null`: it is. */
  readonly branchRefusal: Refusal | null;
}

/**
 * Writes down that an environment is back: what it runs, what is undone, the bugs that begin again, and who hears of it.
 * Gives the checklist, Markdown.
 */
export async function completeRollback(
  context: Context,
  setting: Setting,
  done: DoneRollback,
): Promise<string> {
  const { release } = done;
  return record(context, setting, (state) => {
    const atMs = context.clock.nowMs();
    const affected = branchesBugs(state, done);
    const bugs = affected.map((bug) => takeBack(bug, release, atMs));
    const checklist = renderRollbackChecklist(release, { ...done, bugs, policy: setting.policy });
    return {
      writes: {
        bugs,
        releases: [release, ...undoneReleases(state, release)],
        environments: [environmentAfter(state, done, atMs)],
        outbox: [
          sayOn(release, release.order.issue, { body: checklist, atMs }),
          ...affected.flatMap((bug) => tell(bug, release, atMs)),
        ],
      },
      message: `${release.id} live: ${release.environment} runs ${release.envelope.commit.slice(0, 7)} again`,
      result: checklist,
    };
  });
}

/** What is still on the branch is still a landing, until that is finished. */
function branchesBugs(state: LedgerState, { release, branchRefusal }: DoneRollback): Bug[] {
  const { branch } = release.order;
  if (branchRefusal !== null || branch === null) return [];
  return affectedBugs(state, release.environment, branch);
}

function undoneReleases({ releases }: LedgerState, { order }: OrderedRelease): Release[] {
  return order.undoes.flatMap((id) => {
    const undone = releases.get(id);
    return undone === undefined ? [] : [{ ...undone, state: 'rolled_back' as const }];
  });
}

function environmentAfter(
  { environments }: LedgerState,
  { release, deploymentId, branchRefusal }: DoneRollback,
  atMs: number,
): EnvironmentRecord {
  const { environment } = release;
  const record = environments.get(environment) ?? nothingDeployed(environment);
  const isBranchBack = branchRefusal === null;
  const back = withRolledBack(record, release, { atMs, deploymentId, isBranchBack });
  return withLocks(back, environment, locksBehind(back.locks, release, atMs));
}

/** What only finishes a rollback leaves the lock of that as it is: lifted, if somebody has looked. */
function locksBehind(locks: EnvironmentLocks, release: OrderedRelease, atMs: number): EnvironmentLocks {
  return isForBranchAlone(release.order)
    ? withoutOperation(locks, release.id)
    : lockBehind(locks, release, atMs);
}

/** Nothing follows before somebody has looked. */
function lockBehind(locks: EnvironmentLocks, { id, order }: OrderedRelease, nowMs: number): EnvironmentLocks {
  const freed = withoutRollbacks(withoutOperation(locks, id));
  return lockAfterRollback(freed, { operation: id, reason: order.reason, nowMs });
}

/** The bug that it was asked for on has the checklist. A bug whose way was over has a closed issue. */
function tell(bug: Bug, release: OrderedRelease, atMs: number): OutboxEntry[] {
  const isOver = isFinal(bug.status, bug.flow) && bug.status !== 'closed' && bug.status !== 'rejected';
  const comment =
    bug.number === release.order.issue
      ? []
      : [sayOn(release, bug.number, { body: renderTakenBack(bug, release), atMs })];
  return isOver ? [...comment, reopenBehind(release, bug.number, atMs)] : comment;
}

/** Opens the issue of a bug that begins again. */
export function reopenBehind({ id }: OrderedRelease, issue: number, atMs: number): OutboxEntry {
  return {
    id: `rollback-${id}-${issue}-reopen`,
    issue,
    createdAtMs: atMs,
    action: { kind: 'reopen_issue' },
  };
}

/** Something to say on an issue, once a rollback. */
export function sayOn(
  { id }: OrderedRelease,
  issue: number,
  { body, atMs }: { readonly body: string; readonly atMs: number },
): OutboxEntry {
  return { id: `rollback-${id}-${issue}`, issue, createdAtMs: atMs, action: { kind: 'comment', body } };
}

/**
 * Where something was deployed the environment stays locked: nobody knows what fits what. A rollback that waited so long
 * that another run has the environment by now deploys nothing any more, and stands in nobody's way.
 */
function environmentLeft(state: LedgerState, release: OrderedRelease, atMs: number): EnvironmentRecord {
  const { environment, id, steps } = release;
  const locks = locksOf(state, environment);
  const hasBegun = steps.some(({ key }) => key.startsWith('deploy'));
  const isPast = locks.leases.some(({ owner, operation }) => owner.kind === 'run' && operation !== id);
  const left = hasBegun && !isPast ? lockBehind(locks, release, atMs) : withoutOperation(locks, id);
  return withLocks(state.environments.get(environment), environment, left);
}

/** Writes down that a rollback did not come to its end, and says what runs where. Everything else stays as it is. */
export async function failRollback(
  context: Context,
  setting: Setting,
  {
    release,
    refusal,
    read,
  }: {
    readonly release: OrderedRelease;
    readonly refusal: Refusal;
    /** As it was read by whoever does not have it in hand: what others have made of it since stays. */
    readonly read?: Release;
  },
): Promise<void> {
  await record(context, setting, (state): Intent<null> => {
    if (read !== undefined && refuseOvertaken(state.releases.get(read.id), read) !== null)
      return { writes: null, message: '', result: null };
    const atMs = context.clock.nowMs();
    const failed = withEnd(release, { state: 'failed', endedAtMs: atMs, reason: refusal.reason });
    const { issue } = release.order;
    const entry: OutboxEntry = {
      id: `rollback-${release.id}-failed-${atMs}`,
      issue,
      createdAtMs: atMs,
      action: { kind: 'comment', body: renderRollbackFailed(release, refusal) },
    };
    return {
      writes: {
        releases: [failed],
        environments: [environmentLeft(state, release, atMs)],
        outbox: [entry],
      },
      message: `${release.id} failed: ${refusal.reason}`,
      result: null,
    };
  });
}
