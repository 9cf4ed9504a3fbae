/** How far a check run is. */
type CheckStatus = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending';
/** How a check run ended. `stale` is GitHub's alone. */
export type CheckConclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required';

/** A check run; it belongs to the App that made it. */
export interface CheckRun {
  id: number;
  nodeId: string;
  suiteId: number;
  appId: number;
  name: string;
  headSha: string;
  externalId: string | null;
  detailsUrl: string | null;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: CheckAnnotation[];
  /** Buttons, at most three; shown once the run is completed. */
  actions: CheckAction[];
}

/** A remark on lines of a file. */
export interface CheckAnnotation {
  path: string;
  startLine: number;
  endLine: number;
  level: 'notice' | 'warning' | 'failure';
  title: string | null;
  message: string;
}

/** A button of a check run. */
export interface CheckAction {
  label: string;
  description: string;
  identifier: string;
}

/** All check runs of one App on one commit. */
export interface CheckSuite {
  id: number;
  nodeId: string;
  appId: number;
  headSha: string;
  headBranch: string | null;
  /** Its App was asked to do it again and has not reported since. */
  rerequested: boolean;
  createdAt: string;
  updatedAt: string;
}

/** The state of a commit status. */
export const STATUS_STATES = ['error', 'failure', 'pending', 'success'] as const;
/** One of the four states. */
export type StatusState = (typeof STATUS_STATES)[number];

/** What somebody says about a commit under a name; the latest of a context counts. */
export interface CommitStatus {
  id: number;
  nodeId: string;
  sha: string;
  context: string;
  state: StatusState;
  description: string | null;
  targetUrl: string | null;
  creatorId: number;
  createdAt: string;
}
