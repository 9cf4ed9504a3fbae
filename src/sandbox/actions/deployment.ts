import type { Author } from '../auth/author.ts';
import type { OfRun } from '../deployment/announce.ts';
import { recordDeployment } from '../deployment/create.ts';
import { recordDeploymentStatus } from '../deployment/status.ts';
import { findDeployment } from '../deployment/store.ts';
import type { DeploymentState } from '../model/deployment.ts';
import { accountOf } from '../world.ts';
import { describeRunUnderWay } from './announce.ts';
import { actionsAuthor } from './check.ts';
import type { LiveRun } from './live.ts';
import type { WorkflowJob } from './model.ts';
import { jobPage } from './serialise.ts';

/** Makes the deployment of a job in an environment, as Actions does, and answers its id. */
export async function openDeployment(live: LiveRun, environment: string): Promise<number> {
  const { run, parts, repository } = live;
  const deployment = recordDeployment(parts.kernel, repository, {
    ref: run.headBranch,
    sha: run.headSha,
    task: 'deploy',
    payload: {},
    environment,
    description: null,
    transientEnvironment: false,
    productionEnvironment: environment.toLowerCase() === 'production',
    author: deployerOf(live),
    run: await describeOrigin(live),
  });
  return deployment.id;
}

/** Adds a status to the deployment of a job; a job without one is left alone. */
export async function sayDeploymentState(
  live: LiveRun,
  job: WorkflowJob,
  state: DeploymentState,
): Promise<void> {
  if (job.deploymentId === null) return;
  const { parts, repository } = live;
  const deployment = findDeployment(repository, job.deploymentId);
  recordDeploymentStatus(
    parts.kernel,
    { repository, deployment },
    {
      state,
      logUrl: jobPage(parts.kernel, repository, job),
      environmentUrl: job.environmentUrl ?? undefined,
      author: deployerOf(live),
      run: await describeOrigin(live),
    },
  );
}

/**
 * Deployments of Actions are by who started the run, through Actions.
 *
 * Source: github.com/cli/cli/issues/5541 (a deployment and its status), github.com/octokit/webhooks.net/pull/52.
 */
function deployerOf(live: LiveRun): Author {
  const account = accountOf(live.parts.kernel.world, live.run.triggeringActorId);
  return { ...actionsAuthor(live), account };
}

async function describeOrigin(live: LiveRun): Promise<OfRun> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- published without a head commit, which GitHub sends
  return (await describeRunUnderWay(live)) as unknown as OfRun;
}
