import type { Log } from '../ports/log.ts';
import type { Hub } from './hub.ts';
import {
  answerAll,
  deliverAll,
  keepAllSlots,
  lookAheadAll,
  reconcileAll,
  type StartedSlots,
  type Sweeps,
  previewAll,
  type Previews,
} from './start.ts';

/** How late a slot may begin because nobody looked. */
const SLOT_TICK_MS = 5_000;

/** How long a lost webhook may stay unnoticed. */
const RECONCILE_MS = 5 * 60_000;

/** How long a webhook that failed may stay so. */
const SWEEP_MS = 3 * 60_000;

/** How long a deployment may wait that nobody was told of, or that could not be decided. */
const ANSWER_MS = 2 * 60_000;

/** What is queued for T2 is built when it has not changed for this long. */
const PREVIEW_MS = 60_000;

/** How late a checklist may be looked at ahead of its slot. */
const LOOK_AHEAD_MS = 60_000;

/** How long a message may stay unsent because nobody looked. */
const DELIVER_MS = 10_000;

/** The App's own rhythm. Each beat waits for the one of its kind before it. */
export interface Timer {
  /** Starts the slots that are due. */
  tick(): Promise<void>;
  reconcile(): Promise<void>;
  /** Asks again for webhooks that failed. */
  sweep(): Promise<void>;
  /** Answers deployments that wait. */
  answer(): Promise<void>;
  /** Builds and tests what the next T2 would deploy. */
  preview(): Promise<void>;
  /** Looks at the checklists of slots that begin soon. */
  lookAhead(): Promise<void>;
  /** Delivers the messages that are due. */
  deliver(): Promise<void>;
  stop(): void;
}

/** What beats. */
export interface TimerParts {
  readonly hub: Hub;
  readonly log: Log;
  readonly sweep: () => Promise<void>;
  /** Hosts that may be asked for checklists. */
  readonly checklistHosts: readonly string[];
  /** Whether it runs by itself; else every beat is left to the caller. */
  readonly running: boolean;
}

/** Creates the rhythm. */
export function createTimer({ hub, log, sweep, checklistHosts, running }: TimerParts): Timer {
  const started: StartedSlots = new Map();
  const sweeps: Sweeps = new Map();
  const previews: Previews = new Map();
  const beats = {
    tick: inTurn(log, () => keepAllSlots(hub, log, started)),
    reconcile: inTurn(log, () => reconcileAll(hub, log)),
    sweep: inTurn(log, sweep),
    answer: inTurn(log, () => answerAll(hub, log, sweeps)),
    preview: inTurn(log, () => previewAll(hub, log, previews)),
    lookAhead: inTurn(log, () => lookAheadAll(hub, log, checklistHosts)),
    deliver: inTurn(log, () => deliverAll(hub, log)),
  };
  const handles = running
    ? [
        setInterval(() => void beats.tick(), SLOT_TICK_MS),
        setInterval(() => void beats.reconcile(), RECONCILE_MS),
        setInterval(() => void beats.sweep(), SWEEP_MS),
        setInterval(() => void beats.answer(), ANSWER_MS),
        setInterval(() => void beats.preview(), PREVIEW_MS),
        setInterval(() => void beats.lookAhead(), LOOK_AHEAD_MS),
        setInterval(() => void beats.deliver(), DELIVER_MS),
      ]
    : [];
  return { ...beats, stop: () => handles.forEach((handle) => clearInterval(handle)) };
}

/** A beat that fails is told and does not stop those after it. */
function inTurn(log: Log, work: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(work).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      log.error('a beat of the timer failed; the next one comes', { error: message });
    });
    return last;
  };
}
