/** Numbers that follow from a seed alone; the same seed gives the same run. */
export interface Chance {
  /** A whole number from 0, below `bound`. */
  below(bound: number): number;
  /** One of several. @throws Error for none. */
  one<T>(from: readonly T[]): T;
}

/** Chance from a seed. Source: mulberry32, https://github.com/cprosche/mulberry32 */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  function below(bound: number): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * bound);
  }
  return {
    below,
    one: (from) => {
      const found = from[below(from.length)];
      if (found === undefined) throw new Error('there is nothing to choose from');
      return found;
    },
  };
}
