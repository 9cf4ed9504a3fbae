import type { Clock } from './clock.ts';

/** How often the clock is looked at while it follows real time. */
const LOOK_EVERY_MS = 1_000;

/** Calls `ring` once, as soon as the clock shows `atMs`, whether it ran or jumped there; answers what calls it off. */
export function setAlarm(clock: Clock, atMs: number, ring: () => void): () => void {
  const look = (): void => {
    if (clock.nowMs() < atMs) return;
    callOff();
    ring();
  };
  const stopListening = clock.onJump(look);
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  const callOff = (): void => {
    stopListening();
    clearInterval(timer);
  };
  return callOff;
}
