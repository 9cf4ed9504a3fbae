import type { WorkflowRun } from '../../src/sandbox/actions/model.ts';
import type { Shop } from './e2e-shop.ts';

/** What the App has said about a run's deployments, as the run's page shows it. */
export async function wordsOn(shop: Shop, run: WorkflowRun): Promise<string[]> {
  const { octokit, at } = shop.scene.actor('rita');
  const { data } = await octokit.rest.actions.getReviewsForRun({ ...at, run_id: run.id });
  return data.map(({ state, comment }) => `${state} ${comment}`);
}
