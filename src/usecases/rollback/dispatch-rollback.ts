import { ROLLBACK_WORKFLOW } from '../../domain/own-workflow.ts';
import type { ReleaseId } from '../../domain/release.ts';
import { GitHubFailure } from '../../ports/github.ts';
import type { Context } from '../context.ts';

/** Starts the workflow of a rollback. What GitHub does not take is tried again by the next reconciliation. */
export async function dispatchRollback(context: Context, release: ReleaseId): Promise<void> {
  try {
    const run = await context.workflows.dispatch(ROLLBACK_WORKFLOW, { release });
    context.log.info('rollback dispatched', { release, run });
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    context.log.error('the rollback could not be started', { release, error: error.message });
  }
}
