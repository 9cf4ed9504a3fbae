/** Lets others wait, without sleeping, until the sandbox has nothing more to do. */
export interface Busy {
  /** Counts `work` as something to wait for until it settles; its result is passed on. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Resolves when nothing is under way, also nothing that was started meanwhile. */
  idle(): Promise<void>;
}

/** Makes a counter of work under way. */
export function createBusy(): Busy {
  let underWay = 0;
  let waiting: (() => void)[] = [];
  const settle = (): void => {
    underWay -= 1;
    // One turn later: what just ended may start the next thing synchronously.
    setImmediate(() => {
      if (underWay > 0) return;
      const resolved = waiting;
      waiting = [];
      for (const resolve of resolved) resolve();
    });
  };
  return {
    during: async (work) => {
      underWay += 1;
      try {
        return await work;
      } finally {
        settle();
      }
    },
    idle: () => (underWay === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
