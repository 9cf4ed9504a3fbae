import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newBug } from '../../src/domain/bug.ts';
import type { LedgerState } from '../../src/domain/ledger.ts';
import type { LedgerChange } from '../../src/ports/ledger.ts';
import type { Place } from './place/place.ts';
import { PLACES } from './place/places.ts';
import { aRelease } from '../support/builders.ts';

const reporter = { id: 1, login: 'rea' };
const bug = (number: number) => newBug({ number, reportedBy: reporter, reportedAtMs: 1_795_000_000_000 });

/** Reports a bug and gives how many there were before. */
function report(number: number): (state: LedgerState) => LedgerChange<number> {
  return (state) => ({
    writes: { bugs: [bug(number)] },
    message: `Bug ${number} is reported by @rea`,
    result: state.bugs.size,
  });
}

const entry = (id: string) => ({ id, issue: 7, createdAtMs: 1, action: { kind: 'reopen_issue' } }) as const;

describe.each(PLACES)('the ledger of %s', (_, open) => {
  let place: Place;
  beforeEach(async () => {
    place = await open();
  });
  afterEach(() => place.close());

  test('is empty before the first write', async () => {
    const state = await place.ports.ledger.load();
    expect(state.bugs.size + state.slots.size + state.outbox.size + state.environments.size).toBe(0);
    expect(state.watermark).toBeNull();
  });

  test('shows a write to this process and to every other', async () => {
    const { ledger } = place.ports;
    expect(await ledger.update(report(7))).toBe(0);
    expect((await ledger.recent()).bugs.get(7)).toEqual(bug(7));
    expect((await ledger.load()).bugs.get(7)).toEqual(bug(7));
    expect((await place.anotherProcess().ledger.load()).bugs.get(7)).toEqual(bug(7));
  });

  test('keeps every kind of record as it was written', async () => {
    const slot = {
      ...({
        id: '2026-11-20/T2',
        kind: 'T2',
        state: 'running',
        latestStartMs: 5,
        finishedAtMs: null,
      } as const),
      claim: { runId: 12, attempt: 1, claimedAtMs: 3, leaseUntilMs: 4 },

      stages: [],
      outcomes: [{ bug: 7, outcome: 'held' as const, reason: 'conflict' as const, message: 'x' }],
      reason: null,
      unsafe: { reason: 'the plan has no rulesets', findings: ['gate_required main'] },
    } as const;
    const environment = {
      environment: 'uat',
      deployed: {
        commit: 'a'.repeat(40),
        slot: slot.id,
        release: '2026-11-20-T2-uat',
        atMs: 9,
        deploymentId: null,
        previous: 'b'.repeat(40),
        rollback: 'reversible',
      },
      history: [
        {
          release: '2026-11-19-T2-uat',
          commit: 'b'.repeat(40),
          atMs: 8,
          previous: null,
          rollback: 'restore_required',
        },
      ],
      takenBack: [{ by: 'c'.repeat(40), commits: ['d'.repeat(40)] }],
      locks: {
        leases: [
          {
            operation: slot.id,
            service: null,
            owner: { kind: 'run', runId: 12, attempt: 1 },
            reason: 'it deploys',
            takenAtMs: 3,
            heartbeatAtMs: 4,
            expiresAtMs: 5,
            token: 2,
          },
          {
            operation: 'person-1',
            service: 'billing',
            owner: { kind: 'person', person: { id: 1, login: 'ada' } },
            reason: 'a look',
            takenAtMs: 3,
            heartbeatAtMs: 3,
            expiresAtMs: null,
            token: 3,
          },
        ],
        lastToken: 3,
      },
    } as const;
    const release = aRelease({ id: '2026-11-20-T2-uat', slot: slot.id });
    const entry = {
      id: 'answer-4',
      issue: 7,
      createdAtMs: 8,
      action: { kind: 'comment', body: 'Done ✅\n' },
    } as const;
    const watermark = {
      beganAtMs: 9,
      readUpToMs: 11,
      othersReadUpToMs: 10,
      saidUpToMs: 12,
      tips: { uat: { tip: 'e'.repeat(40), atMs: 11 } },
      commits: 3,
    };
    await place.ports.ledger.update(() => ({
      writes: { slots: [slot], environments: [environment], releases: [release], outbox: [entry], watermark },
      message: 'T2 of 2026-11-20 begins',
      result: null,
    }));
    const state = await place.anotherProcess().ledger.load();
    expect(state.slots.get(slot.id)).toEqual(slot);
    expect(state.environments.get('uat')).toEqual(environment);
    expect(state.releases.get(release.id)).toEqual(release);
    expect(state.outbox.get(entry.id)).toEqual(entry);
    expect(state.watermark).toEqual(watermark);
  });

  test('strikes out what an intent struck, and keeps the rest', async () => {
    const { ledger } = place.ports;
    await ledger.update(() => ({
      writes: { outbox: [entry('a'), entry('b')] },
      message: 'Two',
      result: null,
    }));
    await ledger.update(() => ({ writes: { struck: ['a', 'never-there'] }, message: 'One', result: null }));
    expect([...(await place.anotherProcess().ledger.load()).outbox.keys()]).toEqual(['b']);
  });

  test('decides intents that arrive together one after the other', async () => {
    const { ledger } = place.ports;
    expect(
      await Promise.all([ledger.update(report(1)), ledger.update(report(2)), ledger.update(report(3))]),
    ).toEqual([0, 1, 2]);
    expect([...(await ledger.load()).bugs.keys()]).toEqual([1, 2, 3]);
  });

  test('asks an intent again when another process was faster', async () => {
    const mine = place.ports.ledger;
    await mine.update(report(1));
    await place.anotherProcess().ledger.update(report(2));
    expect(await mine.update(report(3))).toBe(2);
    expect([...(await mine.load()).bugs.keys()]).toEqual([1, 2, 3]);
  });

  test('answers an intent that writes nothing from a state read after the call', async () => {
    const mine = place.ports.ledger;
    await mine.update(report(1));
    await place.anotherProcess().ledger.update(report(2));
    expect(await mine.update((state) => ({ writes: null, message: '', result: state.bugs.size }))).toBe(2);
  });

  test('lets one intent fail alone', async () => {
    const { ledger } = place.ports;
    const [good, bad, unreadable, last] = await Promise.allSettled([
      ledger.update(report(1)),
      ledger.update(() => {
        throw new Error('refused by a rule');
      }),
      ledger.update(() => ({ writes: { bugs: [{ ...bug(2), number: -2 }] }, message: 'Bad', result: 0 })),
      ledger.update(report(3)),
    ]);
    expect(good).toEqual({ status: 'fulfilled', value: 0 });
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'refused by a rule' } });
    expect(unreadable.status).toBe('rejected');
    expect(last).toEqual({ status: 'fulfilled', value: 1 });
    expect([...(await ledger.load()).bugs.keys()]).toEqual([1, 3]);
  });
});
