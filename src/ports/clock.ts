/** The time, handed in. */
export interface Clock {
  /** Epoch milliseconds, UTC. */
  nowMs(): number;
}
