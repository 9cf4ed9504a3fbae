import { describe, expect, test } from 'vitest';
import { behindUnfinished } from '../../../src/domain/release.ts';
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

function behind(tip: string, { base, commit }: { base: string; commit: string }): string {
  const { envelope } = aRelease();
  const release = aRelease({ state: 'failed', envelope: { ...envelope, commit, previous: LIVE } });
  const slots = new Map([[slotOn(base, commit).id, slotOn(base, commit)]]);
  return behindUnfinished({ releases: [release], slots }, 'uat', tip);
}

describe('where only the branch tells what runs', () => {
  test('what a release pushed that did not come live is not it', () => {
    expect(behind(FIRST, { base: LIVE, commit: FIRST })).toBe(LIVE);
  });

  test('nor is it once that release is planned again on top of what it had pushed', () => {
    expect(behind(FIRST, { base: FIRST, commit: SECOND })).toBe(LIVE);
  });

  test('what a rollback is to lead back to is', () => {
    const { envelope } = aRelease();
    const order = aRelease({ kind: 'rollback', envelope: { ...envelope, commit: LIVE, previous: FIRST } });
    expect(behindUnfinished({ releases: [order], slots: new Map() }, 'uat', LIVE)).toBe(LIVE);
  });

  test('what somebody has pushed since is', () => {
    expect(behind('f'.repeat(40), { base: LIVE, commit: FIRST })).toBe('f'.repeat(40));
  });
});
