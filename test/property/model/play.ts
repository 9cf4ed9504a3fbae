import { askAgain, beat, deliver, openReplica, restart } from './app-replica.ts';
import { createChance, type Chance } from './chance.ts';
import { count, createModel, tell, type Model } from './model.ts';
import { createOracle } from './oracle/oracle.ts';
import { describeScenario, type Scenario } from './scenario.ts';
import { createScheduler, type Ending, type ParkedCall, type Scheduler } from './scheduler.ts';
import type { Stage } from './stage.ts';
import type { Step } from './step.ts';
import { passTime } from './time.ts';
import { begin, enlistDispatched, nextJob, noticeDeadRuns } from './workflow-run.ts';

/** What a run of the model came to. */
export interface Played {
  readonly steps: number;
  readonly counts: ReadonlyMap<string, number>;
}

/** Something that must never happen did; the message tells the run as a story. */
export class InvariantBroken extends Error {
  /** Which one. */
  readonly invariant: string;

  constructor(model: Model) {
    const story = model.trace.map((line) => `  ${line}`).join('\n');
    super(`${model.violations.join('\n')}\n\n  ${describeScenario(model.scenario)}\n${story}`);
    this.name = 'InvariantBroken';
    this.invariant = model.violations[0]?.split(':')[0] ?? '';
  }
}

/** Plays the steps, and then lets everything come to rest. @throws InvariantBroken */
export async function play(scenario: Scenario, steps: readonly Step[]): Promise<Played> {
  const on = openPlay(scenario);
  for (const step of steps) await playStep(on, step);
  await comeToRest(on, createChance(steps.length));
  return { steps: steps.length, counts: on.model.counts };
}

function openPlay(scenario: Scenario): Stage {
  const model = createModel(scenario);
  const oracle = createOracle(model);
  const scheduler: Scheduler = createScheduler({
    nowMs: () => model.world.clock.nowMs(),
    waitUntil: (atMs) => model.world.clock.advance(Math.max(0, atMs - model.world.clock.nowMs())),
    onParked: (call) => oracle.parked(call, scheduler.parked()),
    onPerformed: (call) => oracle.performed(call),
  });
  const on = { model, oracle, scheduler };
  model.replicas.push(openReplica(on, 'app-1'), openReplica(on, 'app-2'));
  return on;
}

async function playStep(on: Stage, step: Step): Promise<void> {
  const chance = createChance(step.seed);
  const { model, scheduler } = on;
  wakeDead(on, chance);
  const known = new Set(model.pending);
  await step.act.perform({ stage: on, chance });
  on.oracle.peopleActed();
  await scheduler.drain();
  fareOf(on, { step, chance, fresh: model.pending.filter((each) => !known.has(each)) });
  await scheduler.drain();
  await goOn(on, { chance, calls: step.calls, trouble: step.trouble });
  judge(model);
}

/** Processes that died come back some time. */
function wakeDead(on: Stage, chance: Chance): void {
  for (const replica of on.model.replicas) {
    if (!replica.process.isAlive && chance.below(2) === 0) {
      askAgain(on);
      restart(on, replica);
    }
  }
}

function fareOf(
  on: Stage,
  { step, chance, fresh }: { readonly step: Step; readonly chance: Chance; readonly fresh: Model['pending'] },
): void {
  const { model } = on;
  if (step.webhooks === 'later' || fresh.length === 0) return;
  if (step.webhooks === 'lost') {
    model.pending = model.pending.filter((each) => !fresh.includes(each));
    tell(model, '  (no webhook of it arrives)');
    return;
  }
  for (const delivery of fresh) {
    const [first, second] = chance.below(2) === 0 ? model.replicas : model.replicas.toReversed();
    if (first !== undefined) deliver(on, first, delivery);
    if (step.webhooks === 'twice' && second !== undefined) deliver(on, second, { ...delivery });
  }
}

/** More calls than any work needs: whoever makes them goes round in circles. */
const MOST_CALLS = 3_000;

async function goOn(
  on: Stage,
  {
    chance,
    calls,
    trouble,
  }: { readonly chance: Chance; readonly calls: Step['calls']; readonly trouble: boolean },
): Promise<void> {
  const { scheduler } = on;
  const limit = calls === 'all' ? MOST_CALLS : calls;
  for (let done = 0; done < limit && scheduler.parked().length > 0; done += 1) {
    const call = chance.one(scheduler.parked());
    const ending = trouble && chance.below(8) === 0 ? chance.one(TROUBLES) : 'answered';
    if (ending !== 'answered') note(on.model, call, ending);
    await scheduler.grant(call, ending);
  }
  if (calls === 'all' && scheduler.parked().length > 0) {
    on.model.violations.push(
      `never ends: ${scheduler
        .parked()
        .map(({ process, name }) => `${process.name} ${name}`)
        .join(', ')}`,
    );
  }
}

const TROUBLES: readonly Ending[] = ['refused', 'answer_lost', 'killed_before', 'killed_after'];

function note(model: Model, call: ParkedCall, ending: Ending): void {
  count(model, ending);
  tell(model, `! ${call.process.name}: ${call.name} is ${ending.replace('_', ' ')}`);
}

function judge(model: Model): void {
  if (model.violations.length > 0) throw new InvariantBroken(model);
}

const MOST_ROUNDS = 12;

/**
 * Faults end, the dead come back, runs end, and both replicas reconcile until there is nothing left to write. What
 * webhooks did not bring until then they never bring.
 */
async function comeToRest(on: Stage, chance: Chance): Promise<void> {
  const { model } = on;
  tell(model, '— everything comes to rest');
  model.pending = [];
  const all = { chance, calls: 'all', trouble: false } as const;
  for (let round = 0; ; round += 1) {
    const before = model.ledger.state();
    wakeAll(on);
    await on.scheduler.drain();
    await goOn(on, all);
    if (!startRuns(on, chance)) {
      for (const replica of model.replicas) {
        beat(on, replica, 'reconcile');
        beat(on, replica, 'answer');
        await on.scheduler.drain();
        await goOn(on, all);
        await passTime(on, 60_000, chance);
      }
      if (round > 2 && model.ledger.state() === before && !startRuns(on, chance)) break;
    }
    judge(model);
    if (round > MOST_ROUNDS + model.runs.length * 4) {
      model.violations.push('never rests: the ledger is written again and again');
      for (const m of model.ledger.messages().slice(-12)) tell(model, m);
      break;
    }
  }
  on.oracle.rest();
  judge(model);
}

function wakeAll(on: Stage): void {
  noticeDeadRuns(on);
  askAgain(on);
  on.model.pending = [];
  for (const replica of on.model.replicas) if (!replica.process.isAlive) restart(on, replica);
}

function startRuns(on: Stage, chance: Chance): boolean {
  enlistDispatched(on);
  let isBusy = false;
  for (const run of on.model.runs) {
    if (run.state === 'queued') begin(on, run, chance.one(['whole', 'plan']));
    else if (!nextJob(on, run)) continue;
    isBusy = true;
  }
  return isBusy;
}
