import {
  describeLeases,
  livingLeases,
  placeName,
  placeOf,
  type EnvironmentLocks,
  type Lease,
  type LockFacts,
} from './lock.ts';
import type { Person } from './person.ts';
import type { EnvironmentName } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';

/** Who wants what to be free again. */
export interface UnlockWish {
  readonly environment: EnvironmentName;
  /** `null`: the lock of the whole environment. */
  readonly service: string | null;
  readonly actor: Person;
  readonly isAdmin: boolean;
  /** What was locked after this is not meant: the words have only come in late. */
  readonly saidAtMs: number;
}

/**
 * Decides whether a person may lift a lock: one's own, and where one has none, an admin anybody's. What a run has ends
 * with the run.
 *
 * Refuses: `nothing_to_withdraw`, `not_allowed`, `locked` while a run may be deploying, `overtaken`.
 */
export function decideUnlock(
  locks: EnvironmentLocks,
  wish: UnlockWish,
  facts: LockFacts,
): { readonly kind: 'unlocked'; readonly locks: EnvironmentLocks } | Refusal {
  const living = livingLeases(locks, facts);
  const there = living.filter(({ service }) => service === wish.service);
  if (there.length === 0) return refuseUnlocked(wish, living);
  const older = there.filter(({ takenAtMs }) => takenAtMs <= wish.saidAtMs);
  const own = older.filter((lease) => isOwn(lease, wish));
  const meant = own.length > 0 ? own : older;
  const refusal = meant.length === 0 ? refuseYounger(there, wish, facts) : refuseUnlock(meant, wish, facts);
  if (refusal !== null) return refusal;
  return { kind: 'unlocked', locks: { ...locks, leases: living.filter((each) => !meant.includes(each)) } };
}

function refuseUnlocked({ environment, service }: UnlockWish, living: readonly Lease[]): Refusal {
  const others = living.map((lease) => `\`${placeOf(environment, lease)}\``);
  const rest = others.length === 0 ? '' : ` These are: ${others.join(', ')}.`;
  return refuse('nothing_to_withdraw', `Nothing is locked as ${placeName(environment, service)}.${rest}`);
}

function isOwn({ owner }: Lease, { actor }: UnlockWish): boolean {
  return owner.kind === 'person' && owner.person.id === actor.id;
}

function refuseYounger(
  leases: readonly Lease[],
  { environment }: UnlockWish,
  { calendar }: LockFacts,
): Refusal {
  const told = describeLeases(environment, leases, calendar);
  return refuse('overtaken', `You wrote that before it was locked. ${told}`);
}

function refuseUnlock(leases: readonly Lease[], wish: UnlockWish, { calendar }: LockFacts): Refusal | null {
  const told = describeLeases(wish.environment, leases, calendar);
  if (leases.some(({ owner }) => owner.kind === 'run' && !(owner.runId === null && wish.isAdmin)))
    return refuse('locked', told);
  const isFree = wish.isAdmin || leases.every((lease) => isOwn(lease, wish));
  return isFree ? null : refuse('not_allowed', told);
}
