import { refuse, type Refusal } from '../../domain/reason.ts';
import { code, plain } from '../../domain/text/markdown.ts';
import type { Baseline, WatchLimit } from '../../domain/watch.ts';
import type { DeployRequest } from '../../ports/deployer.ts';
import type { MetricReading } from '../../ports/metrics.ts';
import type { Context } from '../context.ts';
import { environmentOf, requestOf, type StepOutcome, type Taking } from './taking.ts';

const MOST_LOOKS = 3;

/**
 * Measures what is live before anything of it changes: what later is held against it.
 *
 * Refuses: `watch_inconclusive` where a metric has no value above 0, as its limit could never be judged; nothing was
 * changed by then. With `on_inconclusive: continue` the release goes on without.
 */
export async function takeBaseline(context: Context, taking: Taking): Promise<StepOutcome> {
  const { watch } = environmentOf(taking);
  const { release } = taking;
  const limits = (watch?.limits ?? []).filter(({ bound }) => bound.kind === 'times_baseline');
  const taken: Baseline[] = [];
  for (const { name: service } of release.envelope.services) {
    for (const limit of limits) {
      const measured = await measure(
        context,
        limit,
        beforeOf({ ...taking, step: { ...taking.step, service } }),
      );
      if ('value' in measured) taken.push({ limit: limit.name, service, value: measured.value });
      else if (watch?.onInconclusive === 'rollback') return measured;
    }
  }
  return { kind: 'done', release: { ...release, baseline: taken } };
}

/** What is live is the release before; its own files run the commands that measure it. */
function beforeOf(taking: Taking): DeployRequest {
  const request = requestOf(taking);
  return { ...request, candidate: request.previous ?? request.candidate };
}

async function measure(
  context: Context,
  limit: WatchLimit,
  about: DeployRequest,
): Promise<{ readonly value: number } | Refusal> {
  let reading: MetricReading = { kind: 'no_data', reason: 'it was not asked' };
  for (let look = 1; look <= MOST_LOOKS; look += 1) {
    reading = await context.metrics.read(limit.source, about);
    if (reading.kind === 'value') break;
    if (look < MOST_LOOKS) await context.pause(5_000);
  }
  if (reading.kind === 'value' && reading.value > 0) {
    context.log.info(`baseline | ${limit.name} ${reading.value}`, { service: about.service });
    return { value: reading.value };
  }
  const why = reading.kind === 'value' ? `it is ${reading.value}` : reading.reason;
  return refuse(
    'watch_inconclusive',
    `Nothing was deployed: ${code(limit.name)} is to be held against what it was before, and there is no such value: ${plain(why, 300)}.`,
  );
}
