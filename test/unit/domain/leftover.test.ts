import { describe, expect, test } from 'vitest';
import { emptyLedger, type EnvironmentRecord, type Leftover } from '../../../src/domain/ledger.ts';
import { behindLeftover, withLeftovers } from '../../../src/domain/leftover.ts';
import type { Release } from '../../../src/domain/release.ts';
import type { SlotRecord } from '../../../src/domain/slot.ts';
import { aRelease, aStage, NOW_MS } from '../../support/builders.ts';

const [LIVE, FIRST, SECOND] = ['b'.repeat(40), 'c'.repeat(40), 'e'.repeat(40)];

/** The slot, with its stage for UAT planned on top of a commit. */
function slotOn(base: string, candidate: string): SlotRecord {
  return {
    id: '2026-11-20/T1',
    kind: 'T1',
    state: 'running',
    reason: null,
    claim: null,
    latestStartMs: NOW_MS,
    finishedAtMs: null,
    unsafe: null,
    stages: [aStage({ base, candidate })],
    outcomes: [],
  };
}

/** A release of UAT that went from what is live to a commit. */
function releaseOf(commit: string, changes: Partial<Release> = {}): Release {
  return aRelease({
    state: 'failed',
    ...changes,
    envelope: { ...aRelease().envelope, commit, previous: LIVE },
  });
}

/** The leftovers of UAT once a release of the slot is written. */
function leftoversAfter(
  release: Release,
  { base = LIVE, known = [] }: { base?: string; known?: readonly Leftover[] } = {},
): EnvironmentRecord['leftovers'] {
  const uat = { environment: 'uat', deployed: null, history: [], takenBack: [], leftovers: known } as const;
  const locks = { leases: [], lastToken: 0 };
  const before = { ...emptyLedger(), environments: new Map([['uat', { ...uat, locks }] as const]) };
  const slots = [slotOn(base, release.envelope.commit)];
  return withLeftovers(before, { slots, releases: [release] }).environments?.[0]?.leftovers;
}

function behind(tip: string, { base, commit }: { base: string; commit: string }): string {
  return behindLeftover(leftoversAfter(releaseOf(commit), { base }), tip);
}

describe('where only the branch tells what runs', () => {
  test('what a release pushed that did not come live is not it', () => {
    expect(behind(FIRST, { base: LIVE, commit: FIRST })).toBe(LIVE);
  });

  test('nor is it once that release is planned again on top of what it had pushed', () => {
    expect(behind(FIRST, { base: FIRST, commit: SECOND })).toBe(LIVE);
  });

  test('nor is it once the checks of that release took it back', () => {
    const left = leftoversAfter(releaseOf(FIRST, { state: 'rolled_back' }));
    expect(behindLeftover(left, FIRST)).toBe(LIVE);
  });

  test('what a rollback is to lead back to is', () => {
    expect(leftoversAfter(releaseOf(LIVE, { kind: 'rollback' }))).toBeUndefined();
  });

  test('what somebody has pushed since is', () => {
    expect(behind('f'.repeat(40), { base: LIVE, commit: FIRST })).toBe('f'.repeat(40));
  });

  test('what has come live since is, with all that lies below it', () => {
    const known = leftoversAfter(releaseOf(FIRST)) ?? [];
    expect(leftoversAfter(releaseOf(SECOND, { state: 'live' }), { base: FIRST, known })).toEqual([]);
  });

  test('a release that is planned on top of what a failed one has left does not hide it', () => {
    const known = leftoversAfter(releaseOf(FIRST)) ?? [];
    const planned = releaseOf(SECOND, {
      id: '2026-11-20-T2-uat',
      state: 'planned',
      plannedAtMs: NOW_MS + 1,
    });
    const left = leftoversAfter(planned, { base: FIRST, known });
    expect(behindLeftover(left, FIRST)).toBe(LIVE);
  });

  test('only so many are kept', () => {
    let known: readonly Leftover[] = [];
    for (let n = 1; n <= 9; n += 1) {
      const release = releaseOf(FIRST, { id: `2026-11-0${n}-T1-uat`, plannedAtMs: NOW_MS + n });
      known = leftoversAfter(release, { known }) ?? [];
    }
    expect(known.map(({ release }) => release)).toEqual([9, 8, 7, 6].map((n) => `2026-11-0${n}-T1-uat`));
  });
});
