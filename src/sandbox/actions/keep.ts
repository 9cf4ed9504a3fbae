import { openCheck, reportCheck } from './check.ts';
import type { LiveRun } from './live.ts';
import type { WorkflowJob } from './model.ts';

/** Takes a job of the attempt before over into this one: the same job with an id and a check of its own. */
export async function keepJob(live: LiveRun, job: WorkflowJob): Promise<WorkflowJob> {
  const kept = { ...job, ...(await openCheck(live, job.name)), attempt: live.run.attempt };
  live.run.jobs.push(kept);
  reportCheck(live, kept);
  return kept;
}
