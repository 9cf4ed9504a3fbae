import { violate, type Model } from '../model.ts';
import type { ParkedCall } from '../scheduler.ts';

/**
 * A process let somebody in or turned somebody away: only a run that has the slot and its plan for there, or an order,
 * goes in.
 */
export function watchEntry(model: Model, { process }: ParkedCall): void {
  for (const { run, githubEnvironment, decision } of model.world.waiting) {
    if (decision !== 'approved' || model.entered.has(`${run.id}.${run.attempt} ${githubEnvironment}`))
      continue;
    model.entered.add(`${run.id}.${run.attempt} ${githubEnvironment}`);
    const isOurs = model.runs.some(({ id, attempt }) => id === run.id && attempt === run.attempt);
    const { slots, releases } = model.ledger.state();
    const isClaimed =
      [...slots.values()].some(({ claim, stages }) => claim?.runId === run.id && stages.length > 0) ||
      [...releases.values()].some((each) => each.kind !== 'slot' && each.deployer?.runId === run.id);
    if (!isOurs || !isClaimed) {
      violate(model, '7 no role', `${process.name} let run ${run.id} into ${githubEnvironment}`);
    }
  }
}

/** Whoever has no business there is told so, whatever became of the webhook. */
export function watchAnswered(model: Model): void {
  for (const { run, githubEnvironment, decision } of model.world.waiting) {
    const isForeign = model.runs.every(({ id }) => id !== run.id);
    if (isForeign && decision !== 'rejected')
      violate(model, '5 lost', `run ${run.id} was never turned away from ${githubEnvironment}`);
  }
}
