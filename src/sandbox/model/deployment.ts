/** The states a deployment can be said to be in through the API. */
export const DEPLOYMENT_STATES = [
  'error',
  'failure',
  'inactive',
  'in_progress',
  'queued',
  'pending',
  'success',
] as const;
/** One of the seven states, or what Actions says while rules keep a job. */
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number] | 'waiting';

/** A wish to have a commit in an environment, and what became of it. */
export interface Deployment {
  id: number;
  nodeId: string;
  ref: string;
  sha: string;
  task: string;
  /** As given: an object or a text. */
  payload: { [key: string]: unknown } | string;
  /** The environment of the latest status that named one. */
  environment: string;
  originalEnvironment: string;
  description: string | null;
  transientEnvironment: boolean;
  productionEnvironment: boolean;
  creatorId: number;
  viaAppId: number | null;
  createdAt: string;
  updatedAt: string;
  statuses: DeploymentStatus[];
}

/** What was said about a deployment, oldest first on it. */
export interface DeploymentStatus {
  id: number;
  nodeId: string;
  state: DeploymentState;
  description: string;
  environment: string;
  environmentUrl: string;
  logUrl: string;
  creatorId: number;
  viaAppId: number | null;
  createdAt: string;
}
