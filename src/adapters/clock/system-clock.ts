import type { Clock } from '../../ports/clock.ts';

/** The machine's clock, moved by a fixed offset in milliseconds; 0 leaves it as it is. */
export function systemClock(offsetMs = 0): Clock {
  return { nowMs: () => Date.now() + offsetMs };
}
