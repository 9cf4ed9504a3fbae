import { redactAll, type Redact } from '../../../domain/redact.ts';
import { applyWrites, type LedgerState, type LedgerWrites } from '../../../domain/ledger.ts';
import type { LedgerChange } from '../../../ports/ledger.ts';
import { blobOid, outboxPath, pathOf, recordsOf, renderLedgerFile, type LedgerRecord } from './file.ts';

/** An intent whose result is what remains to be done once its answer holds: telling whoever asked. */
export type Intent = (state: LedgerState) => LedgerChange<() => void>;

/** What became of one intent. */
export type IntentOutcome =
  | { readonly kind: 'decided'; readonly tell: () => void }
  | { readonly kind: 'threw'; readonly error: unknown };

interface WrittenFile {
  readonly path: string;
  readonly oid: string;
  readonly text: string;
  readonly record: LedgerRecord;
}

/** What several intents want together, decided one after the other: each sees the writes of those before it. */
export interface JointDecision {
  readonly outcomes: readonly IntentOutcome[];
  /** The state after all of them. */
  readonly state: LedgerState;
  /** Files whose content becomes another. */
  readonly written: readonly WrittenFile[];
  readonly deleted: readonly string[];
  /** The audit lines of the intents that wrote. */
  readonly messages: readonly string[];
}

/**
 * Decides; an intent that throws, or writes a record that could not be read back, changes nothing for the others. Secrets
 * are taken out of what is written, so that the state is what is read back.
 */
export function decideTogether(
  base: { readonly state: LedgerState; readonly files: ReadonlyMap<string, string> },
  intents: readonly Intent[],
  redact: Redact,
): JointDecision {
  let state = base.state;
  const files = new Map<string, WrittenFile | null>();
  const messages: string[] = [];
  const outcomes = intents.map((intent): IntentOutcome => {
    try {
      const { writes, message, result } = intent(state);
      if (writes === null) return { kind: 'decided', tell: result };
      const clean = redactAll(writes, redact);
      const changed = filesOf(clean);
      const after = applyWrites(state, clean);
      for (const [path, file] of changed) files.set(path, file);
      state = after;
      messages.push(message);
      return { kind: 'decided', tell: result };
    } catch (error) {
      return { kind: 'threw', error };
    }
  });
  const written = [...files.values()].filter((file) => file !== null);
  const deleted = [...files].filter(([path, file]) => file === null && base.files.has(path));
  return {
    outcomes,
    state,
    written: written.filter(({ path, oid }) => base.files.get(path) !== oid),
    deleted: deleted.map(([path]) => path),
    messages,
  };
}

/** The files that some writes touch; `null` for one that goes away. */
function filesOf(writes: LedgerWrites): Map<string, WrittenFile | null> {
  const files = new Map<string, WrittenFile | null>();
  for (const record of recordsOf(writes)) {
    const path = pathOf(record);
    const text = renderLedgerFile(record);
    files.set(path, { path, text, oid: blobOid(text), record });
  }
  for (const id of writes.struck ?? []) files.set(outboxPath(id), null);
  return files;
}
