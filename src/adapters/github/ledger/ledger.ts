import { LedgerFailure, type Ledger } from '../../../ports/ledger.ts';
import type { GitHubContext } from '../client.ts';
import type { GraphqlBatch } from '../graphql/batch.ts';
import { commitOnHead, type CommitOutcome } from './commit.ts';
import { decideTogether, type Intent, type IntentOutcome } from './decide-together.ts';
import { createProvenance } from './provenance.ts';
import { createLedgerReader, type LedgerSnapshot } from './reader.ts';
import { asLedgerFailure, createLedgerView, type LedgerView } from './view.ts';

/** The ledger on a branch of a repository. */
export interface GitHubLedger extends Ledger {
  /**
   * Tells the head that a push webhook names, so that a stale state is known to be one without a call, and the paths
   * that it lists, so that reading them costs none either.
   */
  noteHead(oid: string, changed?: readonly string[]): void;
}

export interface LedgerOptions {
  readonly context: GitHubContext;
  readonly batch: GraphqlBatch;
  readonly branch: string;
  /** Why commits carry no signature of GitHub here; `null` demands one. */
  readonly unsignedBecause: string | null;
  readonly wait: (ms: number) => Promise<void>;
}

/** A lost race means that somebody else got further; this many in a row mean that something is wrong. */
const TRIES = 12;
const INTENTS_A_COMMIT = 100;

/**
 * Who has just written knows the head and needs one call for the next write; everybody else needs two and loses every
 * race against a process that writes without a break. So there is a break, after this many commits without one.
 */
const WRITES_WITHOUT_BREAK = 5;
/** How much longer than a write a break is: another process reads, writes, and may have begun at a bad moment. */
const BREAK_IN_WRITES = 4;
const LONGEST_BREAK_MS = 5_000;

interface Asked {
  readonly intent: Intent;
  readonly reject: (error: unknown) => void;
  /** The step of this process at which it was asked. */
  readonly at: number;
}

/**
 * The ledger. Writing begins with the state that was seen last, unread: the commit is accepted only if that is
 * still the branch's head. Reading again is for lost races and for intents that write nothing.
 */
export function createLedger(options: LedgerOptions): GitHubLedger {
  const provenance = createProvenance(options.batch, {
    botLogins: options.context.botLogins,
    unsignedBecause: options.unsignedBecause,
  });
  const view = createLedgerView(createLedgerReader({ ...options, provenance }), provenance);
  const asked: Asked[] = [];
  const inPace = createPace(options.wait);
  let isWriting = false;

  async function writeAll(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    // One turn of the event loop, so that intents which arrive together are written together.
    await new Promise((resolve) => setImmediate(resolve));
    while (asked.length > 0) {
      const together = asked.splice(0, INTENTS_A_COMMIT);
      try {
        tell(together, await inPace(() => settle(view, options, together)));
      } catch (error) {
        for (const each of together) each.reject(error);
      }
    }
    isWriting = false;
  }

  return {
    load: async () => (await view.read()).state,
    seen: () => view.last()?.state ?? null,
    recent: async () => (await view.recent()).state,
    noteHead: (oid, changed = []) => view.noteHead(oid, changed),
    update: (intent) =>
      new Promise((resolve, reject) => {
        const telling: Intent = (state) => {
          const change = intent(state);
          return { ...change, result: () => resolve(change.result) };
        };
        asked.push({ intent: telling, reject, at: view.step() });
        void writeAll();
      }),
  };
}

/** Does writes, with a break after several that followed each other closely. Real time counts, whatever the clock. */
function createPace(wait: LedgerOptions['wait']): <T>(write: () => Promise<T>) => Promise<T> {
  let streak = 0;
  let endedAtMs = -Infinity;
  let usualMs = Infinity;
  return async (write) => {
    const breakMs = Math.min(BREAK_IN_WRITES * usualMs, LONGEST_BREAK_MS);
    streak = performance.now() - endedAtMs < breakMs ? streak + 1 : 1;
    if (streak > WRITES_WITHOUT_BREAK) {
      streak = 1;
      await wait(breakMs);
    }
    const beganAtMs = performance.now();
    try {
      return await write();
    } finally {
      endedAtMs = performance.now();
      // A write that lost races took longer than one usually does.
      usualMs = Math.min(usualMs * 1.2, endedAtMs - beganAtMs);
    }
  };
}

/** Decides and writes until what was decided on is the head, or nothing is to be written on a fresh state. */
async function settle(
  view: LedgerView,
  { context, branch, wait }: LedgerOptions,
  together: readonly Asked[],
): Promise<readonly IntentOutcome[]> {
  const intents = together.map((each) => each.intent);
  const lastAskedAt = Math.max(...together.map((each) => each.at));
  let base = await view.recent();
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const decision = decideTogether(base, intents, context.redact);
    if (decision.written.length + decision.deleted.length === 0) {
      if (base.at > lastAskedAt) return decision.outcomes;
      base = await view.read();
      continue;
    }
    const at = view.step();
    const target = { branch, head: base.head };
    const outcome = await asLedgerFailure(() => commitOnHead(context, target, decision));
    if (outcome.kind === 'written') {
      view.wrote(base, { head: outcome.head, at, decision });
      return decision.outcomes;
    }
    if (attempt > 1 || outcome.kind === 'unknown') await wait(Math.random() * 100 * attempt);
    base = await view.read();
    if (isWritten(outcome, base)) return decision.outcomes;
  }
  throw new LedgerFailure(`The ledger was written by others ${TRIES} times in a row`, { retryable: true });
}

function isWritten(outcome: CommitOutcome, found: LedgerSnapshot): boolean {
  return outcome.kind === 'unknown' && found.messages.some((message) => message.includes(outcome.mark));
}

function tell(together: readonly Asked[], outcomes: readonly IntentOutcome[]): void {
  for (const [index, { reject }] of together.entries()) {
    const outcome = outcomes[index];
    if (outcome?.kind === 'decided') outcome.tell();
    else reject(outcome?.error ?? new Error('an intent was not decided'));
  }
}
