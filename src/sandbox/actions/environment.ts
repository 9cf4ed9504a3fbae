import { announceJob } from './announce.ts';
import { reportCheck } from './check.ts';
import type { JobDefinition } from './definition.ts';
import { openDeployment, sayDeploymentState } from './deployment.ts';
import type { LiveRun } from './live.ts';
import type { Conclusion, WorkflowJob } from './model.ts';

/**
 * Takes a job into its environment: its deployment is made, and where a gate watches the environments, the job waits for
 * its word. A job without an environment goes on at once.
 */
export async function enterEnvironment(
  live: LiveRun,
  job: WorkflowJob,
  definition: JobDefinition,
): Promise<'approved' | 'rejected'> {
  const { environment } = job;
  if (environment === null) return 'approved';
  if (wantsDeployment(definition)) job.deploymentId = await openDeployment(live, environment);
  const verdict = await askGate(live, job, environment);
  if (verdict === 'approved') await sayDeploymentState(live, job, 'in_progress');
  return verdict;
}

async function askGate(
  live: LiveRun,
  job: WorkflowJob,
  environment: string,
): Promise<'approved' | 'rejected'> {
  const { gate } = live.parts;
  if (!gate) return 'approved';
  const { run, repository } = live;
  job.status = 'waiting';
  run.status = 'waiting';
  await sayDeploymentState(live, job, 'pending');
  reportCheck(live, job);
  announceJob(live, job, 'waiting');
  const { signal } = live.stop;
  const request = { repository, run, job, environment, deploymentId: job.deploymentId, signal };
  const verdict = await Promise.race([gate(request), rejectedWhenStopped(signal)]);
  if (verdict === 'approved') {
    job.status = 'queued';
    announceJob(live, job, 'queued');
  }
  return verdict;
}

function rejectedWhenStopped(signal: AbortSignal): Promise<'rejected'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('rejected');
    else signal.addEventListener('abort', () => resolve('rejected'), { once: true });
  });
}

function wantsDeployment({ environment }: JobDefinition): boolean {
  return (
    typeof environment !== 'object' ||
    environment.deployment === undefined ||
    String(environment.deployment) !== 'false'
  );
}

const STATE_AFTER: { [conclusion in Conclusion]: 'success' | 'failure' | 'error' | 'inactive' } = {
  success: 'success',
  failure: 'failure',
  cancelled: 'error',
  skipped: 'inactive',
};

/** Tells the deployment of a job how the job ended. */
export async function leaveEnvironment(live: LiveRun, job: WorkflowJob): Promise<void> {
  if (job.conclusion !== null) await sayDeploymentState(live, job, STATE_AFTER[job.conclusion]);
}
