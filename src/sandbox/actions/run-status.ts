import { latestJobs, type WorkflowJob, type WorkflowRun } from './model.ts';
import type { LiveRun } from './live.ts';

/** Brings the status of a run in line with its jobs: `waiting` only when none of them does anything else. */
export function followJobs(live: LiveRun): void {
  live.run.status = statusOf(live.run, live.begun);
  live.run.updatedAt = live.parts.kernel.clock.now();
}

function statusOf(run: WorkflowRun, begun: boolean): WorkflowRun['status'] {
  const jobs = latestJobs(run);
  const some = (status: WorkflowJob['status']): boolean => jobs.some((job) => job.status === status);
  if (some('in_progress')) return 'in_progress';
  if (some('waiting') && !some('queued')) return 'waiting';
  return begun ? 'in_progress' : 'queued';
}
