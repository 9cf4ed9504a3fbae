import type { Log } from '../ports/log.ts';
import type { Hub } from './hub.ts';
import { keepAllSlots, reconcileAll, type StartedSlots } from './start.ts';

/** How late a slot may begin because nobody looked. */
const SLOT_TICK_MS = 5_000;

/** How long a lost webhook may stay unnoticed. */
const RECONCILE_MS = 5 * 60_000;

/** The App's own rhythm. Each beat waits for the one before it. */
export interface Timer {
  /** Starts the slots that are due. */
  tick(): Promise<void>;
  reconcile(): Promise<void>;
  stop(): void;
}

/** Creates the rhythm; `running: false` leaves every beat to the caller. */
export function createTimer(hub: Hub, log: Log, running: boolean): Timer {
  const started: StartedSlots = new Map();
  const tick = inTurn(log, () => keepAllSlots(hub, log, started));
  const reconcile = inTurn(log, () => reconcileAll(hub, log));
  const handles = running
    ? [setInterval(() => void tick(), SLOT_TICK_MS), setInterval(() => void reconcile(), RECONCILE_MS)]
    : [];
  return { tick, reconcile, stop: () => handles.forEach((handle) => clearInterval(handle)) };
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
