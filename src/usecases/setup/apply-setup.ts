import { describeChange, type SetupChange } from '../../domain/setup/change.ts';
import { GitHubFailure } from '../../ports/github.ts';
import type { SetupContext } from './inspect-repository.ts';

/** What became of a change. */
export interface AppliedChange {
  readonly change: SetupChange;
  /** `unavailable`: the account's plan does not have it. */
  readonly outcome: 'done' | 'unavailable' | 'failed';
  /** Why it failed. */
  readonly why: string | null;
}

/**
 * Makes changes one after the other, and goes on after one that failed: each stands for itself.
 * `tell` hears of each as it is done.
 */
export async function applySetup(
  { setup }: Pick<SetupContext, 'setup'>,
  changes: readonly SetupChange[],
  tell: (applied: AppliedChange) => void,
): Promise<readonly AppliedChange[]> {
  const applied: AppliedChange[] = [];
  for (const change of changes) {
    const each = await applyOne(setup, change);
    tell(each);
    applied.push(each);
  }
  return applied;
}

async function applyOne(setup: SetupContext['setup'], change: SetupChange): Promise<AppliedChange> {
  try {
    return { change, outcome: await setup.apply(change), why: null };
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    return { change, outcome: 'failed', why: `could not ${describeChange(change)}: ${error.message}` };
  }
}
