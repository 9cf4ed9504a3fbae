import { describe, expect, test } from 'vitest';
import { renderBreach, renderProgress, renderSeen } from '../../../src/domain/text/watch.ts';
import { judgeWatch, type Sample, type WatchCourse, type WatchLimit } from '../../../src/domain/watch.ts';
import { aWatchLimit } from '../../support/builders.ts';

const EVERY_MS = 15_000;
const UNTIL_MS = 600_000;

/** Samples of a limit every 15 s from 0; `null` is no data. */
function samplesOf(values: readonly (number | null)[], limit = 'error_percent'): Sample[] {
  return values.map((value, index) => ({
    limit,
    atMs: index * EVERY_MS,
    value,
    reason: value === null ? 'the query gives no series' : null,
  }));
}

function courseOf(values: readonly (number | null)[], changes: Partial<WatchLimit> = {}): WatchCourse {
  return { limits: [aWatchLimit(changes)], baseline: [], samples: samplesOf(values), untilMs: UNTIL_MS };
}

const judgeAt = (course: WatchCourse, nowMs: number) => judgeWatch(course, nowMs).kind;
/** 41 samples: ten minutes. */
const whole = (value: number | null) => Array.from({ length: 41 }, () => value);

describe('a watch', () => {
  test('goes on as long as its time is not up', () => {
    expect(judgeAt(courseOf([0, 0, 0]), 30_000)).toBe('continue');
  });

  test('is passed when its time is up and everything was seen and within its limits', () => {
    expect(judgeAt(courseOf(whole(0.9)), UNTIL_MS)).toBe('passed');
  });

  test('forgives a single sample that is out of bounds', () => {
    expect(judgeAt(courseOf([0, 5, 0, 5, 0]), 60_000)).toBe('continue');
    expect(judgeAt(courseOf([...whole(0), 0, 5, 0]), UNTIL_MS + 45_000)).toBe('passed');
  });

  test('is broken at once by enough samples over enough time, and shows them', () => {
    const verdict = judgeWatch(courseOf([0, 4, 5]), 30_000);
    expect(verdict).toMatchObject({
      kind: 'breached',
      breach: {
        evidence: [
          { value: 4, atMs: 15_000 },
          { value: 5, atMs: 30_000 },
        ],
      },
    });
  });

  test('is not broken by many samples in too short a time, nor by too few over a long one', () => {
    expect(judgeAt(courseOf([5, 5, 5], { forMs: 60_000 }), 30_000)).toBe('continue');
    expect(judgeAt(courseOf([5, null, null, null, null, 5], { samples: 3 }), 75_000)).toBe('continue');
  });

  test('keeps counting over a look that found nothing', () => {
    expect(judgeAt(courseOf([5, null, 5]), 30_000)).toBe('breached');
  });

  test('takes a minimum the other way round, and lets both be reached exactly', () => {
    const login = { bound: { kind: 'min', value: 99 } } as const;
    expect(judgeAt(courseOf([98, 98.9], login), EVERY_MS)).toBe('breached');
    expect(judgeAt(courseOf([99, 99], login), EVERY_MS)).toBe('continue');
    expect(judgeAt(courseOf([1, 1]), EVERY_MS)).toBe('continue');
  });

  test('holds a metric against what it was before', () => {
    const slow = { name: 'latency_p95', bound: { kind: 'times_baseline', factor: 1.2 } } as const;
    const course = (values: number[]): WatchCourse => ({
      ...courseOf([], slow),
      samples: samplesOf(values, 'latency_p95'),
      baseline: [{ limit: 'latency_p95', service: null, value: 200 }],
    });
    expect(judgeAt(course([239, 240]), EVERY_MS)).toBe('continue');
    expect(judgeAt(course([241, 250]), EVERY_MS)).toBe('breached');
  });

  test('waits at its end for a metric that is out of bounds, as long as a breach takes', () => {
    const limit = { forMs: 60_000 };
    expect(judgeAt(courseOf([...whole(0), 5], limit), UNTIL_MS + EVERY_MS)).toBe('continue');
    expect(judgeAt(courseOf([...whole(0), 5, 5, 5, 5, 5], limit), UNTIL_MS + 75_000)).toBe('breached');
    expect(judgeAt(courseOf([...whole(0), 5, 0], limit), UNTIL_MS + 30_000)).toBe('passed');
    expect(judgeAt(courseOf([...whole(0), 5, null, null, null], limit), UNTIL_MS + 60_000)).toBe(
      'inconclusive',
    );
  });
});

/** Why a watch of ten minutes cannot be judged. */
function lack(course: WatchCourse): string {
  const verdict = judgeWatch(course, UNTIL_MS);
  return verdict.kind === 'inconclusive' ? verdict.because : verdict.kind;
}

describe('a watch that did not see enough is inconclusive', () => {
  test('when a metric never had a value', () => {
    expect(lack(courseOf(whole(null)))).toBe('it never had a value: the query gives no series');
  });

  test('when it had too few, or in less than half of the looks', () => {
    expect(lack(courseOf([0, 0], { minimumSamples: 3 }))).toContain('2 of 2 samples only');
    expect(lack(courseOf(whole(null).map((value, index) => (index % 3 === 0 ? 0 : value))))).toContain(
      '14 of 41 samples only',
    );
  });

  test('when it fell silent before the end', () => {
    expect(lack(courseOf(whole(0).map((value, index) => (index > 35 ? null : value))))).toContain(
      'it has had no value for 75 s',
    );
  });

  test('when nothing was measured before that it could be held against', () => {
    const limit = { bound: { kind: 'times_baseline', factor: 3 } } as const;
    expect(lack(courseOf(whole(0), limit))).toBe('nothing was measured before the deploy');
  });
});

describe('a limit that only reports', () => {
  const report = { onBreach: 'report' } as const;

  test('stops nothing, and is told of at the end', () => {
    expect(judgeAt(courseOf([5, 5, 5], report), 30_000)).toBe('continue');
    const verdict = judgeWatch(courseOf([5, 5, ...whole(0)], report), UNTIL_MS);
    expect(verdict).toMatchObject({ kind: 'passed', reported: [{ limit: { name: 'error_percent' } }] });
  });

  test('may be blind', () => {
    expect(judgeAt(courseOf(whole(null), report), UNTIL_MS)).toBe('passed');
  });
});

describe('what is told of a watch', () => {
  test('is the limit that broke, with what was seen', () => {
    const verdict = judgeWatch(courseOf([0, 4.25, 5]), 30_000);
    if (verdict.kind !== 'breached') throw new Error(verdict.kind);
    expect(renderBreach(verdict.breach, [])).toBe(
      '`error_percent` has to be at most 1, and was 4.25, 5 in 2 samples over 0:15 min',
    );
  });

  test('is how far it is, and what it saw last', () => {
    const course = courseOf([0, 0.12345]);
    expect(renderProgress(course, { startMs: 0, nowMs: 75_000 })).toBe(
      'watched 1:15 of 10:00: error_percent 0.123 (at most 1)',
    );
    expect(renderProgress(courseOf([null]), { startMs: 0, nowMs: 0 })).toContain(
      'error_percent unknown, the query gives no series',
    );
  });

  test('is the worst that each metric was', () => {
    const course: WatchCourse = {
      ...courseOf([2, 3, 1]),
      limits: [aWatchLimit(), aWatchLimit({ name: 'other', bound: { kind: 'times_baseline', factor: 3 } })],
      baseline: [{ limit: 'other', service: null, value: 0.1 }],
    };
    expect(renderSeen(course)).toBe(
      '`error_percent` at worst 3 of at most 1, 3 samples; `other` no value of at most 0.3 (3 times 0.1 before), 0 samples',
    );
  });
});
