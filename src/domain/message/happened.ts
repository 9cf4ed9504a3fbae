import type { NotifyPolicy } from './channel.ts';
import { messageEntries, type MessageEntry } from './entry.ts';
import { slotEvents, type Commit } from './slot-event.ts';

/**
 * What people are to be told of a commit of the ledger, found by comparing what it writes with what was there: as outbox
 * entries for the same commit. Every event begins here, so nothing that moves anything has to think of messages.
 */
export function happenedIn(commit: Commit, notify: NotifyPolicy): MessageEntry[] {
  if (notify.channels.length === 0) return [];
  return slotEvents(commit).flatMap((event) => messageEntries(event, notify, commit.nowMs));
}
