/** The time, handed in. */
export interface Clock {
  /** Epoch milliseconds, UTC. */
  nowMs(): number;
}

/** Lets time pass, milliseconds. */
export type Pause = (ms: number) => Promise<void>;
