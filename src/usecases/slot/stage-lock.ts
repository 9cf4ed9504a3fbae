import { locksOf, withLocks, type EnvironmentRecord, type LedgerState } from '../../domain/ledger.ts';
import {
  decideLock,
  lastingLocks,
  leaseOf,
  refuseLocked,
  type LeaseOwner,
  type LockFacts,
} from '../../domain/lock.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import type { Refusal } from '../../domain/reason.ts';
import { slotReleaseId, type Release } from '../../domain/release.ts';
import type { SlotRecord, Stage } from '../../domain/slot.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { record } from '../record.ts';
import type { Planning } from './planning.ts';

/** A run of this system, as the owner of a lock. */
export function ownerOf({
  id,
  attempt,
}: {
  readonly id: number | null;
  readonly attempt: number;
}): LeaseOwner {
  return { kind: 'run', runId: id, attempt };
}

/** The services that a release changes; `null`: the repository is one. */
export function touchedBy(release: Release | undefined): readonly string[] | null {
  const names = release?.envelope.services.map(({ name }) => name) ?? [null];
  const known = names.flatMap((name) => name ?? []);
  return known.length < names.length ? null : known;
}

/** Refuses `locked` where somebody else has the environment, or of the release's services one. */
export function refuseLockedStage(
  { gathered, locking, isPreview }: Planning,
  environment: EnvironmentName,
  release: Release | 'not known yet',
): Refusal | null {
  const wish = {
    environment,
    operation: gathered.slot.id,
    touches: release === 'not known yet' ? [] : touchedBy(release),
    owner: locking.owner,
  };
  const { calendar } = gathered.setting;
  const facts = { nowMs: gathered.readAtMs, endedRuns: locking.endedRuns, calendar };
  const locks = locksOf(gathered.state, environment);
  return refuseLocked(isPreview ? lastingLocks(locks) : locks, wish, facts);
}

/** Which stage of which slot takes its lock. */
interface StageLock {
  readonly slot: Pick<SlotRecord, 'id'>;
  readonly stage: Stage;
  readonly release: Release | undefined;
  readonly owner: LeaseOwner;
}

/** The environment with the lock of a stage. Refuses `locked`. */
export function lockStage(
  state: LedgerState,
  { slot, stage, release, owner }: StageLock,
  facts: LockFacts,
): { readonly kind: 'locked'; readonly record: EnvironmentRecord; readonly token: number } | Refusal {
  const { environment } = stage;
  const decided = decideLock(
    locksOf(state, environment),
    {
      environment,
      operation: slot.id,
      service: null,
      touches: touchedBy(release),
      owner,
      reason: `it deploys ${stage.candidate.slice(0, 7)}`,
    },
    facts,
  );
  if (decided.kind === 'refused') return decided;
  const locked = withLocks(state.environments.get(environment), environment, decided.locks);
  return { kind: 'locked', record: locked, token: decided.lease.token };
}

/** The run has the environment. */
interface Held {
  readonly kind: 'held';
  readonly token: number;
}

/**
 * Makes sure that a stage's run has the environment: by the lock that its plan took, without a call; where that was not
 * to be had then, or ends too soon, by a commit.
 *
 * Refuses: `locked`.
 */
export async function holdStage(
  context: Context,
  setting: Setting,
  {
    slot,
    stage,
    state,
    owner,
  }: {
    readonly slot: SlotRecord;
    readonly stage: Stage;
    readonly state: LedgerState;
    readonly owner: LeaseOwner;
  },
): Promise<Held | Refusal> {
  const { environment } = stage;
  const lease = leaseOf(locksOf(state, environment), { operation: slot.id, owner }, context.clock.nowMs());
  if (lease !== null) return { kind: 'held', token: lease.token };
  return record<Held | Refusal>(context, setting, (now) => {
    const release = now.releases.get(slotReleaseId(slot.id, environment));
    const facts = { nowMs: context.clock.nowMs(), endedRuns: new Set<number>(), calendar: setting.calendar };
    const locked = lockStage(now, { slot, stage, release, owner }, facts);
    if (locked.kind === 'refused') return { writes: null, message: '', result: locked };
    return {
      writes: { environments: [locked.record] },
      message: `${slot.id} has ${environment}`,
      result: { kind: 'held', token: locked.token },
    };
  });
}
