import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import type { Children } from './child.ts';
import type { ConcurrencyGroups } from './concurrency.ts';
import type { WorkflowDefinition } from './definition.ts';
import type { WorkflowJob, WorkflowRun, WorkflowStep } from './model.ts';
import type { Places } from './places.ts';

/** A moment in a run: before a step starts, or after it ended. */
export interface StepMoment {
  when: 'before' | 'after';
  run: WorkflowRun;
  job: WorkflowJob;
  step: WorkflowStep;
}

/** What all runs of a sandbox share. */
export interface RunnerParts {
  kernel: Kernel;
  groups: ConcurrencyGroups;
  /** Places for jobs: only so many run at once. */
  places: Places;
  /** Where jobs get their folders. */
  folder: string;
  /** Our own actions: `owner/repo/path` or with `@ref`, and the folder that has its action.yml. */
  actionFolders: Map<string, string>;
  atStep: (moment: StepMoment) => Promise<void>;
}

/** A run under way. */
export interface LiveRun {
  parts: RunnerParts;
  repository: Repository;
  run: WorkflowRun;
  definition: WorkflowDefinition;
  children: Children;
  /** Aborts when the run is cancelled or killed. */
  stop: AbortController;
  state: 'running' | 'cancelled' | 'killed';
  /** Whether a job of this attempt has started. */
  begun: boolean;
  /** Jobs of the attempt before, by key, that are taken over instead of run. */
  kept: Map<string, WorkflowJob[]>;
  /** Cancels it, as somebody on the page would. */
  cancel: () => void;
}
