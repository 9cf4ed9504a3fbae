import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeWatch, type Sample, type WatchCourse, type WatchVerdict } from '../../../src/domain/watch.ts';
import { aWatchLimit } from '../../support/builders.ts';

const RUN = { numRuns: 500 };
const MINUTE = 60_000;

/** Looks at irregular moments; every third finds nothing, and values lie on both sides of 1. */
const course = fc
  .record({
    looks: fc.array(
      fc.record({
        afterMs: fc.integer({ min: 1, max: 40_000 }),
        value: fc.oneof(
          fc.constant(null),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.constantFrom(1.1, 7),
        ),
      }),
      { maxLength: 60 },
    ),
    forMs: fc.integer({ min: 0, max: 3 * MINUTE }),
    samples: fc.integer({ min: 2, max: 6 }),
    minimumSamples: fc.integer({ min: 1, max: 10 }),
  })
  .map(({ looks, ...limit }): WatchCourse => {
    let atMs = 0;
    const samples = looks.map(({ afterMs, value }): Sample => {
      atMs += afterMs;
      return { limit: 'error_percent', atMs, value, reason: value === null ? 'silence' : null };
    });
    return { limits: [aWatchLimit(limit)], baseline: [], samples, untilMs: 10 * MINUTE };
  });

const nowOf = ({ samples }: WatchCourse) => samples.at(-1)?.atMs ?? 0;
const judge = (given: WatchCourse, nowMs = nowOf(given)): WatchVerdict => judgeWatch(given, nowMs);
const limitOf = ({ limits }: WatchCourse) => limits[0] ?? aWatchLimit();

test('a breach has its evidence: enough samples, all out of bounds, over enough time, nothing good between', () => {
  fc.assert(
    fc.property(course, (given) => {
      const verdict = judge(given);
      if (verdict.kind !== 'breached') return;
      const { evidence } = verdict.breach;
      const limit = limitOf(given);
      expect(evidence.length).toBeGreaterThanOrEqual(limit.samples);
      expect(evidence.every(({ value }) => (value ?? 0) > 1)).toBe(true);
      const [first, last] = [evidence[0]?.atMs ?? 0, evidence.at(-1)?.atMs ?? 0];
      expect(last - first).toBeGreaterThanOrEqual(limit.forMs);
      const between = given.samples.filter(({ atMs }) => atMs >= first && atMs <= last);
      expect(between.every(({ value }) => value === null || value > 1)).toBe(true);
    }),
    RUN,
  );
});

test('what is passed was seen, to the end, and is within its limits', () => {
  fc.assert(
    fc.property(course, (given) => {
      const nowMs = Math.max(nowOf(given), 14 * MINUTE);
      if (judge(given, nowMs).kind !== 'passed') return;
      const values = given.samples.filter(({ value }) => value !== null);
      expect(values.length).toBeGreaterThanOrEqual(limitOf(given).minimumSamples);
      expect(2 * values.length).toBeGreaterThanOrEqual(given.samples.length);
      expect(values.at(-1)?.value).toBeLessThanOrEqual(1);
      expect(nowMs - (values.at(-1)?.atMs ?? 0)).toBeLessThanOrEqual(Math.max(limitOf(given).forMs, MINUTE));
    }),
    RUN,
  );
});

test('a watch ends: however it goes, not later than its time and one breach', () => {
  fc.assert(
    fc.property(course, (given) => {
      const endMs = Math.max(nowOf(given), given.untilMs + limitOf(given).forMs);
      expect(judge(given, endMs).kind).not.toBe('continue');
      expect(judge(given, endMs + 1).kind).not.toBe('continue');
    }),
    RUN,
  );
});

test('a breach stays one, whatever comes after it', () => {
  fc.assert(
    fc.property(course, course, (given, later) => {
      if (judge(given).kind !== 'breached') return;
      const moved = later.samples.map((each) => ({ ...each, atMs: each.atMs + nowOf(given) }));
      expect(judge({ ...given, samples: [...given.samples, ...moved] }).kind).toBe('breached');
    }),
    RUN,
  );
});
