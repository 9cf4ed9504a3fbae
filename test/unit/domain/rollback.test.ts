import { describe, expect, test } from 'vitest';
import { judgeParity } from '../../../src/domain/flow.ts';
import { nothingDeployed, type EnvironmentRecord, type LiveRelease } from '../../../src/domain/ledger.ts';
import { claimedOrder, refuseClaim, refuseEntry } from '../../../src/domain/order-gate.ts';
import { withRolledBack } from '../../../src/domain/rollback.ts';
import { waysBack } from '../../../src/domain/way-back.ts';
import type { Release } from '../../../src/domain/release.ts';
import type { SlotRecord } from '../../../src/domain/slot.ts';
import {
  aCommit,
  aRelease,
  aStage,
  at,
  NOW_MS,
  outcomeOf,
  say,
  someParityFacts,
} from '../../support/builders.ts';

const DEPLOYED_MS = at('2026-11-20 18:00:00');

const oid = (digit: string) => digit.repeat(40);
const [OLDEST, OLD, GOOD, BAD] = [oid('1'), oid('2'), oid('3'), oid('4')];

function live(release: string, commit: string, previous: string | null): LiveRelease {
  return { release, commit, previous, atMs: DEPLOYED_MS, rollback: 'app_rollback' };
}

/** PROD after three nights: `OLD`, then `GOOD`, then `BAD`. */
const PROD: EnvironmentRecord = {
  ...nothingDeployed('prod'),
  deployed: { ...live('2026-11-20-T2-prod', BAD, GOOD), slot: '2026-11-20/T2', deploymentId: 3 },
  history: [live('2026-11-19-T2-prod', GOOD, OLD), live('2026-11-18-T2-prod', OLD, OLDEST)],
};
/** The release of the night after, which failed half-way. */
const HALF_WAY = aRelease({
  id: '2026-11-21-T2-prod',
  environment: 'prod',
  state: 'failed',
  envelope: { ...aRelease().envelope, previous: BAD },
  plannedAtMs: at('2026-11-21 22:00:00'),
  deployer: { runId: 7, attempt: 1, fencingToken: 1 },
  steps: [{ key: 'deploy 100', state: 'failed', startedAtMs: 1, endedAtMs: 2, detail: null }],
});
const known = (
  record = PROD,
  releases: readonly Release[] = [],
  slots: readonly Pick<SlotRecord, 'id' | 'kind' | 'state' | 'latestStartMs' | 'stages'>[] = [],
) => ({
  environments: new Map([['prod', record] as const]),
  releases: new Map(releases.map((release) => [release.id, release] as const)),
  slots,
});
const ways = (...given: Parameters<typeof known>) =>
  waysBack(known(...given), 'prod').map(({ commit, undoes }) => [commit, undoes.length]);

const ask = (words: string, ...given: Parameters<typeof known>) => say(words, known(...given));
const targetOf = (words: string): string => {
  const decision = ask(words);
  return decision.kind === 'allowed' ? (decision.release?.envelope.commit ?? 'nothing') : decision.reason;
};

const saidAt = (writtenAtMs: number) =>
  outcomeOf(say('/rollback prod it is broken', known(), { writtenAtMs }));

describe('the ways back', () => {
  test('lead to all that was live, the nearest first, also before this system came', () => {
    expect(ways()).toEqual([
      [GOOD, 1],
      [OLD, 2],
      [OLDEST, 3],
    ]);
  });

  test('begin before a release that failed half-way, or that the branch has although it was taken back', () => {
    expect(ways(PROD, [HALF_WAY])[0]).toEqual([BAD, 1]);
    expect(ways(PROD, [{ ...HALF_WAY, state: 'rolled_back' }])[0]).toEqual([BAD, 1]);
    const takenBack = [{ by: oid('9'), commits: [HALF_WAY.envelope.commit] }];
    expect(ways({ ...PROD, takenBack }, [{ ...HALF_WAY, state: 'rolled_back' }])[0]).toEqual([GOOD, 1]);
    const early: Release = { ...HALF_WAY, steps: [] };
    expect(ways(PROD, [early])[0]).toEqual([GOOD, 1]);
    const stopped = { ...early, id: '2026-11-22-T2-prod', plannedAtMs: at('2026-11-22 22:00:00') };
    expect(ways(PROD, [HALF_WAY, stopped])[0]).toEqual([BAD, 1]);
    expect(ways(PROD, [{ ...HALF_WAY, state: 'rolled_back' }, stopped])[0]).toEqual([BAD, 1]);
  });

  test('begin with the branch alone, where a rollback has left it: not before a release that failed since', () => {
    const { deployed } = PROD;
    const left = { to: '2026-11-18-T2-prod', behind: '2026-11-19-T2-prod' };
    const record = { ...PROD, deployed: deployed === null ? null : { ...deployed, left } };
    expect(ways(record).slice(0, 2)).toEqual([
      [BAD, 0],
      [GOOD, 1],
    ]);
    expect(ways(record, [HALF_WAY])[0]).toEqual([BAD, 1]);
  });

  test('begin before a release whose slot died, until it is run again', () => {
    const planned = aRelease({
      id: '2026-11-21-T2-prod',
      environment: 'prod',
      slot: '2026-11-21/T2',
      envelope: { ...aRelease().envelope, previous: BAD },
      plannedAtMs: at('2026-11-21 22:00:00'),
    });
    const { slot: id } = planned;
    if (id === null) throw new Error('it is of no slot');
    const stage = aStage({ environment: 'prod' });
    const dead = { id, kind: 'T2', state: 'failed', latestStartMs: 0, stages: [stage] } as const;
    const nearest = (slot: NonNullable<Parameters<typeof known>[2]>[number]) =>
      ways(PROD, [planned], [slot])[0];
    expect(nearest(dead)).toEqual([BAD, 1]);
    expect(nearest({ ...dead, state: 'running' })).toEqual([GOOD, 1]);
    expect(nearest({ ...dead, stages: [{ ...stage, state: 'failed' }] })).toEqual([GOOD, 1]);
  });

  test('never lead to what was undone', () => {
    const release: Release = {
      ...aRelease({ id: '2026-11-20-rollback-prod-2300', kind: 'rollback', environment: 'prod' }),
      envelope: { ...aRelease().envelope, commit: OLD },
      order: {
        issue: 12,
        by: null,
        reason: 'x',
        to: null,
        undoes: ['2026-11-20-T2-prod', '2026-11-19-T2-prod'],
        acceptsDataLoss: false,
        branch: { base: BAD, commit: oid('9'), takesBack: [GOOD, BAD] },
      },
    };
    const after = withRolledBack(PROD, release, { atMs: NOW_MS, deploymentId: null, isBranchBack: true });
    expect(ways(after)).toEqual([[OLDEST, 1]]);
    expect(after.takenBack).toEqual([{ by: oid('9'), commits: [GOOD, BAD] }]);
  });
});

describe('/rollback', () => {
  test.each([
    ['/rollback prod it is broken', GOOD],
    ['/rollback PROD to 2026-11-19-T2-prod it is broken', GOOD],
    ['/rollback prod to 2026-11-18-T2-prod it is broken', OLD],
    ['/rollback prod to rollback/prod/2026-11-18-T2-prod it is broken', OLDEST],
    [`/rollback prod to ${OLD.slice(0, 7)} it is broken`, OLD],
    [`/rollback prod to ${OLD.slice(0, 6)} it is broken`, 'no_way_back'],
    ['/rollback prod to 2026-11-20-T2-prod that is live already', 'no_way_back'],
    ['/rollback prod to rollback/uat/2026-11-18-T2-prod another environment', 'no_way_back'],
    ['/rollback prod to be safe', 'no_way_back'],
    ['/rollback uat it is broken', 'no_way_back'],
  ])('%s', (words, target) => {
    expect(targetOf(words)).toBe(target);
  });

  test.each(['/rollback', '/rollback prod', '/rollback prod to 2026-11-19-T2-prod', '/rollback qa broken'])(
    'says what it needs when it is only %s',
    (words) => {
      expect(() => targetOf(words)).toThrow('is refused');
    },
  );

  test('is about what was live when it was written, however late it comes in', () => {
    expect([saidAt(DEPLOYED_MS), saidAt(DEPLOYED_MS - 999), saidAt(DEPLOYED_MS - 1_000)]).toEqual([
      'allowed',
      'allowed',
      'overtaken',
    ]);
  });

  test('is one at a time on an environment', () => {
    const decision = ask('/rollback prod it is broken');
    const release = decision.kind === 'allowed' ? decision.release : undefined;
    if (release === undefined) throw new Error('nothing was ordered');
    expect(outcomeOf(ask('/rollback prod once more', PROD, [release]))).toBe('rollback_running');
    const old = { ...release, plannedAtMs: NOW_MS - 91 * 60_000 };
    expect(outcomeOf(ask('/rollback prod once more', PROD, [{ ...old, id: 'old' }]))).toBe('allowed');
  });

  test.each([
    ['/rollback prod it is broken', 'restore_required'],
    ['/rollback prod i understand that data is lost: it is broken', 'restore_required'],
    ['/rollback prod I understand that data is lost: it is broken', 'allowed'],
  ])('asks for the exact words where data was thrown away: %s', (words, outcome) => {
    const deployed =
      PROD.deployed === null ? null : { ...PROD.deployed, rollback: 'restore_required' as const };
    expect(outcomeOf(ask(words, { ...PROD, deployed }))).toBe(outcome);
  });
});

describe('a run that wants a rollback', () => {
  const release = aRelease({ id: '2026-11-20-rollback-prod-1900', kind: 'rollback', environment: 'prod' });
  const held: Release = { ...release, deployer: { runId: 7, attempt: 1, fencingToken: 1 } };
  const claim = (changes: Partial<Release>, given: Partial<Parameters<typeof refuseClaim>[1]> = {}) =>
    refuseClaim({ ...held, ...changes }, { runId: 8, nowMs: NOW_MS, hasEnded: false, ...given })?.reason ??
    'free';
  const enter = (given: Partial<Parameters<typeof refuseEntry>[1]>, changes: Partial<Release> = {}) =>
    refuseEntry({ ...held, ...changes }, { environment: 'prod', attempt: 1, nowMs: NOW_MS, ...given })
      ?.reason ?? 'free';

  test('takes it in hand when nobody has it, or whoever had it has ended', () => {
    expect(claim({ deployer: null })).toBe('free');
    expect(claim({})).toBe('slot_taken');
    expect(claim({}, { hasEnded: true })).toBe('free');
    expect(claim({}, { runId: 7 })).toBe('free');
    expect(claim({ state: 'failed' })).toBe('free');
    expect(claim({ state: 'live' })).toBe('slot_done');
    expect(claim({ state: 'rolled_back' })).toBe('slot_done');
    expect(claim({}, { runId: 7, nowMs: NOW_MS + 91 * 60_000 })).toBe('slot_too_late');
  });

  test('enters its own environment once, with the attempt that planned it', () => {
    expect(enter({})).toBe('free');
    expect(enter({ environment: 'uat' })).toBe('nothing_to_do');
    expect(enter({ attempt: 2 })).toBe('foreign_run');
    expect(enter({}, { state: 'live' })).toBe('slot_done');
    expect(enter({ nowMs: NOW_MS + 91 * 60_000 })).toBe('slot_too_late');
  });

  test('is known by its number, and a slot’s run is none', () => {
    expect(claimedOrder(new Map([[held.id, held]]), 7)).toBeNull();
  });

  test('outside of Actions has no rollback that has ended, which would keep it from its slot', () => {
    const order = {
      issue: 1,
      by: null,
      reason: 'x',
      to: null,
      undoes: [],
      acceptsDataLoss: false,
      branch: null,
    };
    const own: Release = { ...held, order, deployer: { runId: null, attempt: 1, fencingToken: 1 } };
    expect(claimedOrder(new Map([[own.id, own]]), null)?.id).toBe(own.id);
    expect(claimedOrder(new Map([[own.id, { ...own, state: 'live' as const }]]), null)).toBeNull();
  });
});

describe('what a rollback took back', () => {
  const [fix, back, again] = [aCommit('f'), aCommit('b'), aCommit('a')];
  const onUat = { ...aCommit('u'), patchId: fix.patchId };
  const takenBack = [{ by: back.oid, commits: [fix.oid] }];
  const stateOf = (changes: Parameters<typeof someParityFacts>[0]) =>
    judgeParity(someParityFacts({ takenBack, ...changes })).state;

  test('is not there: neither a difference of its own, nor a copy of what the other side has', () => {
    expect(stateOf({ prodOnly: [fix, back] })).toBe('aligned');
    expect(stateOf({ prodOnly: [fix, back], uatOnly: [onUat] })).toBe('uat_ahead');
    expect(stateOf({ prodOnly: [fix, back], uatOnly: [onUat], inFlight: new Set([onUat.oid]) })).toBe(
      'aligned',
    );
  });

  test('and put on again it is there once', () => {
    const relanded = { ...again, patchId: fix.patchId };
    expect(stateOf({ prodOnly: [fix, back, relanded], uatOnly: [onUat] })).toBe('aligned');
  });

  test('is a difference where the other side has it by the same name', () => {
    expect(stateOf({ prodOnly: [back] })).toBe('prod_ahead');
  });
});
