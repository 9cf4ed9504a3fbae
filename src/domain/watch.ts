import type { MetricSource } from './metric.ts';

/** What a metric may not be. `times_baseline`: what was measured before the deploy, times a factor. */
export type Bound =
  | { readonly kind: 'max'; readonly value: number }
  | { readonly kind: 'min'; readonly value: number }
  | { readonly kind: 'times_baseline'; readonly factor: number };

/** A limit that a release is watched by. */
export interface WatchLimit {
  /** Unique in a watch. */
  readonly name: string;
  readonly source: MetricSource;
  readonly bound: Bound;
  /** How long it has to be out of bounds to be breached. */
  readonly forMs: number;
  /** How many samples one after the other have to be out of bounds; at least 2. */
  readonly samples: number;
  /** With fewer values in the whole watch nothing was seen. */
  readonly minimumSamples: number;
  /** `report`: it is written down, and the release goes on. */
  readonly onBreach: 'rollback' | 'report';
}

/** How an environment's releases are watched. */
export interface WatchPolicy {
  /** For how long after each step of a rollout. */
  readonly minutes: number;
  readonly everySeconds: number;
  /** What is done when the time is up and nobody can say that all is well. */
  readonly onInconclusive: 'rollback' | 'continue';
  readonly limits: readonly WatchLimit[];
}

/** What is usual: PRODUCT section 10.8. Chosen by giving a metric of that name a source. */
export const WATCH_DEFAULTS: Readonly<
  Record<string, { readonly bound: Bound; readonly forSeconds: number }>
> = {
  http_5xx_percent: { bound: { kind: 'max', value: 0.5 }, forSeconds: 60 },
  latency_p95: { bound: { kind: 'times_baseline', factor: 1.2 }, forSeconds: 120 },
  latency_p99: { bound: { kind: 'times_baseline', factor: 3 }, forSeconds: 120 },
  error_percent: { bound: { kind: 'max', value: 1 }, forSeconds: 120 },
  memory_percent: { bound: { kind: 'max', value: 85 }, forSeconds: 60 },
  cpu_percent: { bound: { kind: 'max', value: 80 }, forSeconds: 300 },
  login_success_percent: { bound: { kind: 'min', value: 99 }, forSeconds: 60 },
};

/** What was measured before the deploy. */
export interface Baseline {
  readonly limit: string;
  readonly service: string | null;
  readonly value: number;
}

/** One look at a metric. */
export interface Sample {
  readonly limit: string;
  readonly atMs: number;
  /** `null`: there was none. */
  readonly value: number | null;
  /** Why there was none. */
  readonly reason: string | null;
}

/** A metric that was out of bounds long enough. */
export interface Breach {
  readonly limit: WatchLimit;
  /** The samples that were, one after the other. */
  readonly evidence: readonly Sample[];
}

export type WatchVerdict =
  | { readonly kind: 'continue' }
  /** `reported`: breaches that stop nothing. */
  | { readonly kind: 'passed'; readonly reported: readonly Breach[] }
  | { readonly kind: 'breached'; readonly breach: Breach }
  /** The time is up, and this limit can neither be called kept nor broken. */
  | { readonly kind: 'inconclusive'; readonly limit: WatchLimit; readonly because: string };

/** A watch as far as it has come: its samples in the order of time. */
export interface WatchCourse {
  readonly limits: readonly WatchLimit[];
  readonly baseline: readonly Baseline[];
  readonly samples: readonly Sample[];
  /** When it may end. */
  readonly untilMs: number;
}

/** Silence for so long means that the metric is not seen any more, however short a breach may be. */
const LONGEST_SILENCE_MS = 60_000;

/** How far a watch is, as its people are told while it runs. */
export interface WatchProgress {
  /** What it watches; `null`: the repository is one service without a name. */
  readonly service: string | null;
  /** Share of the traffic that has the release. */
  readonly percent: number | null;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** When it was told. */
  readonly atMs: number;
  /** The last value of each limit; `null`: there was none. */
  readonly seen: readonly { readonly limit: string; readonly value: number | null }[];
}

/** How often a watch is told of, and at most once in how long: each time costs a commit and a write for every bug aboard. */
const TELLINGS = 4;
const LEAST_BETWEEN_MS = 60_000;

/** Tells whether what people were told last of a watch has grown old; `null`: they were told nothing. */
export function isTellingDue(told: WatchProgress | null, nowMs: number): boolean {
  if (told === null) return true;
  const everyMs = Math.max(LEAST_BETWEEN_MS, (told.untilMs - told.sinceMs) / TELLINGS);
  return nowMs - told.atMs >= everyMs;
}

/** The progress of a watch at `atMs`. */
export function progressOf(
  course: WatchCourse,
  watched: Pick<WatchProgress, 'service' | 'percent' | 'sinceMs' | 'atMs'>,
): WatchProgress {
  const seen = course.limits.map(({ name }) => ({
    limit: name,
    value: course.samples.findLast(({ limit }) => limit === name)?.value ?? null,
  }));
  const { service, percent, sinceMs, atMs } = watched;
  return { service, percent, sinceMs, untilMs: course.untilMs, atMs, seen };
}

/**
 * Judges a watch at `nowMs`. A breach ends it at once. At its end all limits have to be seen and kept; a metric that is
 * out of bounds just then is waited for, as long as it takes to be breached. `inconclusive` is no pass.
 */
export function judgeWatch(course: WatchCourse, nowMs: number): WatchVerdict {
  const breaches = course.limits.flatMap((limit) => findBreach(course, limit) ?? []);
  const breach = breaches.find(({ limit }) => limit.onBreach === 'rollback');
  if (breach !== undefined) return { kind: 'breached', breach };
  if (nowMs < course.untilMs) return { kind: 'continue' };
  const binding = course.limits.filter(({ onBreach }) => onBreach === 'rollback');
  const outside = binding.filter((limit) => isOutsideNow(course, limit));
  if (outside.some(({ forMs }) => nowMs < course.untilMs + forMs)) return { kind: 'continue' };
  for (const limit of binding) {
    const because = outside.includes(limit)
      ? 'it is out of bounds, and was not long enough to be breached'
      : describeLack(course, limit, nowMs);
    if (because !== null) return { kind: 'inconclusive', limit, because };
  }
  return { kind: 'passed', reported: breaches };
}

/** The number that a metric may not pass; `null`: nobody knows, as there is no baseline. */
export function limitValue({ name, bound }: WatchLimit, baseline: readonly Baseline[]): number | null {
  if (bound.kind !== 'times_baseline') return bound.value;
  const before = baseline.find(({ limit }) => limit === name);
  return before === undefined ? null : before.value * bound.factor;
}

function samplesOf({ samples }: WatchCourse, { name }: WatchLimit): readonly Sample[] {
  return samples.filter(({ limit }) => limit === name);
}

function isOutside(value: number, limit: WatchLimit, { baseline }: WatchCourse): boolean {
  const border = limitValue(limit, baseline);
  if (border === null) return false;
  return limit.bound.kind === 'min' ? value < border : value > border;
}

/** A look that found no value neither ends a series nor makes it longer. */
function findBreach(course: WatchCourse, limit: WatchLimit): Breach | null {
  let evidence: Sample[] = [];
  for (const sample of samplesOf(course, limit)) {
    if (sample.value === null) continue;
    evidence = isOutside(sample.value, limit, course) ? [...evidence, sample] : [];
    const lastedMs = sample.atMs - (evidence[0]?.atMs ?? sample.atMs);
    if (evidence.length >= limit.samples && lastedMs >= limit.forMs) return { limit, evidence };
  }
  return null;
}

function isOutsideNow(course: WatchCourse, limit: WatchLimit): boolean {
  const value = samplesOf(course, limit).findLast((sample) => sample.value !== null)?.value ?? null;
  return value !== null && isOutside(value, limit, course);
}

/** What there is too little of to call a limit kept; `null`: nothing. */
function describeLack(course: WatchCourse, limit: WatchLimit, nowMs: number): string | null {
  if (limitValue(limit, course.baseline) === null) return 'nothing was measured before the deploy';
  const samples = samplesOf(course, limit);
  const values = samples.filter(({ value }) => value !== null);
  const why = samples.findLast(({ reason }) => reason !== null)?.reason ?? 'nothing was asked';
  const last = values.at(-1);
  if (last === undefined) return `it never had a value: ${why}`;
  if (values.length < limit.minimumSamples || 2 * values.length < samples.length)
    return `it had a value in ${values.length} of ${samples.length} samples only: ${why}`;
  const isSilent = nowMs - last.atMs > Math.max(limit.forMs, LONGEST_SILENCE_MS);
  return isSilent ? `it has had no value for ${Math.round((nowMs - last.atMs) / 1_000)} s: ${why}` : null;
}
