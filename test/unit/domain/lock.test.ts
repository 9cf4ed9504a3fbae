import { describe, expect, test } from 'vitest';
import {
  decideLock,
  leaseOf,
  lockAfterRollback,
  NO_LOCKS,
  withHeartbeat,
  withoutOperation,
  type EnvironmentLocks,
  type LeaseOwner,
  type LockWish,
} from '../../../src/domain/lock.ts';
import type { Person } from '../../../src/domain/person.ts';
import { decideUnlock } from '../../../src/domain/unlock.ts';
import { aCalendar, ADA, MAX, NOW_MS, WES } from '../../support/builders.ts';

const HOUR_MS = 3_600_000;
const RUN: LeaseOwner = { kind: 'run', runId: 7, attempt: 1 };

function facts(changes: { nowMs?: number; endedRuns?: readonly number[] } = {}) {
  const { nowMs = NOW_MS, endedRuns = [] } = changes;
  return { nowMs, endedRuns: new Set(endedRuns), calendar: aCalendar() };
}

function aWish(changes: Partial<LockWish> = {}): LockWish {
  const operation = '2026-11-20/T2';
  return {
    environment: 'prod',
    operation,
    service: null,
    touches: null,
    owner: RUN,
    reason: 'it deploys',
    ...changes,
  };
}

function byPerson(person: Person, service: string | null = null): LockWish {
  const owner = { kind: 'person', person } as const;
  return aWish({
    operation: `person-${person.id}`,
    service,
    touches: service === null ? null : [service],
    owner,
    reason: 'load test',
  });
}

function locked(locks: EnvironmentLocks, wish: LockWish, at = facts()): EnvironmentLocks {
  const decided = decideLock(locks, wish, at);
  if (decided.kind === 'refused') throw new Error(decided.message);
  return decided.locks;
}

function outcome(locks: EnvironmentLocks, wish: LockWish, at = facts()): string {
  const decided = decideLock(locks, wish, at);
  return decided.kind === 'refused' ? decided.message : `token ${decided.lease.token}`;
}

describe('a lock', () => {
  test('keeps every other operation out, and tells whom, why, since when and how it gets free', () => {
    expect(outcome(locked(NO_LOCKS, byPerson(ADA)), aWish())).toBe(
      'PROD is locked by **ada** since Fri 2026-11-20 19:00 (Asia/Taipei): load test. **ada** or an admin says `/unlock prod`.',
    );
    expect(outcome(locked(NO_LOCKS, aWish()), byPerson(ADA))).toBe(
      'PROD is locked by 2026-11-20/T2 (run 7) since Fri 2026-11-20 19:00 (Asia/Taipei): it deploys. It is free when that has ended; cancel the run if it hangs.',
    );
  });

  test('of a service keeps out what touches the service, and nothing else', () => {
    const locks = locked(NO_LOCKS, byPerson(ADA, 'billing'));
    expect(outcome(locks, aWish({ touches: ['web'] }))).toBe('token 2');
    expect(outcome(locks, aWish({ touches: ['web', 'billing'] }))).toContain('PROD (billing) is locked');
    expect(outcome(locks, aWish({ touches: null }))).toContain('`/unlock prod billing`');
  });

  test('keeps its token when the same run asks again, and gets a new one when another attempt takes it over', () => {
    const locks = locked(NO_LOCKS, aWish());
    expect(outcome(locks, aWish())).toBe('token 1');
    expect(outcome(locks, aWish({ owner: { kind: 'run', runId: 7, attempt: 2 } }))).toBe('token 2');
    expect(outcome(locks, aWish({ owner: { kind: 'run', runId: 8, attempt: 1 } }))).toContain('run 7');
  });

  test('of a run that was seen to have ended is nobody’s', () => {
    const locks = locked(NO_LOCKS, aWish());
    const other = aWish({ operation: 'hotfix', owner: { kind: 'run', runId: 9, attempt: 1 } });
    expect(outcome(locks, other)).toContain('run 7');
    expect(outcome(locks, other, facts({ endedRuns: [7] }))).toBe('token 2');
  });

  test('of a run that nobody hears of expires after eight hours, one that was heard of later', () => {
    const locks = locked(NO_LOCKS, aWish());
    const other = aWish({ operation: 'hotfix', owner: { kind: 'run', runId: 9, attempt: 1 } });
    const late = facts({ nowMs: NOW_MS + 8 * HOUR_MS });
    expect(outcome(locks, other, late)).toBe('token 2');
    expect(outcome(withHeartbeat(locks, 1, NOW_MS + HOUR_MS), other, late)).toContain('run 7');
  });

  test('of a person stands until somebody lifts it', () => {
    const locks = locked(NO_LOCKS, byPerson(ADA));
    expect(outcome(locks, aWish(), facts({ nowMs: NOW_MS + 1_000 * HOUR_MS }))).toContain('**ada**');
  });

  test('has to be taken anew by a run that could still be working when it ends', () => {
    const locks = locked(NO_LOCKS, aWish());
    const ask = (hours: number) => leaseOf(locks, aWish(), NOW_MS + hours * HOUR_MS)?.token ?? null;
    expect([ask(0), ask(2), ask(3)]).toEqual([1, 1, null]);
    expect(leaseOf(locks, aWish({ owner: { kind: 'run', runId: 8, attempt: 1 } }), NOW_MS)).toBeNull();
  });

  test('gives tokens that only grow, also when all locks are gone', () => {
    const once = withoutOperation(locked(NO_LOCKS, aWish()), '2026-11-20/T2');
    expect(once.leases).toEqual([]);
    expect(outcome(once, aWish({ operation: '2026-11-21/T2' }))).toBe('token 2');
  });
});

function unlocking(actor: Person, { isAdmin = false, service = null }: UnlockChanges = {}) {
  return { environment: 'prod', service, actor, isAdmin, saidAtMs: NOW_MS } as const;
}

interface UnlockChanges {
  readonly isAdmin?: boolean;
  readonly service?: string | null;
}

function unlock(locks: EnvironmentLocks, actor: Person, changes: UnlockChanges = {}) {
  const decided = decideUnlock(locks, unlocking(actor, changes), facts());
  return decided.kind === 'refused' ? decided.reason : decided.locks.leases.length;
}

describe('the locks of two people', () => {
  test.each([
    ['on one environment', null, null],
    ['on a service and on all of it', 'billing', null],
    ['on all of it and on a service', null, 'billing'],
  ])('%s both stand, and a slot is told both', (_where, first, second) => {
    const locks = locked(locked(NO_LOCKS, byPerson(ADA, first)), byPerson(WES, second));
    const told = outcome(locks, aWish());
    expect([told.includes('by **ada**'), told.includes('by **wes**')]).toEqual([true, true]);
  });

  test('are lifted one by one: first one’s own, and by an admin who has none all that are left', () => {
    const locks = locked(locked(NO_LOCKS, byPerson(ADA)), byPerson(WES));
    const once = decideUnlock(locks, unlocking(ADA, { isAdmin: true }), facts());
    if (once.kind === 'refused') throw new Error(once.message);
    expect(once.locks.leases).toMatchObject([{ owner: { person: WES } }]);
    expect(unlock(once.locks, ADA, { isAdmin: true })).toBe(0);
    expect([unlock(locks, WES), unlock(locks, MAX), unlock(locks, MAX, { isAdmin: true })]).toEqual([
      1,
      'not_allowed',
      0,
    ]);
  });

  test('stand beside the one that a rollback has left, which a person’s own hides from nobody', () => {
    const taken = { operation: '2026-11-20/T2', reason: 'health_failed', nowMs: NOW_MS };
    const locks = locked(lockAfterRollback(NO_LOCKS, taken), byPerson(WES));
    expect(outcome(locks, aWish({ operation: 'hotfix' }))).toMatch(/was taken back.*by \*\*wes\*\*/u);
  });
});

function saidAt(saidAtMs: number, reason: string): LockWish {
  return { ...byPerson(ADA), saidAtMs, reason };
}

describe('a lock that is said again', () => {
  test('is as young as its last word, so an older /unlock does not lift it', () => {
    const locks = locked(locked(NO_LOCKS, saidAt(NOW_MS - 20, 'first')), saidAt(NOW_MS, 'second'));
    const late = { ...unlocking(ADA), saidAtMs: NOW_MS - 10 };
    expect(decideUnlock(locks, late, facts())).toMatchObject({ reason: 'overtaken' });
  });

  test('keeps the younger reason when the older word comes in behind it', () => {
    const locks = locked(NO_LOCKS, saidAt(NOW_MS, 'second'));
    expect(outcome(locks, saidAt(NOW_MS - 20, 'first'))).toContain(
      'You locked it again after you wrote that',
    );
  });
});

describe('/unlock', () => {
  test('lifts one’s own lock; that of another only for an admin', () => {
    const locks = locked(NO_LOCKS, byPerson(WES));
    expect([unlock(locks, WES), unlock(locks, MAX), unlock(locks, ADA, { isAdmin: true })]).toEqual([
      0,
      'not_allowed',
      0,
    ]);
  });

  test('after a rollback is for an admin only', () => {
    const locks = lockAfterRollback(locked(NO_LOCKS, aWish()), {
      operation: '2026-11-20/T2',
      reason: 'health_failed',
      nowMs: NOW_MS,
    });
    expect(locks.leases).toMatchObject([{ owner: { kind: 'rollback' }, token: 2, expiresAtMs: null }]);
    expect([unlock(locks, WES), unlock(locks, ADA, { isAdmin: true })]).toEqual(['not_allowed', 0]);
  });

  test('takes nothing from a run that may be deploying', () => {
    expect(unlock(locked(NO_LOCKS, aWish()), ADA, { isAdmin: true })).toBe('locked');
  });

  test('names what is locked when something else was meant', () => {
    const locks = locked(NO_LOCKS, byPerson(ADA, 'billing'));
    expect(decideUnlock(locks, unlocking(ADA, { isAdmin: true }), facts())).toMatchObject({
      reason: 'nothing_to_withdraw',
      message: 'Nothing is locked as PROD. These are: `prod billing`.',
    });
    expect(unlock(locks, ADA, { isAdmin: true, service: 'billing' })).toBe(0);
  });
});
