import type { IssueEntry, OutboxEntry, PullEntry } from '../domain/ledger.ts';
import { isMessage } from '../domain/message/delivery.ts';
import type { Context } from './context.ts';
import { withLedgerMark } from './ledger-mark.ts';

/** Tells whether an issue has to show an entry; messages are delivered by themselves. */
export function isForIssue(entry: OutboxEntry): entry is IssueEntry {
  return !isMessage(entry) && !isForPull(entry);
}

function isForPull(entry: OutboxEntry): entry is PullEntry {
  return entry.action.kind === 'comment_on_pull';
}

/**
 * Says what the outbox has for pull requests, each once: the comments there are looked at first. What fails stays in the
 * outbox, where the next reconciliation finds it.
 */
export async function sayOnPulls(context: Context, outbox: readonly OutboxEntry[]): Promise<void> {
  const { bookkeeping } = context;
  const entries = outbox.filter(isForPull).filter(({ id }) => !bookkeeping.struck.has(id));
  for (const entry of entries) {
    try {
      await sayOnPull(context, entry);
      bookkeeping.struck.add(entry.id);
    } catch (error) {
      context.log.error('a pull request was not told; the next reconciliation does it', {
        pull: entry.issue,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
}

async function sayOnPull({ issues, ledger }: Context, { id, issue: pull, action }: PullEntry): Promise<void> {
  const body = withLedgerMark(action.body, ledger.seen());
  await issues.sayOnPull(pull, { key: id, body, sinceMs: action.sinceMs });
}
