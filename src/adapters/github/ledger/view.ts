import { GitHubFailure } from '../../../ports/github.ts';
import { LedgerFailure } from '../../../ports/ledger.ts';
import type { JointDecision } from './decide-together.ts';
import type { Provenance } from './provenance.ts';
import type { LedgerReader, LedgerSnapshot } from './reader.ts';

/** A state with the step of this process at which its reading began: everything asked before may rest on it. */
interface Seen extends LedgerSnapshot {
  readonly at: number;
}

/** What this process knows of the ledger. */
export interface LedgerView {
  /** Counts the steps of this process, to tell what came before what. */
  step(): number;
  /** Reads now. */
  read(): Promise<Seen>;
  /** What was seen last, without a call. */
  last(): Seen | null;
  /** What was seen last; reads when there is nothing yet or a newer head is known of. */
  recent(): Promise<Seen>;
  /** Takes what this process has just written on `base`. */
  wrote(
    base: Seen,
    commit: { readonly head: string; readonly at: number; readonly decision: JointDecision },
  ): void;
  noteHead(oid: string, changed: readonly string[]): void;
}

export function createLedgerView(reader: LedgerReader, provenance: Provenance): LedgerView {
  let steps = 0;
  let seen: Seen | null = null;
  let isBehind = false;

  async function read(): Promise<Seen> {
    const at = ++steps;
    isBehind = false;
    const found = { ...(await asLedgerFailure(() => reader.read())), at };
    // A write of this process may have gone further while the answer was on its way.
    if (seen === null || found.head === provenance.newest()) seen = found;
    return found;
  }

  return {
    read,
    last: () => seen,
    step: () => ++steps,
    recent: async () => (seen === null || isBehind ? read() : seen),
    wrote: (base, { head, at, decision }) => {
      provenance.trust(head);
      reader.remember(decision.written);
      const files = new Map(base.files);
      for (const { path, oid } of decision.written) files.set(path, oid);
      for (const path of decision.deleted) files.delete(path);
      seen = { head, state: decision.state, files, messages: [], at };
    },
    noteHead: (oid, changed) => {
      if (provenance.knows(oid)) return;
      isBehind = true;
      reader.expect(changed);
    },
  };
}

/** Every failure of the ledger is a {@link LedgerFailure}: callers fail closed on it. */
export async function asLedgerFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    throw new LedgerFailure(`The ledger could not be reached: ${error.message}`, {
      retryable: error.retryable,
      cause: error,
    });
  }
}
