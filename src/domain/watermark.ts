import type { EnvironmentName } from './policy.ts';

/** Where a branch was when somebody looked. */
export interface SeenTip {
  readonly tip: string;
  readonly atMs: number;
}

/** By environment; one that is not there was never looked at. */
type SeenTips = Readonly<Partial<Record<EnvironmentName, SeenTip>>>;

/** How far things have been read and said. */
export interface Watermark {
  /** When the ledger began. What this system said before is of another one. */
  readonly beganAtMs: number;
  /** Bugs: reports, comments, labels; pull requests. */
  readonly readUpToMs: number;
  /** Issues that are no bugs, on which commands are answered. Only the App looks at them, so a slot leaves it alone. */
  readonly othersReadUpToMs: number;
  /** What the clock made due before this has been told on the channels; `null`: nothing ever was. */
  readonly saidUpToMs: number | null;
  /** Where the branches of the environments were: what was on them has to stay on them. */
  readonly tips: SeenTips;
  /** Of this system, with the one that wrote it: what is said elsewhere bears it, so that a ledger moved back is found. */
  readonly commits: number;
}

/** What GitHub dates before this has been seen. */
export type ReadMark = 'readUpToMs' | 'othersReadUpToMs';

/** What was written before this system came is not for it, but for the days in which it was being set up. */
const SETTING_UP_MS = 3 * 24 * 3_600_000;

/**
 * Where reading begins: with the first commit of the ledger, so that from then on nothing is missed, however late the
 * first reconciliation comes.
 */
export function firstWatermark(nowMs: number): Watermark {
  const sinceMs = nowMs - SETTING_UP_MS;
  return {
    beganAtMs: nowMs,
    readUpToMs: sinceMs,
    othersReadUpToMs: sinceMs,
    saidUpToMs: null,
    tips: {},
    commits: 0,
  };
}

/** Moves it as far as somebody has read; `null`: not at all. Never back. */
export function moveWatermark(from: Watermark, read: { readonly [K in ReadMark]: number | null }): Watermark {
  return {
    ...from,
    readUpToMs: Math.max(from.readUpToMs, read.readUpToMs ?? 0),
    othersReadUpToMs: Math.max(from.othersReadUpToMs, read.othersReadUpToMs ?? 0),
  };
}

/** Notes where branches were seen. A branch that stays where it is is not noted again, and older news change nothing. */
export function withTips(
  watermark: Watermark,
  seen: Iterable<readonly [EnvironmentName, SeenTip]>,
): Watermark {
  const news = [...seen].filter(([environment, { tip, atMs }]) => {
    const known = watermark.tips[environment];
    return known === undefined || (known.tip !== tip && known.atMs < atMs);
  });
  return news.length === 0
    ? watermark
    : { ...watermark, tips: { ...watermark.tips, ...Object.fromEntries(news) } };
}
