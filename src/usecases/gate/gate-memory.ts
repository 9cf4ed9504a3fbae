import type { EnvironmentName } from '../../domain/policy.ts';

/** A pull request whose check stands on a commit. */
export interface JudgedHead {
  readonly pull: number;
  readonly head: string;
  readonly environment: EnvironmentName;
  /** Other checks of the head can change what is said of it. */
  readonly restsOnChecks: boolean;
}

/** What this process knows of the checks that it has reported: a hint of what to look at, never a verdict. */
export interface GateMemory {
  /** Open pull requests that were judged with this head. */
  at(head: string): readonly JudgedHead[];
  /** With which head a pull request was judged last; `null`: it was not, or it is forgotten. */
  of(pull: number): JudgedHead | null;
  all(): readonly JudgedHead[];
  /** A pull request was judged; an older head of it is forgotten. */
  note(judged: JudgedHead): void;
  forget(pull: number): void;
  /**
   * Looks and reports one after the other: of two that overlap, the one that looked first could have the last word.
   */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** Nothing judged yet. */
export function createGateMemory(): GateMemory {
  const judged = new Map<number, JudgedHead>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    at: (head) => [...judged.values()].filter((each) => each.head === head),
    of: (pull) => judged.get(pull) ?? null,
    all: () => [...judged.values()],
    note: (each) => void judged.set(each.pull, each),
    forget: (pull) => void judged.delete(pull),
    inTurn: (work) => {
      const mine = last.then(work, work);
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
