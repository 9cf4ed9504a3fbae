import type { LedgerState, LedgerWrites } from '../domain/ledger.ts';

/** What an intent wants to change, from the state it was shown. */
export interface LedgerChange<T> {
  /** `null`: nothing is written. */
  readonly writes: LedgerWrites | null;
  /** The audit line: one sentence, becomes the commit's headline. */
  readonly message: string;
  readonly result: T;
}

/**
 * The append-only record of everything, on a branch of the repository.
 *
 * Order: one writer a process; intents that arrive together become one commit. A commit is accepted only on the
 * head that its intents were decided on; after a lost race every intent is asked again with the new state, so
 * an intent must be a pure function of the state and may run several times.
 *
 * @throws LedgerFailure when the ledger cannot be read, has an unknown version, or holds a commit that the
 * expected App did not sign. Nothing is written then.
 */
export interface Ledger {
  /** The state at the branch's head, read now. */
  load(): Promise<LedgerState>;
  /** The state that this process saw last, however old, `null` before the first; never a call. */
  seen(): LedgerState | null;
  /** The state that this process saw last, without a call; read now when it has seen none or knows of a newer head. */
  recent(): Promise<LedgerState>;
  /**
   * Decides on the newest state and writes what follows. When the intent writes nothing, its answer is based on
   * a state that was read after the call.
   */
  update<T>(intent: (state: LedgerState) => LedgerChange<T>): Promise<T>;
}

/** The ledger cannot be trusted or reached. */
export class LedgerFailure extends Error {
  readonly retryable: boolean;
  /** The file at fault, where one is. */
  readonly path: string | null;

  constructor(message: string, options: { retryable: boolean; path?: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'LedgerFailure';
    this.retryable = options.retryable;
    this.path = options.path ?? null;
  }
}
