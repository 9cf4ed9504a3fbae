import type { SlotCalendar } from '../calendar.ts';
import type { Policy } from '../policy.ts';
import { watchedReleases, type WatchLedger } from '../watched-release.ts';
import {
  limitValue,
  type Baseline,
  type Breach,
  type Sample,
  type WatchCourse,
  type WatchLimit,
  type WatchProgress,
  type WatchVerdict,
} from '../watch.ts';
import { code, plain } from './markdown.ts';
import { renderLocal } from './time.ts';

/** A number as it is read: at most three digits behind the point. */
function renderNumber(value: number): string {
  const isPlain = value === 0 || (Math.abs(value) >= 0.001 && Math.abs(value) < 1e12);
  return isPlain ? String(Math.round(value * 1_000) / 1_000) : value.toExponential(2);
}

/** `1:05` */
function renderClock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** What a metric has to be: `at most 0.5`, `at most 240 (1.2 times 200 before)`. */
function renderBound(limit: WatchLimit, baseline: readonly Baseline[]): string {
  const { bound } = limit;
  if (bound.kind !== 'times_baseline')
    return `${bound.kind === 'max' ? 'at most' : 'at least'} ${renderNumber(bound.value)}`;
  const border = limitValue(limit, baseline);
  if (border === null) return `at most ${bound.factor} times what it was`;
  return `at most ${renderNumber(border)} (${bound.factor} times ${renderNumber(border / bound.factor)} before)`;
}

/** One line of the log: how far a watch is, and what it saw last. */
export function renderProgress(
  course: WatchCourse,
  { startMs, nowMs }: { startMs: number; nowMs: number },
): string {
  const seen = course.limits.map((limit) => {
    const last = course.samples.findLast((sample) => sample.limit === limit.name);
    return `${limit.name} ${renderSample(last)} (${renderBound(limit, course.baseline)})`;
  });
  const progress = { sinceMs: startMs, untilMs: course.untilMs, atMs: nowMs };
  return `watched ${describeProgress(progress)}: ${seen.join(', ')}`;
}

/** `2:30 of 10:00` */
export function describeProgress({
  sinceMs,
  untilMs,
  atMs,
}: Pick<WatchProgress, 'sinceMs' | 'untilMs' | 'atMs'>): string {
  return `${renderClock(atMs - sinceMs)} of ${renderClock(untilMs - sinceMs)}`;
}

/** What a bug's card says of the releases that bring it and are being watched: how far, and each limit's last value. */
export function renderWatching(
  bug: number,
  {
    ledger,
    policy,
    calendar,
  }: { readonly ledger: WatchLedger; readonly policy: Policy; readonly calendar: SlotCalendar },
): string[] {
  return watchedReleases(ledger)
    .filter(({ envelope }) => envelope.bugs.some(({ number }) => number === bug))
    .flatMap(({ environment, id, baseline = [], watching }) => {
      const limits = policy.environments[environment].watch?.limits ?? [];
      const rows = watching.seen.map(({ limit: name, value }) => {
        const limit = limits.find((each) => each.name === name);
        const bound =
          limit === undefined ? '' : `, has to be ${renderBound(limit, ownBaseline(baseline, watching))}`;
        return `- ${code(name)}: ${value === null ? 'no value' : renderNumber(value)}${bound}`;
      });
      const what = watching.service === null ? code(id) : `${code(watching.service)} of ${code(id)}`;
      const share = watching.percent === null ? '' : ` at ${watching.percent} %`;
      const head = `**Watched on ${environment.toUpperCase()}:** ${what}${share}, ${describeProgress(watching)} min at ${renderLocal(calendar, watching.atMs)}`;
      return ['', head, ...rows];
    });
}

function ownBaseline(baseline: readonly Baseline[], { service }: WatchProgress): Baseline[] {
  return baseline.filter((each) => each.service === service);
}

function renderSample(sample: Sample | undefined): string {
  if (sample === undefined) return 'not asked';
  return sample.value === null ? `unknown, ${sample.reason}` : renderNumber(sample.value);
}

/** How a metric broke its limit: what was seen, how often, for how long. One line of Markdown. */
export function renderBreach({ limit, evidence }: Breach, baseline: readonly Baseline[]): string {
  const values = evidence.map(({ value }) => renderNumber(value ?? 0));
  const shown = values.length > 6 ? [...values.slice(0, 3), '…', ...values.slice(-2)] : values;
  const lastedMs = (evidence.at(-1)?.atMs ?? 0) - (evidence[0]?.atMs ?? 0);
  return `\`${limit.name}\` has to be ${renderBound(limit, baseline)}, and was ${shown.join(', ')} in ${evidence.length} samples over ${renderClock(lastedMs)} min`;
}

/** Why nobody can say that all is well. One line of Markdown; what a source said is untrusted. */
export function renderInconclusive({
  limit,
  because,
}: Extract<WatchVerdict, { kind: 'inconclusive' }>): string {
  return `\`${limit.name}\` cannot be judged: ${plain(because, 300)}`;
}

/** What a whole watch has seen: each metric's last and worst value. One line of Markdown. */
export function renderSeen({ limits, samples, baseline }: WatchCourse): string {
  const parts = limits.map((limit) => {
    const values = samples.flatMap(({ limit: name, value }) => (name === limit.name ? (value ?? []) : []));
    const worst = limit.bound.kind === 'min' ? Math.min(...values) : Math.max(...values);
    const seen = values.length === 0 ? 'no value' : `at worst ${renderNumber(worst)}`;
    return `\`${limit.name}\` ${seen} of ${renderBound(limit, baseline)}, ${values.length} samples`;
  });
  return parts.join('; ');
}
