import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { setAlarm } from '../../../src/sandbox/alarm.ts';
import { createClock } from '../../../src/sandbox/clock.ts';

const START_MS = Date.UTC(2026, 10, 20, 19);
beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
afterEach(() => void vi.useRealTimers());

test('a standing clock rings when it jumps to the time or past it, once', () => {
  const clock = createClock(START_MS);
  let rung = 0;
  setAlarm(clock, START_MS + 1000, () => (rung += 1));
  clock.advanceTo(START_MS + 999);
  vi.advanceTimersByTime(5000);
  expect(rung).toBe(0);
  clock.advanceTo(START_MS + 5000);
  clock.advanceTo(START_MS + 9000);
  expect(rung).toBe(1);
});

test('a running clock rings by itself', () => {
  const clock = createClock();
  let rung = 0;
  setAlarm(clock, START_MS + 30_000, () => (rung += 1));
  vi.advanceTimersByTime(29_000);
  expect(rung).toBe(0);
  vi.advanceTimersByTime(1000);
  expect(rung).toBe(1);
});

test('an alarm that is called off is silent', () => {
  const clock = createClock(START_MS);
  let rung = 0;
  setAlarm(clock, START_MS + 1000, () => (rung += 1))();
  clock.advanceTo(START_MS + 5000);
  expect(rung).toBe(0);
});
