/** Lets others wait, without sleeping, until the sandbox has nothing more to do. */
export interface Busy {
  /** Counts `work` as something to wait for until it settles; its result is passed on. */
  during<T>(work: Promise<T>): Promise<T>;
  /**
   * Waits, inside `during`, for what others do (a person, a clock, other counted work) without being counted meanwhile.
   *
   * A job at a gate waits for days; nothing is under way then.
   */
  aside<T>(wait: Promise<T>): Promise<T>;
  /** Resolves when nothing is under way, also nothing that was started meanwhile. */
  idle(): Promise<void>;
}

/** Makes a counter of work under way. */
export function createBusy(): Busy {
  let underWay = 0;
  let waiting: (() => void)[] = [];
  /** One turn later: what just ended, or a clock that just jumped, may start the next thing first. */
  const look = (): void => {
    setImmediate(() => {
      if (underWay > 0) return;
      const resolved = waiting;
      waiting = [];
      for (const resolve of resolved) resolve();
    });
  };
  const settle = (): void => {
    underWay -= 1;
    look();
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
    aside: async (wait) => {
      settle();
      try {
        return await wait;
      } finally {
        underWay += 1;
      }
    },
    idle: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        look();
      }),
  };
}
