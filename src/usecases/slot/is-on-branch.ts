import { takenBackOn, type LedgerState } from '../../domain/ledger.ts';
import type { Stage } from '../../domain/slot.ts';
import { unwrittenReverts } from '../../domain/unwritten.ts';
import type { Context } from '../context.ts';
import { isPartOf } from '../is-part-of.ts';

/** A stage, and its environment's branch. */
interface StageAt {
  readonly stage: Pick<Stage, 'environment' | 'base' | 'candidate'>;
  readonly tip: string;
  readonly state: Pick<LedgerState, 'environments' | 'releases'>;
}

/** Tells whether whichever run has pushed the candidate of a stage to a branch at `tip`; one that brings nothing is never pushed. */
export async function isOnBranch(context: Context, at: StageAt): Promise<boolean> {
  const { candidate, base } = at.stage;
  return candidate !== base && (await hasCandidate(context, at));
}

/**
 * Tells whether a branch at `tip` has the candidate of a stage. What a rollback has taken off again is history there, and
 * no more than that.
 */
export async function hasCandidate(context: Context, { stage, tip, state }: StageAt): Promise<boolean> {
  const { candidate, environment } = stage;
  if (takenBackOn(state, environment).has(candidate)) return false;
  if (!(await isPartOf(context, candidate, tip))) return false;
  for (const { commit, takesBack } of unwrittenReverts(state, environment))
    if (takesBack.includes(candidate) && (await isPartOf(context, commit, tip))) return false;
  return true;
}
