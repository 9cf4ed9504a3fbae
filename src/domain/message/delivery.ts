import type { OutboxEntry } from '../ledger.ts';
import type { MessageEntry } from './entry.ts';

const MINUTE_MS = 60_000;

/** Whoever claims a message has this long to send it; then it counts as not sent. */
const LEASE_MS = 5 * MINUTE_MS;
const LONGEST_WAIT_MS = 60 * MINUTE_MS;
/** No server may silence a channel for longer. */
const LONGEST_ASKED_MS = 6 * 60 * MINUTE_MS;

/** A channel that failed this often in a row is down, and the admins hear of it: after about a quarter of an hour. */
export const TRIES_BEFORE_ALERT = 5;

/** Tells whether an entry is a message. */
export function isMessage(entry: OutboxEntry): entry is MessageEntry {
  return entry.action.kind === 'message';
}

/** The messages that can be tried at `nowMs`, the oldest first. */
export function dueMessages(outbox: ReadonlyMap<string, OutboxEntry>, nowMs: number): MessageEntry[] {
  return [...outbox.values()]
    .filter(isMessage)
    .filter(({ action }) => action.nextTryAtMs <= nowMs && nowMs < action.untilMs)
    .toSorted((left, right) => left.createdAtMs - right.createdAtMs);
}

/** The messages that nobody can deliver any more: too old, or for a channel that is gone. */
export function spentMessages(
  outbox: ReadonlyMap<string, OutboxEntry>,
  channels: readonly { readonly name: string }[],
  nowMs: number,
): MessageEntry[] {
  return [...outbox.values()]
    .filter(isMessage)
    .filter(({ action }) => nowMs >= action.untilMs || channels.every(({ name }) => name !== action.channel));
}

/** The message as one process takes it: others leave it alone until it may be taken for lost. */
export function claimed(entry: MessageEntry, nowMs: number): MessageEntry {
  const { action } = entry;
  return {
    ...entry,
    action: { ...action, attempts: action.attempts + 1, nextTryAtMs: nowMs + LEASE_MS },
  };
}

/** A claimed message that did not get through: 1, 2, 4, … minutes later again, at most an hour, or when the server says. */
export function postponed(entry: MessageEntry, nowMs: number, askedMs: number | null): MessageEntry {
  const { action } = entry;
  const ownMs = Math.min(MINUTE_MS * 2 ** (action.attempts - 1), LONGEST_WAIT_MS);
  const waitMs = Math.max(ownMs, Math.min(askedMs ?? 0, LONGEST_ASKED_MS));
  return { ...entry, action: { ...action, nextTryAtMs: nowMs + waitMs } };
}

/** A claimed message that was not tried after all, because one before it did not get through. */
export function untried(entry: MessageEntry, nextTryAtMs: number): MessageEntry {
  const { action } = entry;
  return { ...entry, action: { ...action, attempts: action.attempts - 1, nextTryAtMs } };
}
