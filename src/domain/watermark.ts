/** How far GitHub has been read. What it dates before has been seen. */
export interface Watermark {
  /** Bugs: reports, comments, labels; pull requests. */
  readonly readUpToMs: number;
  /** Issues that are no bugs, on which commands are answered. Only the App looks at them, so a slot leaves it alone. */
  readonly othersReadUpToMs: number;
}

/** What was written before this system came is not for it, but for the days in which it was being set up. */
const SETTING_UP_MS = 3 * 24 * 3_600_000;

/**
 * Where reading begins: with the first commit of the ledger, so that from then on nothing is missed, however late the
 * first reconciliation comes.
 */
export function firstWatermark(nowMs: number): Watermark {
  return { readUpToMs: nowMs - SETTING_UP_MS, othersReadUpToMs: nowMs - SETTING_UP_MS };
}

/** Moves it as far as somebody has read; `null`: not at all. Never back. */
export function moveWatermark(
  from: Watermark,
  read: { readonly [K in keyof Watermark]: number | null },
): Watermark {
  return {
    readUpToMs: Math.max(from.readUpToMs, read.readUpToMs ?? 0),
    othersReadUpToMs: Math.max(from.othersReadUpToMs, read.othersReadUpToMs ?? 0),
  };
}
