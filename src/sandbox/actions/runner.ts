import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { nextId, nextIdentity, type World } from '../world.ts';
import { createChildren } from './child.ts';
import { createConcurrencyGroups } from './concurrency.ts';
import { buildJobScope, NO_JOB } from './context.ts';
import type { WorkflowDefinition } from './definition.ts';
import { resolveToText } from './expression.ts';
import type { LiveRun, RunnerParts, StepMoment } from './live.ts';
import { runsOf, type Workflow, type WorkflowRun } from './model.ts';
import { createPlaces } from './places.ts';
import { executeRun } from './run.ts';

/** As many jobs run at once as this machine is taken to have cores. */
const JOBS_AT_ONCE = 2;

/** What starts a run. */
export interface NewRun {
  repository: Repository;
  workflow: Workflow;
  /** A text says why the file cannot be run: the run then is there, with `startup_failure`. */
  definition: WorkflowDefinition | { problem: string };
  event: string;
  payload: { [key: string]: unknown };
  inputs?: WorkflowRun['inputs'];
  ref: string;
  sha: string;
  headSha?: string;
  headBranch: string;
  pullNumber?: number | null;
  actorId: number;
  displayTitle: string;
}

/** The runner of a sandbox. */
export interface Runner {
  /** Queues a run. */
  start(run: NewRun): WorkflowRun;
  /** Starts a completed run again as its next attempt; see `rerun` of rerun.ts. @throws Error for a run that is under way. */
  rerun(again: {
    repository: Repository;
    run: WorkflowRun;
    definition: WorkflowDefinition;
    actorId: number;
    kept: LiveRun['kept'];
  }): void;
  /** Cancels a run as GitHub does: interrupt, then terminate, then kill; steps with `always()` still run. False when none is under way. */
  cancel(runId: number): boolean;
  /** Kills the processes of a run at once, as if the machine died: nothing more of it runs, and it counts as failed. Wait with `finished`. */
  kill(runId: number): void;
  /** Calls `listener` before and after each step and waits for it; answers the function that ends it. */
  onStep(listener: (moment: StepMoment) => void | Promise<void>): () => void;
  /** Lets `uses: <reference>` run the action in `folder`; without `@ref` in the reference, any ref does. */
  useAction(reference: string, folder: string): void;
  /** Resolves when this run is completed; at once for one that is not under way. */
  finished(runId: number): Promise<void>;
}

const runners = new WeakMap<World, Runner>();

/** The runner of a sandbox; `Sandbox` and `Kernel` of the same world give the same one. */
export function runnerOf(kernel: { world: World }): Runner {
  const runner = runners.get(kernel.world);
  if (!runner) throw new Error('this sandbox has no runner');
  return runner;
}

interface UnderWay {
  live: LiveRun;
  done: Promise<void>;
}

/** Starts the runner of a sandbox. Runs that an earlier process left unfinished count as failed. */
export function startRunner(kernel: Kernel): Runner {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-runner-'));
  const listeners: StepListeners = new Set();
  const parts = createParts(kernel, folder, listeners);
  const underWay = new Map<number, UnderWay>();
  const launch = (live: LiveRun): void => {
    const done = kernel.busy.during(executeRun(live)).finally(() => underWay.delete(live.run.id));
    underWay.set(live.run.id, { live, done });
  };

  failUnfinished(kernel);
  kernel.onClose(async () => {
    const left = [...underWay.values()];
    for (const { live } of left) killRun(live);
    await Promise.all(left.map(({ done }) => done));
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const runner: Runner = {
    ...createSettings(parts, listeners),
    start: (given) => {
      const { repository, definition } = given;
      const run = addRun(kernel, given);
      if (!('problem' in definition))
        launch(createLive(parts, repository, { run, definition, kept: new Map() }));
      return run;
    },
    rerun: ({ repository, run, definition, actorId, kept }) => {
      nextAttempt(kernel, run, actorId);
      launch(createLive(parts, repository, { run, definition, kept }));
    },
    cancel: (runId) => {
      const entry = underWay.get(runId);
      entry?.live.cancel();
      return entry !== undefined;
    },
    kill: (runId) => {
      const entry = underWay.get(runId);
      if (entry) killRun(entry.live);
    },
    finished: async (runId) => underWay.get(runId)?.done,
  };
  runners.set(kernel.world, runner);
  return runner;
}

type StepListeners = Set<(moment: StepMoment) => void | Promise<void>>;

function createParts(kernel: Kernel, folder: string, listeners: StepListeners): RunnerParts {
  return {
    kernel,
    groups: createConcurrencyGroups(),
    places: createPlaces(JOBS_AT_ONCE),
    folder,
    actionFolders: new Map(),
    atStep: async (moment) => {
      for (const listener of listeners) await listener(moment);
    },
  };
}

function createSettings(parts: RunnerParts, listeners: StepListeners): Pick<Runner, 'onStep' | 'useAction'> {
  return {
    onStep: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    useAction: (reference, actionFolder) => void parts.actionFolders.set(reference, actionFolder),
  };
}

function killRun(live: LiveRun): void {
  live.state = 'killed';
  live.stop.abort();
  live.children.signal('SIGKILL');
}

function nextAttempt(kernel: Kernel, run: WorkflowRun, actorId: number): void {
  if (run.status !== 'completed') throw new Error(`run ${run.id} is under way`);
  const now = kernel.clock.now();
  Object.assign(run, {
    attempt: run.attempt + 1,
    status: 'queued',
    conclusion: null,
    problem: null,
    triggeringActorId: actorId,
    startedAt: now,
    updatedAt: now,
  });
}

function createLive(
  parts: RunnerParts,
  repository: Repository,
  of: Pick<LiveRun, 'run' | 'definition' | 'kept'>,
): LiveRun {
  const live: LiveRun = {
    ...of,
    parts,
    repository,
    children: createChildren(),
    stop: new AbortController(),
    state: 'running',
    begun: false,
    cancel: () => {
      if (live.state !== 'running') return;
      live.state = 'cancelled';
      live.stop.abort();
      live.children.interrupt();
    },
  };
  const title = of.definition['run-name'];
  if (title !== undefined)
    of.run.displayTitle = resolveToText(
      title,
      buildJobScope(live, NO_JOB, { success: true, failure: false, cancelled: false }),
    );
  return live;
}

function addRun(kernel: Kernel, given: NewRun): WorkflowRun {
  const { repository, workflow, definition } = given;
  const now = kernel.clock.now();
  const runs = runsOf(repository);
  const failed = 'problem' in definition;
  const run: WorkflowRun = {
    ...nextIdentity(kernel.world, 'WorkflowRun'),
    workflowId: workflow.id,
    name: workflow.name,
    displayTitle: given.displayTitle,
    path: workflow.path,
    number: runs.filter((one) => one.workflowId === workflow.id).length + 1,
    attempt: 1,
    event: given.event,
    payload: given.payload,
    inputs: given.inputs ?? {},
    ref: given.ref,
    sha: given.sha,
    headSha: given.headSha ?? given.sha,
    headBranch: given.headBranch,
    pullNumber: given.pullNumber ?? null,
    actorId: given.actorId,
    triggeringActorId: given.actorId,
    status: failed ? 'completed' : 'queued',
    conclusion: failed ? 'startup_failure' : null,
    problem: failed ? definition.problem : null,
    checkSuiteId: nextId(kernel.world),
    createdAt: now,
    startedAt: now,
    updatedAt: now,
    jobs: [],
    gates: [],
    approvals: [],
  };
  runs.push(run);
  return run;
}

function failUnfinished(kernel: Kernel): void {
  for (const run of kernel.world.repositories.flatMap(runsOf)) {
    if (run.status === 'completed') continue;
    Object.assign(run, {
      status: 'completed',
      conclusion: 'failure',
      problem: 'The sandbox was stopped during this run.',
    });
    for (const job of run.jobs.filter((one) => one.status !== 'completed'))
      Object.assign(job, { status: 'completed', conclusion: 'failure', completedAt: kernel.clock.now() });
  }
}
