/** The one source of time in the sandbox; tests and the demo move it to reach a slot at once. */
export interface Clock {
  /** Now, in epoch milliseconds. */
  nowMs(): number;
  /** Now as GitHub writes it: UTC, whole seconds. */
  now(): string;
  /** Moves forward to `atMs`; a time in the past leaves the clock alone. */
  advanceTo(atMs: number): void;
  /** Sets the clock to `atMs`, also backwards. */
  set(atMs: number): void;
  /** Lets time run with the real clock from now on (the default), or stands still. */
  follow(running: boolean): void;
  /** Calls `listener` after each jump; answers the function that ends it. */
  onJump(listener: (nowMs: number) => void): () => void;
}

/** Writes epoch milliseconds as GitHub does: `2026-11-20T20:00:00Z`. */
export function timestamp(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/**
 * Makes a clock that follows real time, or one that stands at `startMs` until it is moved.
 *
 * Units: `startMs` is epoch milliseconds, UTC.
 */
export function createClock(startMs?: number): Clock {
  let offsetMs = 0;
  let frozenMs: number | null = startMs ?? null;
  const listeners = new Set<(nowMs: number) => void>();
  const nowMs = (): number => frozenMs ?? Date.now() + offsetMs;

  const set = (atMs: number): void => {
    if (frozenMs === null) offsetMs = atMs - Date.now();
    else frozenMs = atMs;
    for (const listener of listeners) listener(atMs);
  };

  return {
    nowMs,
    now: () => timestamp(nowMs()),
    advanceTo: (atMs) => {
      if (atMs > nowMs()) set(atMs);
    },
    set,
    follow: (running) => {
      const at = nowMs();
      frozenMs = running ? null : at;
      offsetMs = at - Date.now();
    },
    onJump: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
