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
  if (own !== undefined && isBehind(wish, own)) return refuseRepeated(wish, own, facts);
  const { nowMs } = facts;
  const lease: Lease = {
    operation: wish.operation,
    service: wish.service,
    owner: wish.owner,
    reason: wish.reason,
    takenAtMs: takenAtMs(wish, own, nowMs),
    heartbeatAtMs: nowMs,
    expiresAtMs: wish.owner.kind === 'run' ? nowMs + LEASE_MS : null,
    token: own?.token ?? locks.lastToken + 1,
  };
  const others = livingLeases(locks, facts).filter((each) => !isSame(each, wish));
  return { kind: 'locked', lease, locks: withLease(locks, others, lease) };
}

/** Whether a person's words have come in behind younger ones for the same lock. */
function isBehind({ owner, saidAtMs }: LockWish, own: Lease): boolean {
  return owner.kind === 'person' && saidAtMs !== undefined && saidAtMs < own.takenAtMs;
}

/** Said again by a person it is a younger word, which no older `/unlock` lifts. */
function takenAtMs({ owner, saidAtMs }: LockWish, own: Lease | undefined, nowMs: number): number {
  if (owner.kind !== 'person') return own?.takenAtMs ?? nowMs;
  return Math.min(nowMs, saidAtMs ?? nowMs);
}

function withLease(locks: EnvironmentLocks, others: readonly Lease[], lease: Lease): EnvironmentLocks {
  return { leases: [...others, lease], lastToken: Math.max(locks.lastToken, lease.token) };
}

function refuseRepeated({ environment }: LockWish, own: Lease, { calendar }: LockFacts): Refusal {
  return refuse(
    'overtaken',
    `You locked it again after you wrote that. ${describeLease(environment, own, calendar)}`,
  );
}

/**
 * Refuses `locked` when others have what an operation wants, and names each; `null` when it is free. A person's lock
 * stands beside those of others: only a run is in its way.
 */
export function refuseLocked(
  locks: EnvironmentLocks,
  wish: Omit<LockWish, 'service' | 'reason'>,
  facts: LockFacts,
): Refusal | null {
  const held = livingLeases(locks, facts).filter((lease) => isInTheWay(lease, wish));
  return held.length === 0 ? null : refuse('locked', describeLeases(wish.environment, held, facts.calendar));
}

/** The leases that count: neither expired nor of a run that has ended. */
export function livingLeases(
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
  if (wish.owner.kind === 'person' && lease.owner.kind !== 'run') return false;
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

/** Of these, the ones that whoever has a place, or all of the environment, finds there beside their own. */
export function locksAt(locks: EnvironmentLocks, service: string | null): readonly Lease[] {
  const { leases } = lastingLocks(locks);
  return leases.filter((each) => service === null || each.service === null || each.service === service);
}

/** The locks that keep a rollback off: not those that rollbacks have left, whoever goes back further has looked. */
export function withoutRollbacks(locks: EnvironmentLocks): EnvironmentLocks {
  return { ...locks, leases: locks.leases.filter(({ owner }) => owner.kind !== 'rollback') };
}

/** Locks that were decided on without those that rollbacks have left, and those beside them. */
export function besideRollbacks(decided: EnvironmentLocks, { leases }: EnvironmentLocks): EnvironmentLocks {
  const left = leases.filter(({ owner }) => owner.kind === 'rollback');
  return { ...decided, leases: [...decided.leases, ...left] };
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

/** As `/lock` and `/unlock` name it. */
export function placeOf(environment: EnvironmentName, { service }: Pick<Lease, 'service'>): string {
  return service === null ? environment : `${environment} ${plain(service, 60)}`;
}

/** As sentences name it. */
export function placeName(environment: EnvironmentName, service: string | null): string {
  const name = environment.toUpperCase();
  return service === null ? name : `${name} (${plain(service, 60)})`;
}

/** Who all have an environment or services of it. */
export function describeLeases(
  environment: EnvironmentName,
  leases: readonly Lease[],
  calendar: SlotCalendar,
): string {
  return leases.map((lease) => describeLease(environment, lease, calendar)).join(' ');
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
