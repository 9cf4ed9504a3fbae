const tails = new WeakMap<object, Promise<unknown>>();

/** Runs work on one thing (a repository) after all earlier work on it, whether that failed or not. */
export function inTurn<T>(thing: object, work: () => Promise<T>): Promise<T> {
  const before = tails.get(thing) ?? Promise.resolve();
  const mine = before.then(work, work);
  tails.set(thing, mine);
  return mine;
}
