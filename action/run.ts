import type { ActionRun } from '../src/compose-action.ts';

/** What Actions tells of the run that a job is part of. */
export interface Job {
  readonly runId: number;
  readonly runAttempt: number;
  readonly eventName: string;
  /** Full: `refs/heads/main`. */
  readonly ref: string;
  /** `GITHUB_WORKFLOW_REF`: `<owner>/<repo>/<path>@<ref>`. */
  readonly workflowRef: string;
  /** From the event; `undefined` where that says nothing of the repository. */
  readonly defaultBranch: unknown;
}

/**
 * The run as the rules look at it.
 *
 * Source: schedules run on the default branch only, and their event may say nothing of the repository.
 */
export function readRun(job: Job): ActionRun['facts'] {
  const [, , ...path] = job.workflowRef.split('/');
  const isOnDefaultBranch =
    job.eventName === 'schedule' ||
    (typeof job.defaultBranch === 'string' && job.ref === `refs/heads/${job.defaultBranch}`);
  return {
    id: job.runId,
    attempt: job.runAttempt,
    origin: { event: job.eventName, workflowPath: path.join('/'), isOnDefaultBranch },
  };
}
