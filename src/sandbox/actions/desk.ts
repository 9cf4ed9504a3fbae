import type { JobView } from './context.ts';
import { buildContexts } from './context.ts';
import type { JobDefinition } from './definition.ts';
import type { Scope } from './expression.ts';
import { hashFilesIn } from './hash-files.ts';
import type { LiveRun } from './live.ts';
import type { Masks, StepLog } from './log.ts';
import type { WorkflowJob } from './model.ts';

/** What later steps see of an earlier one under `steps.<id>`. */
interface StepResult {
  outputs: { [name: string]: string };
  /** Before `continue-on-error`. */
  outcome: string;
  conclusion: string;
}

/** Work that an action leaves for the end of the job. */
export interface PostStep {
  name: string;
  perform: (log: StepLog) => Promise<boolean>;
}

/** Everything the steps of one job share: its folders, its token and what earlier steps left. */
export interface Desk {
  live: LiveRun;
  job: WorkflowJob;
  definition: JobDefinition;
  view: JobView;
  folders: { workspace: string; temp: string; home: string; toolCache: string };
  masks: Masks;
  /** Of workflow and job; steps add to it through GITHUB_ENV. */
  env: { [name: string]: string };
  /** Put before PATH, newest first. */
  paths: string[];
  results: { [stepId: string]: StepResult };
  posts: PostStep[];
  failed: boolean;
  timedOut: boolean;
}

/** What an expression of a step sees. */
export function deskScope(desk: Desk, stepEnv: { [name: string]: string } = {}): Scope {
  const { live, view, failed, folders } = desk;
  const cancelled = live.state === 'cancelled' || desk.timedOut;
  const contexts = {
    ...buildContexts(live, view),
    env: { ...desk.env, ...stepEnv },
    steps: desk.results,
    job: { status: cancelled ? 'cancelled' : failed ? 'failure' : 'success' },
    runner: {
      name: 'sandbox',
      os: 'Linux',
      arch: 'X64',
      temp: folders.temp,
      tool_cache: folders.toolCache,
      environment: 'self-hosted',
      debug: '',
    },
  };
  return {
    contexts,
    status: { success: !failed && !cancelled, failure: failed && !cancelled, cancelled },
    hashFiles: (patterns) => hashFilesIn(folders.workspace, patterns),
  };
}
