import { InvariantBroken, play } from './play.ts';
import type { Scenario } from './scenario.ts';
import type { Step } from './step.ts';

/** A run that breaks an invariant. */
interface BrokenRun {
  readonly scenario: Scenario;
  readonly steps: readonly Step[];
  readonly broken: InvariantBroken;
}

/** More than this many tries make no story shorter. */
const MOST_TRIES = 3_000;

/**
 * Makes a run as short and quiet as can be while it still breaks the same invariant: leaves out ever smaller parts, then
 * calms what is left. A step's details follow from its own seed, so what stays happens as before as far as it can.
 */
export async function shrink(run: BrokenRun): Promise<BrokenRun> {
  let tries = 0;
  let best = run;
  const trial: Trial = async (steps) => {
    tries += 1;
    const broken = tries > MOST_TRIES ? null : await brokenBy(best.scenario, steps);
    if (broken?.invariant !== run.broken.invariant) return best.steps;
    best = { ...best, steps, broken };
    return steps;
  };
  for (let before = Infinity; best.steps.length < before;) {
    before = best.steps.length;
    await leaveOut(best.steps, trial);
    await calmDown(best.steps, trial);
  }
  return best;
}

/** Tries a run; gives the best one so far. */
type Trial = (steps: readonly Step[]) => Promise<readonly Step[]>;

async function leaveOut(steps: readonly Step[], trial: Trial): Promise<void> {
  let best = steps;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let end = best.length; end > 0; end -= size) {
      best = await trial([...best.slice(0, Math.max(0, end - size)), ...best.slice(end)]);
    }
  }
}

async function calmDown(steps: readonly Step[], trial: Trial): Promise<void> {
  let best = steps;
  for (const index of steps.keys()) {
    for (const calm of CALMER) {
      const step = best[index];
      const calmer = step === undefined ? undefined : calm(step);
      if (calmer !== undefined && calmer !== step) best = await trial(best.with(index, calmer));
    }
  }
}

const CALMER: readonly ((step: Step) => Step)[] = [
  (step) => (step.trouble ? { ...step, trouble: false } : step),
  (step) => (step.webhooks === 'arrive' ? step : { ...step, webhooks: 'arrive' }),
  (step) => (step.calls === 'all' ? step : { ...step, calls: 'all' }),
];

/** How a run breaks an invariant; `null` when it does not. */
async function brokenBy(scenario: Scenario, steps: readonly Step[]): Promise<InvariantBroken | null> {
  try {
    await play(scenario, steps);
    return null;
  } catch (error) {
    if (error instanceof InvariantBroken) return error;
    throw error;
  }
}
