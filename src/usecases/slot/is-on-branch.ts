import { takenBackOn, type LedgerState } from '../../domain/ledger.ts';
import type { Stage } from '../../domain/slot.ts';
import type { Context } from '../context.ts';
import { isPartOf } from '../is-part-of.ts';

/** A stage, and its environment's branch. */
interface StageAt {
  readonly stage: Pick<Stage, 'environment' | 'base' | 'candidate'>;
  readonly tip: string;
  readonly state: Pick<LedgerState, 'environments' | 'releases'>;
}

/**
 * Tells whether a branch at `tip` has the candidate of a stage, pushed by whichever run. What a rollback has taken off
 * again is history there, and no more than that; a candidate that brings nothing is on no branch.
 */
export async function isOnBranch(context: Context, { stage, tip, state }: StageAt): Promise<boolean> {
  const { candidate, base, environment } = stage;
  if (candidate === base || takenBackOn(state, environment).has(candidate)) return false;
  if (!(await isPartOf(context, candidate, tip))) return false;
  for (const commit of unwrittenReverts(state, candidate))
    if (await isPartOf(context, commit, tip)) return false;
  return true;
}

/** The commits with which rollbacks that did not come to their end may have taken it off. */
function unwrittenReverts({ releases }: Pick<LedgerState, 'releases'>, candidate: string): string[] {
  return [...releases.values()].flatMap(({ state, order }) => {
    const branch = order?.branch ?? null;
    return state !== 'live' && branch?.takesBack.includes(candidate) === true ? [branch.commit] : [];
  });
}
