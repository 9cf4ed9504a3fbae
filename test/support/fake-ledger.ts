import { applyWrites, emptyLedger, type LedgerState } from '../../src/domain/ledger.ts';
import type { Ledger, LedgerChange } from '../../src/ports/ledger.ts';
import { pathOf, recordsOf, renderLedgerFile } from '../../src/adapters/github/ledger/file.ts';
import { oldFiles } from '../../src/adapters/github/ledger/old-file.ts';

/** A ledger in memory that several processes can share, with what a test wants to see and to break. */
export interface FakeLedgerBranch {
  /** A process's way to it. */
  open(): Ledger;
  /** The state at the head. */
  state(): LedgerState;
  /** The audit lines, oldest first. */
  messages(): readonly string[];
  /** Writes as another process would, right before the next write of anybody is accepted. */
  writeBeforeNext(intent: (state: LedgerState) => LedgerChange<unknown>): void;
  /** Somebody moves the branch to where it was once. */
  moveTo(state: LedgerState): void;
  /** The next call of a ledger fails. */
  failNext(error: Error): void;
}

/** Behaves as the ledger's contract says; records are held against the same schemas as in the real files. */
export function createFakeLedger(initial: LedgerState = emptyLedger()): FakeLedgerBranch {
  let head = initial;
  const messages: string[] = [];
  let before: ((state: LedgerState) => LedgerChange<unknown>) | null = null;
  let failure: Error | null = null;

  function failIfAsked(): void {
    const error = failure;
    failure = null;
    if (error !== null) throw error;
  }

  function write<T>({ writes, message, result }: LedgerChange<T>): T {
    if (writes === null) return result;
    recordsOf(writes).forEach(renderLedgerFile);
    head = withoutOld(applyWrites(head, writes));
    messages.push(message);
    return result;
  }

  async function update<T>(intent: (state: LedgerState) => LedgerChange<T>): Promise<T> {
    await Promise.resolve();
    failIfAsked();
    const other = before;
    before = null;
    if (other !== null) {
      // The first answer is lost to the race, as it would be on GitHub.
      intent(head);
      write(other(head));
    }
    return write(intent(head));
  }

  async function load(): Promise<LedgerState> {
    await Promise.resolve();
    failIfAsked();
    return head;
  }

  return {
    state: () => head,
    messages: () => messages,
    writeBeforeNext: (intent) => {
      before = intent;
    },
    moveTo: (state) => {
      head = state;
    },
    failNext: (error) => {
      failure = error;
    },
    open: () => {
      let seen: LedgerState | null = null;
      return {
        load: async () => (seen = await load()),
        seen: () => seen,
        recent: async () => (seen ??= await load()),
        update: async (intent) => {
          const result = await update(intent);
          seen = head;
          return result;
        },
      };
    },
  };
}

/** What the real ledger does not read any more. */
function withoutOld(state: LedgerState): LedgerState {
  const slots = [...state.slots].map(([id, record]) => [pathOf({ kind: 'slot', record }), id] as const);
  const releases = [...state.releases].map(
    ([id, record]) => [pathOf({ kind: 'release', record }), id] as const,
  );
  const old = oldFiles([...slots, ...releases].map(([path]) => path));
  if (old.size === 0) return state;
  const gone = new Set([...slots, ...releases].flatMap(([path, id]) => (old.has(path) ? [id] : [])));
  return {
    ...state,
    slots: new Map([...state.slots].filter(([id]) => !gone.has(id))),
    releases: new Map([...state.releases].filter(([id]) => !gone.has(id))),
  };
}
