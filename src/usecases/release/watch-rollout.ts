import { refuse } from '../../domain/reason.ts';
import type { Release } from '../../domain/release.ts';
import {
  describeProgress,
  renderBreach,
  renderInconclusive,
  renderProgress,
  renderSeen,
} from '../../domain/text/watch.ts';
import {
  isTellingDue,
  judgeWatch,
  progressOf,
  type Sample,
  type WatchCourse,
  type WatchPolicy,
} from '../../domain/watch.ts';
import { GitHubFailure } from '../../ports/github.ts';
import { LedgerFailure } from '../../ports/ledger.ts';
import type { Context } from '../context.ts';
import { environmentOf, requestOf, type StepOutcome, type Taking } from './taking.ts';

/**
 * Watches what a step of a rollout has put live for as long as the configuration says, and no longer than it takes to
 * see that a limit is broken.
 *
 * Refuses: `watch_breached` at once; `watch_inconclusive` at the end, where nobody can say that all is well.
 * Calls: those of a commit to the ledger and of the cards that show it, up to four times a watch. Repeatable: a run that died
 * in it watches again from the start.
 */
export async function watchRollout(context: Context, taking: Taking): Promise<StepOutcome> {
  const { watch } = environmentOf(taking);
  const { step } = taking;
  let { release } = taking;
  if (watch === null) return { kind: 'done', release };
  const startMs = context.clock.nowMs();
  const baseline = (release.baseline ?? []).filter(({ service }) => service === step.service);
  let course: WatchCourse = {
    limits: watch.limits,
    baseline,
    samples: [],
    untilMs: startMs + watch.minutes * 60_000,
  };
  for (;;) {
    course = { ...course, samples: [...course.samples, ...(await look(context, watch, taking))] };
    const nowMs = context.clock.nowMs();
    context.log.info(`${step.key} | ${renderProgress(course, { startMs, nowMs })}`);
    const verdict = judgeWatch(course, nowMs);
    if (verdict.kind === 'continue')
      release = await tellProgress(context, { ...taking, release }, { course, startMs });
    switch (verdict.kind) {
      case 'continue':
        await context.pause(watch.everySeconds * 1_000);
        break;
      case 'passed': {
        const reported = verdict.reported.map(
          (breach) => `**Out of bounds:** ${renderBreach(breach, baseline)}`,
        );
        return { kind: 'done', release, detail: [renderSeen(course), ...reported].join('; ') };
      }
      case 'breached':
        return refuse('watch_breached', `The watch stopped it: ${renderBreach(verdict.breach, baseline)}.`);
      case 'inconclusive': {
        const why = renderInconclusive(verdict);
        if (watch.onInconclusive === 'continue')
          return { kind: 'done', release, detail: `**Inconclusive:** ${why}; ${renderSeen(course)}` };
        return refuse('watch_inconclusive', `The watch cannot say that all is well: ${why}.`);
      }
      default:
        return verdict satisfies never;
    }
  }
}

/** The release with what people are told of its watch by now. Who cannot be told is no reason to look away. */
async function tellProgress(
  context: Context,
  { release, step, tell }: Taking,
  { course, startMs: sinceMs }: { readonly course: WatchCourse; readonly startMs: number },
): Promise<Release> {
  const atMs = context.clock.nowMs();
  const told = release.watching?.sinceMs === sinceMs ? release.watching : null;
  if (!isTellingDue(told, atMs)) return release;
  const { service, percent } = step;
  const watching = progressOf(course, { service, percent, sinceMs, atMs });
  const now: Release = { ...release, watching };
  try {
    await tell(now, `${step.key}, ${describeProgress(watching)}`);
  } catch (error) {
    if (!isPassing(error)) throw error;
    context.log.warn('nobody could be told how the watch goes', { error: error.message });
  }
  return now;
}

/** What another try may mend; a ledger that cannot be trusted stops everything. */
function isPassing(error: unknown): error is GitHubFailure | LedgerFailure {
  return (error instanceof GitHubFailure || error instanceof LedgerFailure) && error.retryable;
}

/** One look at every limit, all at the same time. */
function look(context: Context, { limits }: WatchPolicy, taking: Taking): Promise<Sample[]> {
  const about = requestOf(taking);
  return Promise.all(
    limits.map(async ({ name, source }) => {
      const reading = await context.metrics.read(source, about);
      // By one clock: servers' own differ, and durations are counted from it.
      const atMs = context.clock.nowMs();
      return reading.kind === 'value'
        ? { limit: name, atMs, value: reading.value, reason: null }
        : { limit: name, atMs, value: null, reason: reading.reason };
    }),
  );
}
