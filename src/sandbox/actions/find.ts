import { numberFrom } from '../body.ts';
import { notFound } from '../error.ts';
import type { Repository } from '../model/repository.ts';
import { runsOf, type WorkflowJob, type WorkflowRun } from './model.ts';

/** A run and where it is. */
export interface RunPlace {
  repository: Repository;
  run: WorkflowRun;
}

/** The run with this id. @throws ApiError 404 */
export function findRun(repository: Repository, id: string): WorkflowRun {
  const wanted = numberFrom(id);
  const run = runsOf(repository).find((one) => one.id === wanted);
  if (!run) throw notFound();
  return run;
}

/** The job with this id and its run. @throws ApiError 404 */
export function findJob(repository: Repository, id: string): { run: WorkflowRun; job: WorkflowJob } {
  const wanted = numberFrom(id);
  for (const run of runsOf(repository)) {
    const job = run.jobs.find((one) => one.id === wanted);
    if (job) return { run, job };
  }
  throw notFound();
}

/** The whole log of a job, as GitHub gives it: plain text, one timestamp a line. */
export function jobLog(job: WorkflowJob): string {
  return job.steps.map((step) => step.log).join('');
}
