import { count, tell, type Run, type RunKind } from './model.ts';
import { JOBS, type JobEnd } from './job.ts';
import { emit } from './people.ts';
import { askToEnter } from './protection.ts';
import { startProcess, work, type Stage } from './stage.ts';

/** GitHub's own schedule starts a run that names no slot. */
export function schedule({ model }: Stage, kind: 'T1' | 'T2'): Run {
  const id = model.world.nextId();
  model.world.runs.push({ id, workflowFile: `tonic-${kind.toLowerCase()}.yml`, inputs: {}, state: 'active' });
  tell(model, `the schedule starts run ${id} of ${kind}`);
  return enlist({ model }, { id, kind, bringing: null });
}

/** Runs that the App has dispatched since. */
export function enlistDispatched(stage: Pick<Stage, 'model'>): void {
  const { model } = stage;
  const known = new Set(model.runs.map(({ id }) => id));
  for (const { id, workflowFile, inputs } of model.world.runs) {
    if (known.has(id)) continue;
    count(model, 'dispatched');
    const bringing = inputs['slot'] ?? inputs['release'] ?? null;
    enlist(stage, { id, kind: KINDS[workflowFile] ?? 'T2', bringing });
  }
}

const KINDS: Readonly<Record<string, RunKind>> = {
  'tonic-t1.yml': 'T1',
  'tonic-t2.yml': 'T2',
  'tonic-rollback.yml': 'rollback',
  'tonic-hotfix.yml': 'hotfix',
};

function enlist({ model }: Pick<Stage, 'model'>, run: Pick<Run, 'id' | 'kind' | 'bringing'>): Run {
  const startedAtMs = model.world.now();
  const fresh: Run = { ...run, attempt: 1, startedAtMs, state: 'queued', process: null, jobs: [] };
  model.runs.push(fresh);
  return fresh;
}

/** Begins a run, in one job or with a job for each environment. */
export function begin(stage: Stage, run: Run, shape: 'whole' | 'plan'): void {
  run.state = 'running';
  run.startedAtMs = stage.model.world.now();
  run.jobs = [shape];
  nextJob(stage, run);
}

/** Begins the next job of a run, on a machine of its own; `false` when none waits. */
export function nextJob(stage: Stage, run: Run): boolean {
  const [job, ...later] = run.jobs;
  if (run.state !== 'running' || job === undefined || run.process !== null) return false;
  if (job === 'prod' || job === 'uat') {
    const answer = askToEnter(stage.model, run, job);
    if (answer === 'waits') return false;
    if (answer === 'may_not') {
      end(stage, run, false);
      return true;
    }
  }
  const { process, context } = startProcess(stage, `run ${run.id}.${run.attempt} ${run.kind} ${job}`);
  run.process = process;
  run.jobs = later;
  let ended: JobEnd = { next: [], ok: false };
  work(stage, process, {
    name: 'job',
    run: async () => {
      ended = await JOBS[job](context, run);
    },
    ended: () => {
      run.process = null;
      run.jobs = ended.ok ? [...later, ...ended.next] : [];
      if (run.jobs.length === 0) end(stage, run, ended.ok);
    },
  });
  return true;
}

/** GitHub notices the runs whose machine died. */
export function noticeDeadRuns(stage: Pick<Stage, 'model'>): void {
  for (const run of stage.model.runs) if (run.process?.isAlive === false) end(stage, run, false);
}

/** A run is over; GitHub tells of it. */
function end({ model }: Pick<Stage, 'model'>, run: Run, ok: boolean): void {
  run.state = 'ended';
  run.process = null;
  run.jobs = [];
  const known = model.world.runs.find(({ id }) => id === run.id);
  if (known !== undefined) known.state = 'ended';
  tell(model, `run ${run.id} of ${run.kind} ends ${ok ? 'well' : 'badly'}`);
  if (!ok) emit(model, { kind: 'run ended', runId: run.id });
}

/** Somebody asks GitHub to run a run again. */
export function rerun({ model }: Pick<Stage, 'model'>, run: Run): void {
  run.attempt += 1;
  run.state = 'queued';
  const known = model.world.runs.find(({ id }) => id === run.id);
  if (known !== undefined) known.state = 'active';
  tell(model, `run ${run.id} of ${run.kind} is run again`);
}
