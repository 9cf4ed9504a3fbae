import { readHotfixAlert } from '../hotfix.ts';
import type { NotifyPolicy } from './channel.ts';
import { messageEntries, type MessageEntry } from './entry.ts';
import { approvalEvents } from './approval-event.ts';
import type { Commit } from './commit.ts';
import type { MessageEvent } from './event.ts';
import { saidFreezeEvents } from './freeze-event.ts';
import { hotfixEvents } from './hotfix-event.ts';
import { rollbackEvents } from './rollback-event.ts';
import { slotEvents } from './slot-event.ts';
import { fromMarkdown } from '../text/message/from-markdown.ts';

/**
 * What people are to be told of a commit of the ledger, found by comparing what it writes with what was there: as outbox
 * entries for the same commit. Every event begins here, so nothing that moves anything has to think of messages.
 */
export function happenedIn(commit: Commit, notify: NotifyPolicy): MessageEntry[] {
  if (notify.channels.length === 0) return [];
  const events = [
    ...approvalEvents(commit),
    ...slotEvents(commit),
    ...rollbackEvents(commit),
    ...hotfixEvents(commit),
    ...saidFreezeEvents(commit),
    ...alertEvents(commit),
  ];
  return events.flatMap((event) => messageEntries(event, notify, commit.nowMs));
}

/** A breach has a message of its own. */
function alertEvents({ before, writes }: Commit): MessageEvent[] {
  return (writes.alerts ?? [])
    .filter(({ key }) => !before.alerts.has(key) && readHotfixAlert(key)?.isBreach !== true)
    .map(({ key, title }) => ({ kind: 'alert', key, facts: { title: fromMarkdown(title) } }));
}
