import type { LedgerState } from './ledger.ts';
import type { EnvironmentName } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import { ORDER_LEASE_MS, type Release } from './release.ts';
import { code } from './text/markdown.ts';

/** A rollback whose order is there. */
export type OrderedRelease = Release & { readonly order: NonNullable<Release['order']> };

/** A rollback by its name; `null` where there is none. */
export function findRollback(releases: LedgerState['releases'], id: string): OrderedRelease | null {
  const release = releases.get(id);
  return release === undefined || release.order === null ? null : { ...release, order: release.order };
}

/**
 * The rollback or hotfix that a workflow run has in its hands, or had last; `null` when it has none. Outside of Actions
 * nothing tells runs apart, so only what has not ended counts.
 */
export function claimedOrder(releases: LedgerState['releases'], runId: number | null): Release | null {
  const own = [...releases.values()]
    .filter(({ order, hotfix }) => order !== null || hotfix !== undefined)
    .filter(({ deployer }) => deployer !== null && deployer.runId === runId)
    .filter(({ state }) => runId !== null || state === 'planned')
    .toSorted((left, right) => left.plannedAtMs - right.plannedAtMs)
    .at(-1);
  return own ?? null;
}

/** Refuses to let a run take a rollback or hotfix in hand that is done, too old, or another run's that may be alive. */
export function refuseClaim(
  { id, kind, state, plannedAtMs, deployer }: Release,
  given: {
    readonly runId: number | null;
    readonly nowMs: number;
    /** Whether the run that has it in hand has ended. */
    readonly hasEnded: boolean;
  },
): Refusal | null {
  if (state === 'live') return refuse('slot_done', `${code(id)} is done already.`);
  if (state === 'rolled_back') return refuse('slot_done', `${code(id)} was done, and is taken back.`);
  if (given.nowMs - plannedAtMs > ORDER_LEASE_MS)
    return refuse('slot_too_late', `${code(id)} was asked for too long ago. Say \`/${kind}\` again.`);
  const isOther = deployer !== null && deployer.runId !== given.runId;
  if (state !== 'planned' || !isOther || given.hasEnded) return null;
  return refuse('slot_taken', `${code(id)} is in the hands of run ${deployer.runId ?? 'unknown'}.`);
}

/**
 * Tells whether another release has had the environment since the run that has an order, or had it: of what that run has
 * deployed nobody knows that it is there.
 */
export function wasOvertaken(
  releases: LedgerState['releases'],
  { id, environment, deployer }: Release,
): boolean {
  if (deployer === null) return false;
  return [...releases.values()].some(
    (each) =>
      each.id !== id &&
      each.environment === environment &&
      (each.deployer?.fencingToken ?? 0) > deployer.fencingToken,
  );
}

/**
 * Refuses `slot_taken` when an order is not any more as a run has read it: another run has taken it in hand since, or
 * has ended it. Then it is theirs, whatever this run has found out.
 */
export function refuseOvertaken(now: Release | undefined, read: Release): Refusal | null {
  const isAsRead =
    now?.state === read.state &&
    now.deployer?.runId === read.deployer?.runId &&
    now.deployer?.attempt === read.deployer?.attempt;
  return isAsRead ? null : refuse('slot_taken', `Another run has taken ${code(read.id)} in hand meanwhile.`);
}

/** Refuses to let the run that has a rollback or hotfix into an environment that it is not for, or again once it has ended. */
export function refuseEntry(
  { id, kind, environment, state, deployer, plannedAtMs }: Release,
  asked: {
    readonly environment: EnvironmentName;
    readonly attempt: number;
    readonly nowMs: number;
  },
): Refusal | null {
  if (environment !== asked.environment)
    return refuse('nothing_to_do', `${code(id)} has nothing for ${asked.environment}.`);
  if (deployer?.attempt !== asked.attempt)
    return refuse('foreign_run', `Re-run all jobs: ${code(id)} has to be planned by the same attempt.`);
  if (state !== 'planned') return refuse('slot_done', `${code(id)} has ended.`);
  if (asked.nowMs - plannedAtMs <= ORDER_LEASE_MS) return null;
  return refuse('slot_too_late', `${code(id)} was asked for too long ago. Say \`/${kind}\` again.`);
}
