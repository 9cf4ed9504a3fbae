import type { SlotCalendar } from './calendar.ts';
import type { Person } from './person.ts';
import type { EnvironmentName } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import { nameOf, plain } from './text/markdown.ts';
import { renderLocal } from './text/time.ts';

/** Who has an environment: a run of this system, a person, or nobody: a release was taken back and somebody has to look. */
export type LeaseOwner =
  | { readonly kind: 'run'; readonly runId: number | null; readonly attempt: number }
  | { readonly kind: 'person'; readonly person: Person }
  | { readonly kind: 'rollback' };

/** Why an environment, or a service on it, is taken: one operation has it, and no other one overlaps. */
export interface Lease {
  /** `2026-11-20/T2`, the id of a release, or `person-<user id>`: what has the same name is the same operation. */
  readonly operation: string;
  /** `null`: the whole environment. */
  readonly service: string | null;
  readonly owner: LeaseOwner;
  /** Untrusted text. */
  readonly reason: string;
  readonly takenAtMs: number;
  readonly heartbeatAtMs: number;
  /** `null`: until somebody says `/unlock`. */
  readonly expiresAtMs: number | null;
  /** Grows with every lease of the environment, so that a deploy target can turn away whoever comes with an older one. */
  readonly token: number;
}

/** All leases of an environment, and the last token that was given out there. */
export interface EnvironmentLocks {
  readonly leases: readonly Lease[];
  readonly lastToken: number;
}

/** Nobody has it, and nobody ever had. */
export const NO_LOCKS: EnvironmentLocks = { leases: [], lastToken: 0 };

/**
 * How long a run's lease counts since it was last heard of; a run that is seen to have ended loses it at once. Longer
 * than the longest command may take, which is six hours.
 */
const LEASE_MS = 8 * 3_600_000;

/** With less than this left, a run takes its lease anew before it begins. */
const SPARE_MS = 6 * 3_600_000;

/** What somebody wants to have for themselves. */
export interface LockWish {
  readonly environment: EnvironmentName;
  readonly operation: string;
  /** What the lease is for; `null`: the whole environment. */
  readonly service: string | null;
  /** Services that are about to change: the locks of others do not matter. `null`: all of them. */
  readonly touches: readonly string[] | null;
  readonly owner: LeaseOwner;
  readonly reason: string;
  /** When a person has asked for it; absent: now. */
  readonly saidAtMs?: number;
}

/** What a decision about locks rests on. */
export interface LockFacts {
  readonly nowMs: number;
  /** Workflow runs that were seen to have ended. */
  readonly endedRuns: ReadonlySet<number>;
  readonly calendar: SlotCalendar;
}

export type LockDecision =
  | { readonly kind: 'locked'; readonly locks: EnvironmentLocks; readonly lease: Lease }
  | Refusal;

/**
 * Decides whether an operation gets what it wants. Taken again by the same run it keeps its token and is heard of; what
 * another run or attempt of the same operation takes over gets a new one.
 *
 * Refuses: `locked`, with whoever has it, why, since when, and how it is unlocked.
 */
export function decideLock(locks: EnvironmentLocks, wish: LockWish, facts: LockFacts): LockDecision {
  const refusal = refuseLocked(locks, wish, facts);
  if (refusal !== null) return refusal;
  const before = livingLeases(locks, facts).filter((lease) => isSame(lease, wish));
  const own = before.find(({ owner }) => isSameOwner(owner, wish.owner));
  const { nowMs } = facts;
  const lease: Lease = {
    operation: wish.operation,
    service: wish.service,
    owner: wish.owner,
    reason: wish.reason,
    takenAtMs: own?.takenAtMs ?? Math.min(nowMs, wish.saidAtMs ?? nowMs),
    heartbeatAtMs: nowMs,
    expiresAtMs: wish.owner.kind === 'run' ? nowMs + LEASE_MS : null,
    token: own?.token ?? locks.lastToken + 1,
  };
  const others = livingLeases(locks, facts).filter((each) => !isSame(each, wish));
  return { kind: 'locked', lease, locks: withLease(locks, others, lease) };
}

function withLease(locks: EnvironmentLocks, others: readonly Lease[], lease: Lease): EnvironmentLocks {
  return { leases: [...others, lease], lastToken: Math.max(locks.lastToken, lease.token) };
}

/** Refuses `locked` when somebody else has what an operation wants; `null` when it is free. */
export function refuseLocked(
  locks: EnvironmentLocks,
  wish: Omit<LockWish, 'service' | 'reason'>,
  facts: LockFacts,
): Refusal | null {
  const held = livingLeases(locks, facts).find((lease) => isInTheWay(lease, wish));
  return held === undefined ? null : refuse('locked', describeLease(wish.environment, held, facts.calendar));
}

/** The leases that count: neither expired nor of a run that has ended. */
function livingLeases(
  { leases }: EnvironmentLocks,
  { nowMs, endedRuns }: Pick<LockFacts, 'nowMs' | 'endedRuns'>,
): readonly Lease[] {
  return leases.filter(({ owner, expiresAtMs }) => {
    if (expiresAtMs !== null && expiresAtMs <= nowMs) return false;
    return owner.kind !== 'run' || owner.runId === null || !endedRuns.has(owner.runId);
  });
}

function isSame(lease: Lease, wish: Pick<LockWish, 'operation' | 'service'>): boolean {
  return lease.operation === wish.operation && lease.service === wish.service;
}

function isSameOwner(one: LeaseOwner, other: LeaseOwner): boolean {
  if (one.kind === 'run') return one.runId !== null && isRunOf(one, other);
  if (one.kind === 'person' && other.kind === 'person') return one.person.id === other.person.id;
  return false;
}

function isInTheWay(lease: Lease, wish: Pick<LockWish, 'operation' | 'touches' | 'owner'>): boolean {
  if (lease.operation === wish.operation) return !maySucceed(wish.owner, lease.owner);
  return lease.service === null || wish.touches === null || wish.touches.includes(lease.service);
}

/** Whether an owner may go on with an operation that another one has begun, as far as nobody saw that one end. */
function maySucceed(next: LeaseOwner, held: LeaseOwner): boolean {
  if (next.kind !== 'run' || held.kind !== 'run') return true;
  // Without a run to ask, the operation itself knows who has it.
  return held.runId === null || (held.runId === next.runId && held.attempt <= next.attempt);
}

/** The lease that a run has for an operation; `null` when it has none, or not for long enough to begin. */
export function leaseOf(
  locks: EnvironmentLocks,
  wish: Pick<LockWish, 'operation' | 'owner'>,
  nowMs: number,
): Lease | null {
  const own = locks.leases.find(
    ({ operation, owner }) => operation === wish.operation && isRunOf(owner, wish.owner),
  );
  const leftMs = own?.expiresAtMs ?? nowMs + LEASE_MS;
  return own === undefined || leftMs - nowMs < SPARE_MS ? null : own;
}

function isRunOf(held: LeaseOwner, owner: LeaseOwner): boolean {
  if (held.kind !== 'run' || owner.kind !== 'run') return false;
  return held.runId === owner.runId && held.attempt === owner.attempt;
}

/** The locks that stand until somebody lifts them: no run has them. */
export function lastingLocks(locks: EnvironmentLocks): EnvironmentLocks {
  return { ...locks, leases: locks.leases.filter(({ owner }) => owner.kind !== 'run') };
}

/** The locks that keep a rollback off: not those that rollbacks have left, whoever goes back further has looked. */
export function withoutRollbacks(locks: EnvironmentLocks): EnvironmentLocks {
  return { ...locks, leases: locks.leases.filter(({ owner }) => owner.kind !== 'rollback') };
}

/** The locks once an operation has ended. */
export function withoutOperation(locks: EnvironmentLocks, operation: string): EnvironmentLocks {
  return { ...locks, leases: locks.leases.filter((lease) => lease.operation !== operation) };
}

/** The locks once a workflow run has ended. */
export function withoutRun(locks: EnvironmentLocks, runId: number): EnvironmentLocks {
  const isItsOwn = ({ owner }: Lease) => owner.kind === 'run' && owner.runId === runId;
  return { ...locks, leases: locks.leases.filter((lease) => !isItsOwn(lease)) };
}

/** The locks with word from whoever has a token; as they were when nobody has it any more. */
export function withHeartbeat(locks: EnvironmentLocks, token: number, nowMs: number): EnvironmentLocks {
  const leases = locks.leases.map((lease) =>
    lease.token === token && lease.expiresAtMs !== null
      ? { ...lease, heartbeatAtMs: nowMs, expiresAtMs: nowMs + LEASE_MS }
      : lease,
  );
  return { ...locks, leases };
}

/** The environment locked after a release was taken back, until an admin has looked: nothing overtakes the search. */
export function lockAfterRollback(
  locks: EnvironmentLocks,
  {
    operation,
    reason,
    nowMs,
  }: { readonly operation: string; readonly reason: string; readonly nowMs: number },
): EnvironmentLocks {
  const lease: Lease = {
    operation,
    service: null,
    owner: { kind: 'rollback' },
    reason,
    takenAtMs: nowMs,
    heartbeatAtMs: nowMs,
    expiresAtMs: null,
    token: locks.lastToken + 1,
  };
  return withLease(locks, withoutOperation(locks, operation).leases, lease);
}

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
 * Decides whether a person may lift a lock: one's own, an admin anybody's. What a run has ends with the run.
 *
 * Refuses: `nothing_to_withdraw`, `not_allowed`, `locked` while a run may be deploying, `overtaken`.
 */
export function decideUnlock(
  locks: EnvironmentLocks,
  wish: UnlockWish,
  facts: LockFacts,
):
  | { readonly kind: 'unlocked'; readonly locks: EnvironmentLocks; readonly lifted: readonly Lease[] }
  | Refusal {
  const living = livingLeases(locks, facts);
  const meant = living.filter(({ service }) => service === wish.service);
  if (meant.length === 0) return refuseUnlocked(wish, living);
  const refusal = meant.map((lease) => refuseUnlock(lease, wish, facts)).find((each) => each !== null);
  if (refusal !== undefined) return refusal;
  return {
    kind: 'unlocked',
    lifted: meant,
    locks: { ...locks, leases: living.filter((each) => !meant.includes(each)) },
  };
}

function refuseUnlocked({ environment, service }: UnlockWish, living: readonly Lease[]): Refusal {
  const others = living.map((lease) => `\`${placeOf(environment, lease)}\``);
  const rest = others.length === 0 ? '' : ` These are: ${others.join(', ')}.`;
  return refuse('nothing_to_withdraw', `Nothing is locked as ${placeName(environment, service)}.${rest}`);
}

function refuseUnlock(
  lease: Lease,
  { environment, actor, isAdmin, saidAtMs }: UnlockWish,
  facts: LockFacts,
): Refusal | null {
  const { owner } = lease;
  const told = describeLease(environment, lease, facts.calendar);
  if (lease.takenAtMs > saidAtMs) return refuse('overtaken', `You wrote that before it was locked. ${told}`);
  if (owner.kind === 'run') {
    return owner.runId === null && isAdmin ? null : refuse('locked', told);
  }
  if (isAdmin || (owner.kind === 'person' && owner.person.id === actor.id)) return null;
  return refuse('not_allowed', told);
}

function placeOf(environment: EnvironmentName, { service }: Pick<Lease, 'service'>): string {
  return service === null ? environment : `${environment} ${plain(service, 60)}`;
}

function placeName(environment: EnvironmentName, service: string | null): string {
  const name = environment.toUpperCase();
  return service === null ? name : `${name} (${plain(service, 60)})`;
}

/** Who has an environment or a service, since when, why, and how it gets free: trusted Markdown of one line. */
export function describeLease(environment: EnvironmentName, lease: Lease, calendar: SlotCalendar): string {
  const { owner, takenAtMs } = lease;
  const since = renderLocal(calendar, takenAtMs);
  const place = placeName(environment, lease.service);
  const unlock = `\`/unlock ${placeOf(environment, lease)}\``;
  const reason = plain(lease.reason, 300);
  switch (owner.kind) {
    case 'run':
      return `${place} is locked by ${describeRun(lease, owner.runId)} since ${since}: ${reason}. It is free when that has ended; cancel the run if it hangs.`;
    case 'person':
      return `${place} is locked by ${nameOf(owner.person)} since ${since}: ${reason}. ${nameOf(owner.person)} or an admin says ${unlock}.`;
    case 'rollback':
      return `${place} is locked since ${since}, when ${lease.operation} was taken back: ${reason}. An admin looks at it and says ${unlock}.`;
    default:
      return owner satisfies never;
  }
}

function describeRun({ operation }: Lease, runId: number | null): string {
  return runId === null ? operation : `${operation} (run ${runId})`;
}
