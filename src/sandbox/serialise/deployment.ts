import type { Deployment, DeploymentState, DeploymentStatus } from '../model/deployment.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf } from '../world.ts';
import { serialiseUser } from './account.ts';
import { serialiseVia } from './integration.ts';
import type { Schema } from './schema.ts';

/** A deployment. */
export function serialiseDeployment(
  kernel: Kernel,
  { repository, deployment }: { repository: Repository; deployment: Deployment },
) {
  const url = kernel.urls.apiRepository(repository, `deployments/${deployment.id}`);
  return {
    url,
    id: deployment.id,
    node_id: deployment.nodeId,
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.originalEnvironment,
    environment: deployment.environment,
    description: deployment.description,
    creator: serialiseUser(kernel, accountOf(kernel.world, deployment.creatorId)),
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: kernel.urls.apiRepository(repository),
    transient_environment: deployment.transientEnvironment,
    production_environment: deployment.productionEnvironment,
    performed_via_github_app: serialiseVia(kernel, deployment.viaAppId),
  } satisfies Schema<'deployment'>;
}

/** What was said about a deployment. */
export function serialiseDeploymentStatus(
  kernel: Kernel,
  place: { repository: Repository; deployment: Deployment; status: DeploymentStatus },
) {
  const { repository, deployment, status } = place;
  const url = kernel.urls.apiRepository(repository, `deployments/${deployment.id}`);
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: status.nodeId,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the published list is without Actions' `waiting`
    state: status.state as Exclude<DeploymentState, 'waiting'>,
    creator: serialiseUser(kernel, accountOf(kernel.world, status.creatorId)),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: kernel.urls.apiRepository(repository),
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: serialiseVia(kernel, status.viaAppId),
  } satisfies Schema<'deployment-status'>;
}
