import * as fc from 'fast-check';
import { InvariantBroken, play, type Played } from './play.ts';
import { scenarios, type Scenario } from './scenario.ts';
import { shrink } from './shrink.ts';
import { runs, type Step } from './step.ts';

/** What a search went through. */
export interface Searched {
  readonly steps: number;
  /** How often things happened. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Runs that are drawn together; their seeds follow each other. */
const RUNS_A_DRAW = 25;

/**
 * Plays random runs from a seed until there were enough steps. The same seed plays the same runs.
 *
 * @throws InvariantBroken with the shortest run that was found to break the invariant, as a story.
 */
export async function search(
  seed: number,
  leastSteps: number,
  tell: (steps: number) => void = () => undefined,
): Promise<Searched> {
  const counts = new Map<string, number>();
  let steps = 0;
  for (let draw = seed; steps < leastSteps; draw += 1) {
    const drawn = fc.sample(fc.tuple(scenarios, runs), { numRuns: RUNS_A_DRAW, seed: draw });
    for (const [scenario, run] of drawn) {
      add(counts, await playOrExplain(scenario, run));
      steps += run.length;
    }
    tell(steps);
  }
  return { steps, counts };
}

/** A run that breaks an invariant is told as the shortest one that does. */
async function playOrExplain(scenario: Scenario, run: readonly Step[]): Promise<Played> {
  try {
    return await play(scenario, run);
  } catch (error) {
    if (!(error instanceof InvariantBroken)) throw error;
    throw (await shrink({ scenario, steps: run, broken: error })).broken;
  }
}

function add(counts: Map<string, number>, played: Played): void {
  for (const [what, times] of played.counts) counts.set(what, (counts.get(what) ?? 0) + times);
}
