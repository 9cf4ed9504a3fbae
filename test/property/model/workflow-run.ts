import { isPending, planSlot, type SlotRun } from '../../../src/usecases/slot/plan-slot.ts';
import { runSlot } from '../../../src/usecases/slot/run-slot.ts';
import { runStage } from '../../../src/usecases/slot/run-stage.ts';
import { claimedSlot } from '../../../src/domain/protection.ts';
import type { SlotRecord } from '../../../src/domain/slot.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { aRun } from '../../support/builders.ts';
import { count, tell, type Run } from './model.ts';
import { emit } from './people.ts';
import { askToEnter } from './protection.ts';
import { startProcess, work, type Stage } from './stage.ts';

type Job = Run['jobs'][number];

/** What a job leaves for those after it. */
interface JobEnd {
  /** Jobs that go on from here. */
  readonly next: readonly Job[];
  readonly ok: boolean;
}

/** GitHub's own schedule starts a run that names no slot. */
export function schedule({ model }: Stage, kind: 'T1' | 'T2'): Run {
  const id = model.world.nextId();
  model.world.runs.push({ id, workflowFile: `tonic-${kind.toLowerCase()}.yml`, inputs: {}, state: 'active' });
  tell(model, `the schedule starts run ${id} of ${kind}`);
  return enlist({ model }, { id, kind, slot: null });
}

/** Runs that the App has dispatched since. */
export function enlistDispatched(stage: Pick<Stage, 'model'>): void {
  const { model } = stage;
  const known = new Set(model.runs.map(({ id }) => id));
  for (const { id, workflowFile, inputs } of model.world.runs) {
    if (known.has(id)) continue;
    count(model, 'dispatched');
    enlist(stage, { id, kind: workflowFile === 'tonic-t1.yml' ? 'T1' : 'T2', slot: inputs['slot'] ?? null });
  }
}

function enlist({ model }: Pick<Stage, 'model'>, run: Pick<Run, 'id' | 'kind' | 'slot'>): Run {
  const fresh: Run = { ...run, attempt: 1, state: 'queued', process: null, jobs: [] };
  model.runs.push(fresh);
  return fresh;
}

/** Begins a run, in one job or with a job for each environment. */
export function begin(stage: Stage, run: Run, shape: 'whole' | 'plan'): void {
  run.state = 'running';
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

const JOBS: { readonly [K in Job]: (context: Context, run: Run) => Promise<JobEnd> } = {
  whole: async (context, run) => {
    const result = await runSlot(context, askedBy(run));
    return { next: [], ok: result.kind === 'refused' || result.ok };
  },
  plan: async (context, run) => {
    const planned = await planSlot(context, askedBy(run));
    return { next: planned.kind === 'refused' ? [] : pendingOf(planned.record), ok: true };
  },
  prod: (context, run) => deployJob(context, run, 'prod'),
  uat: (context, run) => deployJob(context, run, 'uat'),
};

function askedBy({ id, attempt, kind, slot }: Run): SlotRun {
  return { kind, slotId: slot, run: aRun(kind, { id, attempt }) };
}

function pendingOf(record: SlotRecord): Job[] {
  return (['prod', 'uat'] as const).filter((environment) => isPending(record, environment));
}

/** As the action finds the slot that an earlier job of its run has planned. */
async function deployJob(context: Context, run: Run, environment: 'prod' | 'uat'): Promise<JobEnd> {
  const { slots } = await context.ledger.load();
  const facts = askedBy(run).run;
  const record = claimedSlot(slots, facts);
  if (record?.kind !== run.kind) return { next: [], ok: true };
  const result = await runStage(context, { slotId: record.id, environment, run: facts });
  return { next: [], ok: result.kind === 'refused' || result.ok };
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
