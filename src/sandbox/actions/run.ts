import { announceJob, announceRun } from './announce.ts';
import { buildJobScope, NO_JOB, type JobView, type NeededJob } from './context.ts';
import { needsOf, type JobDefinition } from './definition.ts';
import { asText, holds, resolve, resolveToText, type RunningStatus } from './expression.ts';
import { enterGroup } from './group.ts';
import { runInOrder } from './in-order.ts';
import { mayFail, runJob } from './job.ts';
import type { LiveRun } from './live.ts';
import { buildMatrix, cellName, type MatrixCell } from './matrix.ts';
import type { Conclusion, WorkflowJob } from './model.ts';
import { enterEnvironment, leaveEnvironment } from './environment.ts';
import { openCheck, reportCheck } from './check.ts';
import { followJobs } from './run-status.ts';
import { keepJob } from './keep.ts';

/** How the jobs of one key ended, as later jobs see it. */
interface Ended extends NeededJob {
  result: Conclusion;
  /** The keys it needed, with theirs. */
  ancestors: Set<string>;
}

/** What the jobs of a run tell each other while it goes on. */
interface Progress {
  live: LiveRun;
  ended: Map<string, Promise<Ended>>;
  /** Resolved ones, for `success()` over all ancestors. */
  results: Map<string, Ended>;
}

/** Executes a run from its queue to its end and tells the Apps. It never throws: what goes wrong is the run's `problem`. */
export async function executeRun(live: LiveRun): Promise<void> {
  try {
    // Source: docs.github.com, "Events that trigger workflows", workflow_run: a rerun is not requested again.
    if (live.run.attempt === 1) await announceRun(live, 'requested');
    await completeRun(live, await runInGroup(live));
  } catch (error) {
    live.run.problem = problem(error).message;
    await completeRun(live, 'failure');
  }
}

/** Waits for the run's turn in its concurrency group and runs its jobs. */
async function runInGroup(live: LiveRun): Promise<Conclusion> {
  const { definition, run } = live;
  const leave = await enterGroup(live, {
    definition: definition.concurrency,
    view: NO_JOB,
    onWait: () => {
      run.status = 'pending';
    },
  });
  if (!leave) return stoppedResult(live);
  try {
    const progress: Progress = { live, ended: new Map(), results: new Map() };
    const keys = Object.keys(definition.jobs);
    await live.parts.kernel.busy.aside(Promise.all(keys.map((key) => endOf(progress, key))));
    return concludeRun(live, [...progress.results.values()]);
  } finally {
    leave();
  }
}

function concludeRun(live: LiveRun, ended: Ended[]): Conclusion {
  if (live.state === 'killed') return 'failure';
  const results = ended.map((one) => one.result);
  if (live.state === 'cancelled' || results.includes('cancelled')) return 'cancelled';
  if (results.includes('failure')) return 'failure';
  return results.every((one) => one === 'skipped') ? 'skipped' : 'success';
}

async function completeRun(live: LiveRun, conclusion: Conclusion): Promise<void> {
  const { run, parts } = live;
  run.status = 'completed';
  run.conclusion = conclusion;
  run.updatedAt = parts.kernel.clock.now();
  await announceRun(live, 'completed');
}

/** The end of the jobs of one key; asked for the first time, it sets them going. */
function endOf(progress: Progress, key: string): Promise<Ended> {
  const known = progress.ended.get(key);
  if (known) return known;
  const definition = progress.live.definition.jobs[key];
  if (!definition) throw new Error(`no job ${key}`);
  const ending = progress.live.parts.kernel.busy.during(runKey(progress, key, definition));
  progress.ended.set(key, ending);
  return ending;
}

async function runKey(progress: Progress, key: string, definition: JobDefinition): Promise<Ended> {
  const { live } = progress;
  const needs = needsOf(definition);
  const needed = await live.parts.kernel.busy.aside(
    Promise.all(needs.map(async (need) => [need, await endOf(progress, need)] as const)),
  );
  const ancestors = new Set(needed.flatMap(([need, one]) => [need, ...one.ancestors]));
  const view: JobView = {
    ...NO_JOB,
    key,
    needs: Object.fromEntries(needed.map(([need, { result, outputs }]) => [need, { result, outputs }])),
  };
  const kept = live.kept.get(key);
  const cells = kept
    ? keepCells(live, kept)
    : runCells({ live, key, definition, view }, statusAfter(progress, ancestors));
  const ended = { ...(await cells), ancestors };
  progress.results.set(key, ended);
  return ended;
}

/** `success()` asks all ancestors, not only the jobs in `needs`. Source: github.com/actions/runner/issues/491. */
function statusAfter({ live, results }: Progress, ancestors: Set<string>): RunningStatus {
  const before = [...ancestors].flatMap((key) => results.get(key)?.result ?? []);
  const cancelled = live.state === 'cancelled';
  return {
    success: !cancelled && before.every((result) => result === 'success'),
    failure: !cancelled && before.includes('failure'),
    cancelled,
  };
}

interface KeyWork {
  live: LiveRun;
  key: string;
  definition: JobDefinition;
  view: JobView;
}

async function runCells(work: KeyWork, status: RunningStatus): Promise<NeededJob & { result: Conclusion }> {
  const { live, key, definition, view } = work;
  const scope = buildJobScope(live, view, status);
  try {
    if (live.state === 'killed') return { result: 'failure', outputs: {} };
    if (!holds(definition.if, scope)) {
      const job = await addJob(work, { values: null, strategy: {} });
      return {
        result: await endJob(live, job, live.state === 'cancelled' ? 'cancelled' : 'skipped'),
        outputs: {},
      };
    }
    const cells: { cell: MatrixCell; job: WorkflowJob }[] = [];
    for (const cell of buildMatrix(definition, scope)) cells.push({ cell, job: await addJob(work, cell) });
    for (const { job } of cells) announceQueued(live, job);
    const { busy } = live.parts.kernel;
    const results = await busy.aside(
      runInOrder(cells, {
        run: ({ cell, job }) => busy.during(runCell(work, cell, job)),
        cancel: ({ job }) => busy.during(endJob(live, job, 'cancelled')),
      }),
    );
    const hasFailed = results.includes('failure') && live.state !== 'cancelled';
    return {
      result: hasFailed ? 'failure' : worst(results),
      outputs: outputsOf(cells.map(({ job }) => job)),
    };
  } catch (error) {
    const { environment: _unknown, ...known } = definition;
    const nameless = { ...work, definition: { ...known, name: key, 'runs-on': [] } };
    const job = await addJob(nameless, { values: null, strategy: {} });
    job.annotations.push(problem(error));
    return { result: await endJob(live, job, 'failure'), outputs: {} };
  }
}

async function keepCells(live: LiveRun, jobs: WorkflowJob[]): Promise<NeededJob & { result: Conclusion }> {
  const kept: WorkflowJob[] = [];
  for (const job of jobs) kept.push(await keepJob(live, job));
  return {
    result: worst(kept.flatMap(({ conclusion }) => conclusion ?? [])),
    outputs: outputsOf(kept),
  };
}

function outputsOf(jobs: WorkflowJob[]): NeededJob['outputs'] {
  return Object.assign({}, ...jobs.map(({ outputs }) => outputs));
}

function announceQueued(live: LiveRun, job: WorkflowJob): void {
  reportCheck(live, job);
  announceJob(live, job, 'queued');
}

function worst(results: Conclusion[]): Conclusion {
  const order: Conclusion[] = ['cancelled', 'failure', 'success', 'skipped'];
  return order.find((one) => results.includes(one)) ?? 'success';
}

/** Takes one job through its concurrency group, its environment and a place on the runner. */
async function runCell(work: KeyWork, cell: MatrixCell, job: WorkflowJob): Promise<Conclusion> {
  const { live, definition } = work;
  const view: JobView = {
    ...work.view,
    matrix: cell.values,
    strategy: cell.strategy,
    environment: job.environment,
  };
  const leave = await enterGroup(live, { definition: definition.concurrency, view });
  if (!leave) return await endJob(live, job, stoppedResult(live));
  try {
    const admitted = await enterEnvironment(live, job, definition);
    if (admitted === 'rejected')
      return await endJob(live, job, live.stop.signal.aborted ? stoppedResult(live) : 'failure');
    const giveBack = await live.parts.places.take(live.stop.signal);
    if (!giveBack) return await endJob(live, job, stoppedResult(live));
    try {
      await startRun(live);
      const result = await runJob({ live, definition, job, view });
      return forgive(await endJob(live, job, result), () => mayFail({ live, definition, job, view }));
    } finally {
      giveBack();
    }
  } catch (error) {
    job.annotations.push(problem(error));
    return await endJob(live, job, 'failure');
  } finally {
    leave();
  }
}

function forgive(result: Conclusion, mayFail: () => boolean): Conclusion {
  return result === 'failure' && mayFail() ? 'success' : result;
}

function stoppedResult(live: LiveRun): Conclusion {
  return live.state === 'killed' ? 'failure' : 'cancelled';
}

async function startRun(live: LiveRun): Promise<void> {
  const first = !live.begun;
  live.begun = true;
  followJobs(live);
  if (first) await announceRun(live, 'in_progress');
}

async function addJob({ live, key, definition, view }: KeyWork, cell: MatrixCell): Promise<WorkflowJob> {
  const { kernel } = live.parts;
  const scope = buildJobScope(
    live,
    { ...view, matrix: cell.values, strategy: cell.strategy },
    { success: true, failure: false, cancelled: false },
  );
  const { environment } = definition;
  const name = definition.name === undefined ? cellName(key, cell) : resolveToText(definition.name, scope);
  const written = typeof environment === 'object' ? environment.name : environment;
  const labels = resolve(definition['runs-on'], scope);
  const now = kernel.clock.now();
  const job: WorkflowJob = {
    ...(await openCheck(live, name)),
    runId: live.run.id,
    attempt: live.run.attempt,
    key,
    name,
    labels: (Array.isArray(labels) ? labels : [labels]).map(asText),
    status: 'queued',
    conclusion: null,
    environment: written === undefined ? null : resolveToText(written, scope) || null,
    environmentUrl: null,
    deploymentId: null,
    createdAt: now,
    startedAt: now,
    completedAt: null,
    steps: [],
    outputs: {},
    annotations: [],
  };
  live.run.jobs.push(job);
  return job;
}

async function endJob(live: LiveRun, job: WorkflowJob, conclusion: Conclusion): Promise<Conclusion> {
  const now = live.parts.kernel.clock.now();
  job.status = 'completed';
  job.conclusion = conclusion;
  job.completedAt = now;
  for (const step of job.steps.filter((one) => one.status !== 'completed')) {
    Object.assign(step, {
      status: 'completed',
      conclusion: conclusion === 'cancelled' ? 'cancelled' : 'failure',
      completedAt: now,
    });
  }
  followJobs(live);
  await leaveEnvironment(live, job);
  reportCheck(live, job);
  announceJob(live, job, 'completed');
  return conclusion;
}

function problem(error: unknown): WorkflowJob['annotations'][number] {
  return {
    level: 'failure',
    message: error instanceof Error ? error.message : String(error),
    title: null,
    path: null,
    line: null,
  };
}
