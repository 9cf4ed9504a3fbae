import { repositoryStore } from '../world.ts';
import type { Approval, Gate } from './gate/model.ts';

/** A workflow file that GitHub knows of; it keeps its id for good. */
export interface Workflow {
  id: number;
  nodeId: string;
  name: string;
  path: string;
  /** `deleted` when the default branch has the file no longer. */
  state: 'active' | 'deleted';
  createdAt: string;
  updatedAt: string;
}

/** How a run, a job or a step ended. */
export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped';

/** One execution of a workflow; a rerun is the same run with a higher `attempt`. */
export interface WorkflowRun {
  id: number;
  nodeId: string;
  workflowId: number;
  /** As the file says, or its path. */
  name: string;
  /** `run-name`, or what GitHub shows in its place. */
  displayTitle: string;
  path: string;
  /** Counts the workflow's runs, from 1. */
  number: number;
  attempt: number;
  event: string;
  /** What the steps find in GITHUB_EVENT_PATH. */
  payload: { [key: string]: unknown };
  inputs: { [name: string]: string | number | boolean };
  ref: string;
  /** The commit that is checked out. */
  sha: string;
  /** The commit that the checks belong to: of a pull request its head, not the merge. */
  headSha: string;
  headBranch: string;
  pullNumber: number | null;
  actorId: number;
  triggeringActorId: number;
  status: 'queued' | 'pending' | 'in_progress' | 'waiting' | 'completed';
  conclusion: Conclusion | 'startup_failure' | null;
  /** Why the run could not start. */
  problem: string | null;
  checkSuiteId: number;
  createdAt: string;
  startedAt: string;
  updatedAt: string;
  /** Of all attempts; `attempt` tells them apart. */
  jobs: WorkflowJob[];
  /** Where jobs waited before environments, oldest first. */
  gates: Gate[];
  /** What was said there, oldest first. */
  approvals: Approval[];
}

/** One job of one attempt of a run. */
export interface WorkflowJob {
  /** The id of its check run, too. */
  id: number;
  nodeId: string;
  runId: number;
  attempt: number;
  /** The key in the workflow file. */
  key: string;
  name: string;
  labels: string[];
  status: 'queued' | 'waiting' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  environment: string | null;
  environmentUrl: string | null;
  deploymentId: number | null;
  createdAt: string;
  startedAt: string;
  completedAt: string | null;
  steps: WorkflowStep[];
  outputs: { [name: string]: string };
  annotations: Annotation[];
}

/** One step of a job with what it wrote. */
export interface WorkflowStep {
  number: number;
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  /** Masked, one timestamp a line. */
  log: string;
  /** Markdown from GITHUB_STEP_SUMMARY, masked. */
  summary: string;
}

/** What a step told with `::error::`, `::warning::` or `::notice::`. */
export interface Annotation {
  level: 'failure' | 'warning' | 'notice';
  message: string;
  title: string | null;
  path: string | null;
  line: number | null;
}

/** The workflows of a repository. */
export const workflowsOf = repositoryStore<Workflow[]>('actions.workflows', () => []);

/** The runs of a repository, oldest first. */
export const runsOf = repositoryStore<WorkflowRun[]>('actions.runs', () => []);

/** The jobs of the attempt that counts. */
export function latestJobs(run: WorkflowRun): WorkflowJob[] {
  return run.jobs.filter((job) => job.attempt === run.attempt);
}
