import { GitFailure } from '../ports/repository.ts';
import type { Context } from './context.ts';

/** Tells whether a branch with this tip has a commit. One that is nowhere on the remote is part of nothing. */
export async function isPartOf({ repository }: Context, commit: string, tip: string): Promise<boolean> {
  if (commit === tip) return true;
  try {
    return await repository.isAncestor(commit, tip);
  } catch (error) {
    if (!(error instanceof GitFailure) || error.retryable) throw error;
    return false;
  }
}
