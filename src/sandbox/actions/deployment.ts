import type { LiveRun } from './live.ts';
import type { WorkflowJob } from './model.ts';

/** The states that Actions gives its deployments. */
export type DeploymentState =
  | 'waiting'
  | 'queued'
  | 'in_progress'
  | 'success'
  | 'failure'
  | 'error'
  | 'inactive';

/** Makes the deployment of a job in an environment and answers its id. */
export async function openDeployment(_live: LiveRun, _environment: string): Promise<number | null> {
  return null;
}

/** Adds a status to the deployment of a job, if it has one. */
export function setDeploymentState(_live: LiveRun, _job: WorkflowJob, _state: DeploymentState): void {}
