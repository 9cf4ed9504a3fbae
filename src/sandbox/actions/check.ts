import type { LiveRun } from './live.ts';
import type { WorkflowJob } from './model.ts';

/** Shows a job as a check run of github-actions on the run's head commit. */
export function recordCheck(_live: LiveRun, _job: WorkflowJob): void {}
