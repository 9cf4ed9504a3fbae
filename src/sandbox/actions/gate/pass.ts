import { setAlarm } from '../../alarm.ts';
import type { Environment } from '../../model/environment.ts';
import type { Kernel } from '../../sandbox.ts';
import { nextId } from '../../world.ts';
import type { LiveRun } from '../live.ts';
import type { WorkflowJob } from '../model.ts';
import { announceReviewRequest, requestRules } from './announce.ts';
import type { Gate, GateOutcome } from './model.ts';
import { buildGate, outcomeOf, shutGates } from './state.ts';

/** The gate where this job has to wait; `null` where it may go on. A gate that is shut already takes it in. */
export function gateBefore(live: LiveRun, job: WorkflowJob, environment: Environment): Gate | null {
  const { run, parts } = live;
  const { world, clock } = parts.kernel;
  const known = shutGates(run).find((one) => one.environmentId === environment.id);
  const fresh = { id: nextId(world), attempt: run.attempt, at: clock.now(), atMs: clock.nowMs() };
  const gate = known ?? buildGate(environment, fresh);
  if (!gate) return null;
  if (!known) run.gates.push(gate);
  gate.jobIds.push(job.id);
  return gate;
}

/** Asks whoever has a say about a job that stands at a gate. */
export async function askAtGate(live: LiveRun, job: WorkflowJob, gate: Gate): Promise<void> {
  requestRules(live, job, gate);
  if (gate.review && !gate.review.approved) await announceReviewRequest(live, job, gate);
}

/** Resolves when the gate is left, by whatever way; a run that is stopped leaves it, too. Nothing is under way meanwhile. */
export function outcomeAt(live: LiveRun, gate: Gate): Promise<GateOutcome> {
  const { kernel } = live.parts;
  const { signal } = live.stop;
  const left = new Promise<GateOutcome>((resolve) => {
    const look = (): void => settleGate(kernel, gate);
    const times = [gate.expiresAtMs, ...(gate.waitTimer ? [gate.waitTimer.endsAtMs] : [])];
    const callOff = times.map((atMs) => setAlarm(kernel.clock, atMs, look));
    const leave = (): void => leaveGate(gate, 'cancelled');
    listenersOf(gate).add((outcome) => {
      for (const one of callOff) one();
      signal.removeEventListener('abort', leave);
      resolve(outcome);
    });
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    look();
  });
  return kernel.busy.aside(left);
}

/** Lets the jobs at a gate go on, one way or the other, if what was said and the time are enough for it. */
export function settleGate(kernel: Kernel, gate: Gate): void {
  const outcome = gate.outcome ?? outcomeOf(gate, kernel.clock.nowMs());
  if (outcome !== null) leaveGate(gate, outcome);
}

/** Ends the wait at a gate. */
export function leaveGate(gate: Gate, outcome: GateOutcome): void {
  gate.outcome ??= outcome;
  const listeners = listenersOf(gate);
  for (const listener of listeners) listener(gate.outcome);
  listeners.clear();
}

type Listener = (outcome: GateOutcome) => void;

/** The jobs that wait in this process; a gate that came back from a data folder has none. */
const listening = new WeakMap<Gate, Set<Listener>>();

function listenersOf(gate: Gate): Set<Listener> {
  const known = listening.get(gate);
  if (known) return known;
  const listeners = new Set<Listener>();
  listening.set(gate, listeners);
  return listeners;
}
