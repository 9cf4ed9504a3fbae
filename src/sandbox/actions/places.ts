/** A fixed number of places that are taken in the order of asking. */
export interface Places {
  /** Resolves with the function that gives the place back, or with `null` when waiting was ended by the signal. */
  take(signal: AbortSignal): Promise<(() => void) | null>;
}

/** Makes `count` places. */
export function createPlaces(count: number): Places {
  let free = count;
  let waiting: (() => void)[] = [];
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  const once = (): (() => void) => {
    let given = false;
    return () => {
      if (!given) giveBack();
      given = true;
    };
  };
  return {
    take: (signal) => {
      if (signal.aborted) return Promise.resolve(null);
      if (free > 0) {
        free -= 1;
        return Promise.resolve(once());
      }
      return new Promise((resolve) => {
        const admit = (): void => {
          signal.removeEventListener('abort', withdraw);
          resolve(once());
        };
        const withdraw = (): void => {
          waiting = waiting.filter((one) => one !== admit);
          resolve(null);
        };
        signal.addEventListener('abort', withdraw, { once: true });
        waiting.push(admit);
      });
    },
  };
}
