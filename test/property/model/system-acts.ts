import type { Act } from './act.ts';
import { commandsOf } from './deployer.ts';
import { askAgain, beat, deliver, restart } from './app-replica.ts';
import { count, tell } from './model.ts';
import { deployOneself } from './protection.ts';
import { beginSlot } from './slot-moment.ts';
import { passTime, untilSlot } from './time.ts';
import { begin, enlistDispatched, nextJob, noticeDeadRuns, rerun, schedule } from './workflow-run.ts';

/** What time, GitHub, machines and this system do. */
export const SYSTEM_ACTS: readonly Act[] = [
  {
    name: 'time',
    weight: 8,
    perform: async ({ stage, chance }) => {
      const ms = chance.one([200, 900, 20_000, 60_000, 11 * 60_000, 3_600_000]);
      await passTime(stage, ms, chance);
    },
  },
  { name: 'time until around a slot', weight: 10, perform: ({ stage, chance }) => untilSlot(stage, chance) },
  { name: 'a slot comes and begins', weight: 16, perform: ({ stage, chance }) => beginSlot(stage, chance) },
  {
    name: 'tick',
    weight: 4,
    perform: ({ stage, chance }) => void beat(stage, chance.one(stage.model.replicas), 'tick'),
  },
  {
    name: 'reconcile',
    weight: 6,
    perform: ({ stage, chance }) => {
      const replica = chance.one(stage.model.replicas);
      if (beat(stage, replica, 'reconcile')) tell(stage.model, `${replica.name} reconciles`);
    },
  },
  {
    name: 'the App answers what waits',
    weight: 6,
    perform: ({ stage, chance }) => void beat(stage, chance.one(stage.model.replicas), 'answer'),
  },
  {
    name: 'a run of somebody’s own waits before an environment',
    weight: 1,
    perform: ({ stage: { model }, chance }) => deployOneself(model, chance.one(['uat', 'prod'])),
  },
  {
    name: 'a webhook arrives late',
    weight: 4,
    perform: ({ stage, chance }) => {
      const { pending, replicas } = stage.model;
      if (pending.length > 0) deliver(stage, chance.one(replicas), chance.one(pending.slice(-20)));
    },
  },
  {
    name: 'a webhook comes twice',
    weight: 2,
    perform: ({ stage, chance }) => {
      const { arrived, replicas } = stage.model;
      if (arrived.length > 0) deliver(stage, chance.one(replicas), chance.one(arrived.slice(-20)));
    },
  },
  {
    name: 'webhooks are lost',
    weight: 2,
    perform: ({ stage: { model } }) => {
      if (model.pending.length > 0) tell(model, `${model.pending.length} webhooks are lost`);
      model.pending = [];
    },
  },
  {
    name: 'schedule',
    weight: 3,
    perform: ({ stage, chance }) => void schedule(stage, chance.one(['T1', 'T2'])),
  },
  {
    name: 'a run begins',
    weight: 14,
    perform: ({ stage, chance }) => {
      enlistDispatched(stage);
      const queued = stage.model.runs.filter(({ state }) => state === 'queued');
      if (queued.length === 0) return;
      const run = chance.one(queued);
      tell(stage.model, `run ${run.id} of ${run.kind} ${run.bringing ?? ''} begins`);
      begin(stage, run, chance.one(['whole', 'plan']));
    },
  },
  {
    name: 'a job begins',
    weight: 10,
    perform: ({ stage, chance }) => {
      const waiting = stage.model.runs.filter(({ jobs, process }) => jobs.length > 0 && process === null);
      if (waiting.length > 0) nextJob(stage, chance.one(waiting));
    },
  },
  {
    name: 'a run is run again',
    weight: 2,
    perform: ({ stage, chance }) => {
      const ended = stage.model.runs.filter(({ state }) => state === 'ended').slice(-3);
      if (ended.length > 0) rerun(stage, chance.one(ended));
    },
  },
  {
    name: 'commands fail or work again',
    weight: 5,
    perform: ({ stage: { model }, chance }) => {
      const failing = [...model.failing];
      if (failing.length > 0 && chance.below(4) > 0) model.failing.clear();
      else model.failing.add(chance.one(commandsOf(model.scenario)));
      tell(model, `fails from now on: ${[...model.failing].join(', ') || 'nothing'}`);
    },
  },
  {
    name: 'the freeze variable is set or not',
    weight: 1,
    perform: ({ stage: { model } }) => {
      const isOn = model.variables.freeze === 'true';
      model.variables = { ...model.variables, freeze: isOn ? null : 'true' };
      tell(model, `DEPLOY_FREEZE is ${isOn ? 'not set any more' : 'true'}`);
    },
  },
  {
    name: 'a replica is killed and starts again',
    weight: 2,
    perform: ({ stage, chance }) => {
      const replica = chance.one(stage.model.replicas);
      stage.scheduler.kill(replica.process);
      count(stage.model, 'replicas killed');
      askAgain(stage);
      restart(stage, replica);
    },
  },
  { name: 'GitHub notices dead runs', weight: 4, perform: ({ stage }) => noticeDeadRuns(stage) },
];
