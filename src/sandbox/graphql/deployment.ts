import type {
  Deployment as DeploymentType,
  DeploymentStatus as DeploymentStatusType,
} from '@octokit/graphql-schema';
import { stateOf } from '../deployment/status.ts';
import type { Deployment, DeploymentStatus } from '../model/deployment.ts';
import type { Repository } from '../model/repository.ts';
import { accountOf } from '../world.ts';
import { connection, type PageArguments } from './connection.ts';
import type { Fields, Graph, Node } from './graph.ts';

/** A deployment; its statuses come newest first, its payload as JSON text. */
export function deploymentNode(graph: Graph, repository: Repository, deployment: Deployment): Node {
  const newestFirst = deployment.statuses.toReversed();
  const [latest] = newestFirst;
  return {
    __typename: 'Deployment',
    id: deployment.nodeId,
    databaseId: deployment.id,
    commitOid: deployment.sha,
    commit: () => graph.gitObject(repository, deployment.sha),
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    task: deployment.task,
    payload: JSON.stringify(deployment.payload),
    description: deployment.description,
    environment: deployment.environment,
    latestEnvironment: deployment.environment,
    originalEnvironment: deployment.originalEnvironment,
    state: STATES[stateOf(deployment)],
    creator: () => graph.account(accountOf(graph.kernel.world, deployment.creatorId)),
    repository: () => graph.repository(repository),
    latestStatus: () => (latest ? graph.deploymentStatus(latest) : null),
    statuses: (page: PageArguments) =>
      connection('DeploymentStatusConnection', page, {
        items: newestFirst,
        placeOf: (status) => [-status.id],
        toNode: (status) => graph.deploymentStatus(status),
      }),
  } satisfies Fields<DeploymentType>;
}

/** What was said about a deployment. */
export function deploymentStatusNode(graph: Graph, status: DeploymentStatus): Node {
  return {
    __typename: 'DeploymentStatus',
    id: status.nodeId,
    state: status.state.toUpperCase(),
    description: status.description,
    environment: status.environment,
    environmentUrl: status.environmentUrl || null,
    logUrl: status.logUrl || null,
    createdAt: status.createdAt,
    updatedAt: status.createdAt,
    creator: () => graph.account(accountOf(graph.kernel.world, status.creatorId)),
  } satisfies Fields<DeploymentStatusType>;
}

/** A deployment that succeeded is `ACTIVE`; the others keep their word. */
const STATES = {
  error: 'ERROR',
  failure: 'FAILURE',
  inactive: 'INACTIVE',
  in_progress: 'IN_PROGRESS',
  pending: 'PENDING',
  queued: 'QUEUED',
  success: 'ACTIVE',
  waiting: 'WAITING',
} as const;
