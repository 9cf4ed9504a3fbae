import type { Refusal } from '../../domain/reason.ts';
import type { Stage } from '../../domain/slot.ts';
import type { Context } from '../context.ts';
import { buildStage, type Carried } from './build-stage.ts';
import { candidateBranch, pushCandidates } from './candidate.ts';
import type { Gathered } from './facts.ts';

/** A stage of a plan, with what it was built from. */
export interface BuiltFrom {
  readonly stage: Stage;
  readonly carried: readonly Carried[];
}

/**
 * Pushes candidates; where the remote does not take one, finds out which bugs' changes it does not take, each tried by
 * itself, or gives all bugs of the stage where no single one is to blame. Empty when everything was pushed.
 */
export async function pushOrBlame(
  context: Context,
  gathered: Gathered,
  built: readonly BuiltFrom[],
): Promise<ReadonlyMap<number, Refusal>> {
  const stages = built.map(({ stage }) => stage);
  if ((await pushCandidates(context, gathered.slot, stages)) === null) return new Map();
  const blamed = new Map<number, Refusal>();
  for (const each of built)
    for (const [bug, refusal] of await blame(context, gathered, each)) blamed.set(bug, refusal);
  return blamed;
}

async function blame(
  context: Context,
  gathered: Gathered,
  { stage, carried }: BuiltFrom,
): Promise<(readonly [number, Refusal])[]> {
  const refusal = await pushCandidates(context, gathered.slot, [stage]);
  if (refusal === null) return [];
  const found: (readonly [number, Refusal])[] = [];
  const aboard = carried.filter(({ bug }) => stage.bugs.some((each) => each.bug === bug.number));
  for (const each of aboard) {
    const alone = await tryAlone(context, gathered, { stage, carried: [each] });
    if (alone !== null) found.push([each.bug.number, alone]);
  }
  return found.length > 0 ? found : stage.bugs.map(({ bug }) => [bug, refusal] as const);
}

/** One that does not apply without the others is not to blame. What was taken is taken away again. */
async function tryAlone(
  context: Context,
  gathered: Gathered,
  { stage: { environment, base: tip }, carried }: BuiltFrom,
): Promise<Refusal | null> {
  const { stage } = await buildStage(context, gathered, { environment, tip, carried });
  const refusal = await pushCandidates(context, gathered.slot, [stage]);
  if (refusal === null && stage.candidate !== tip) {
    const ref = `refs/heads/${candidateBranch(gathered.slot.id, stage)}`;
    await context.repository.push([{ ref, expected: stage.candidate, target: null }]);
  }
  return refusal;
}
