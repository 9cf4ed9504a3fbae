import { HOTFIX_WORKFLOW, ROLLBACK_WORKFLOW, type OrderKind } from '../../domain/own-workflow.ts';
import type { ReleaseId } from '../../domain/release-id.ts';
import { GitHubFailure } from '../../ports/github.ts';
import type { Context } from '../context.ts';

const WORKFLOWS: Readonly<Record<OrderKind, string>> = {
  rollback: ROLLBACK_WORKFLOW,
  hotfix: HOTFIX_WORKFLOW,
};

/** Starts the workflow of a rollback or a hotfix. What GitHub does not take is tried again by the next reconciliation. */
export async function dispatchOrder(
  context: Context,
  { id: release, kind }: { readonly id: ReleaseId; readonly kind: OrderKind },
): Promise<void> {
  try {
    const run = await context.workflows.dispatch(WORKFLOWS[kind], { release });
    context.log.info(`${kind} dispatched`, { release, run });
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    context.log.error(`the ${kind} could not be started`, { release, error: error.message });
  }
}
