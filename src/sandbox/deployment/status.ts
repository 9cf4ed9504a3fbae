import type { Actor } from '../auth/actor.ts';
import { authorOf, type Author } from '../auth/author.ts';
import { checkRepositoryNeed } from '../auth/permission.ts';
import { unprocessable } from '../error.ts';
import type { Deployment, DeploymentState, DeploymentStatus } from '../model/deployment.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity } from '../world.ts';
import { announceDeploymentStatus, type OfRun } from './announce.ts';
import { WRITE_DEPLOYMENTS } from './create.ts';
import { obtainEnvironment } from '../environment/store.ts';
import { deploymentsOf } from './store.ts';

/** What is said about a deployment. */
export interface NewDeploymentStatus {
  state: DeploymentState;
  description?: string | undefined;
  environment?: string | undefined;
  environmentUrl?: string | undefined;
  logUrl?: string | undefined;
  /** Default true. */
  autoInactive?: boolean | undefined;
}

/** A deployment and where it is. */
export interface DeploymentPlace {
  repository: Repository;
  deployment: Deployment;
}

/** Says how a deployment stands, through the API. */
export function addDeploymentStatus(
  kernel: Kernel,
  place: DeploymentPlace,
  given: NewDeploymentStatus & { actor: Actor },
): DeploymentStatus {
  const { repository } = place;
  checkRepositoryNeed(kernel.world, given.actor, { repository, need: WRITE_DEPLOYMENTS });
  return recordDeploymentStatus(kernel, place, { ...given, author: authorOf(kernel.world, given.actor) });
}

/**
 * Says how a deployment stands, for somebody who was already let through.
 *
 * A success makes earlier successful deployments to the same environment `inactive`, but only such as are neither
 * transient nor production; for `inactive` no webhook is sent. Source: GitHub's OpenAPI description, `auto_inactive`.
 */
export function recordDeploymentStatus(
  kernel: Kernel,
  place: DeploymentPlace,
  given: NewDeploymentStatus & { author: Author; run?: OfRun },
): DeploymentStatus {
  const { repository, deployment } = place;
  const status = append(kernel, deployment, given);
  if (given.environment) obtainEnvironment(kernel, repository, given.environment);
  if (given.state === 'success' && (given.autoInactive ?? true)) {
    for (const earlier of supersededBy(repository, deployment))
      append(kernel, earlier, { state: 'inactive', author: given.author });
  }
  if (given.state !== 'inactive') {
    announceDeploymentStatus(kernel, { ...place, status }, { author: given.author, run: given.run });
  }
  return status;
}

/** The state of the latest status; `pending` before the first. */
export function stateOf(deployment: Deployment): DeploymentState {
  return deployment.statuses.at(-1)?.state ?? 'pending';
}

/** Deletes a deployment. @throws ApiError 422 while it is active and another deployment is in its environment. */
export function deleteDeployment(
  kernel: Kernel,
  { repository, deployment }: DeploymentPlace,
  actor: Actor,
): void {
  checkRepositoryNeed(kernel.world, actor, { repository, need: WRITE_DEPLOYMENTS });
  const all = deploymentsOf(repository);
  const alone = all.filter((one) => one.environment === deployment.environment).length === 1;
  if (stateOf(deployment) !== 'inactive' && deployment.statuses.length > 0 && !alone) {
    throw unprocessable(
      'We cannot delete an active deployment unless it is the only deployment in a given environment.',
    );
  }
  all.splice(all.indexOf(deployment), 1);
}

function supersededBy(repository: Repository, deployment: Deployment): Deployment[] {
  return deploymentsOf(repository).filter(
    (one) =>
      one.id < deployment.id &&
      one.environment === deployment.environment &&
      !one.transientEnvironment &&
      !one.productionEnvironment &&
      stateOf(one) === 'success',
  );
}

function append(
  kernel: Kernel,
  deployment: Deployment,
  given: NewDeploymentStatus & { author: Author },
): DeploymentStatus {
  const now = kernel.clock.now();
  deployment.environment = given.environment ?? deployment.environment;
  deployment.updatedAt = now;
  const status: DeploymentStatus = {
    ...nextIdentity(kernel.world, 'DeploymentStatus'),
    state: given.state,
    description: given.description ?? '',
    environment: deployment.environment,
    environmentUrl: given.environmentUrl ?? '',
    logUrl: given.logUrl ?? '',
    creatorId: given.author.account.id,
    viaAppId: given.author.app?.id ?? null,
    createdAt: now,
  };
  deployment.statuses.push(status);
  return status;
}
