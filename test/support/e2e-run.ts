import { z } from 'zod';
import { runsOf, type WorkflowRun } from '../../src/sandbox/actions/model.ts';
import type { Shop } from './e2e-shop.ts';

/** Starts a workflow as Ada, who may; gives the number of the run. */
export async function dispatch(shop: Shop, workflow: string, slot: string): Promise<number> {
  const { octokit, at } = shop.scene.actor('ada');
  const { data } = await octokit.request(
    'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
    { ...at, workflow_id: workflow, ref: 'main', inputs: { slot }, return_run_details: true },
  );
  return z.object({ workflow_run_id: z.number() }).parse(data).workflow_run_id;
}

/** A run by its number. */
export function runOf(shop: Shop, id: number): WorkflowRun {
  const run = runsOf(shop.demo.repository).find((one) => one.id === id);
  if (run === undefined) throw new Error(`there is no run ${id}`);
  return run;
}

/** Everything that a run's steps wrote. */
export function logOf(run: WorkflowRun): string {
  return run.jobs.flatMap((job) => job.steps.map((step) => step.log)).join('\n');
}
