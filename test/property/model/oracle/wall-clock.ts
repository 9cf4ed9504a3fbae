/**
 * A zone as a person would write it down: the offset on both sides of the one change of the clock nearby. Knows nothing
 * of the product's calendar, which it is compared with.
 */
export interface WallClock {
  readonly zone: string;
  readonly changesAtMs: number;
  /** Minutes east of Greenwich. */
  readonly before: number;
  readonly after: number;
}

const MINUTE_MS = 60_000;

function offsetAt({ changesAtMs, before, after }: WallClock, atMs: number): number {
  return (atMs < changesAtMs ? before : after) * MINUTE_MS;
}

/** What the clock on the wall shows, `2026-11-20 19:05:30`. */
export function wallTime(clock: WallClock, atMs: number): string {
  return new Date(atMs + offsetAt(clock, atMs)).toISOString().slice(0, 19).replace('T', ' ');
}

/** When the wall shows a time: the first of two such moments, or as long after a gap as it says. */
export function momentOf(clock: WallClock, date: string, time: string): number {
  const asUtcMs = Date.parse(`${date}T${time}:00Z`);
  const moments = [clock.before, clock.after].map((offset) => asUtcMs - offset * MINUTE_MS);
  const real = moments.filter((moment) => wallTime(clock, moment) === `${date} ${time}:00`);
  return Math.min(...(real.length > 0 ? real : [asUtcMs - clock.before * MINUTE_MS]));
}
