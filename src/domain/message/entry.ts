import type { NotifyPolicy } from './channel.ts';
import type { Fact, MessageEvent, MessageKind } from './event.ts';

/** A message on its way to one channel: an entry of the outbox. */
export interface MessageEntry {
  readonly id: string;
  /** It stands on no issue. */
  readonly issue: null;
  readonly createdAtMs: number;
  readonly action: {
    readonly kind: 'message';
    readonly event: MessageKind;
    /** By name, as the kind's row in `MESSAGE_FACTS` has them. */
    readonly facts: Readonly<Record<string, Fact>>;
    /** The channel's name. */
    readonly channel: string;
    /** How often it was tried. */
    readonly attempts: number;
    readonly nextTryAtMs: number;
    /** When it is no use any more. */
    readonly untilMs: number;
  };
}

/** What nobody could deliver in this time is given up: it is news no longer. */
const KEPT_MS = 3 * 86_400_000;

/**
 * Turns an event into outbox entries: one for each channel that wants it.
 *
 * To tell people of something new, give it a row in `MESSAGE_FACTS`, a template in each language (`text/message`), and
 * find it in `happenedIn`, which sees every commit of the ledger: its entries then travel in the commit that is its
 * cause, whoever makes it.
 */
export function messageEntries(
  { kind, key, facts, untilMs = Infinity }: MessageEvent,
  { channels }: NotifyPolicy,
  nowMs: number,
): MessageEntry[] {
  return channels
    .filter(({ events }) => events.includes(kind))
    .map(({ name }) => ({
      id: `message-${kind}-${key}-${name}`,
      issue: null,
      createdAtMs: nowMs,
      action: {
        kind: 'message',
        event: kind,
        facts: { ...facts },
        channel: name,
        attempts: 0,
        nextTryAtMs: nowMs,
        untilMs: Math.min(untilMs, nowMs + KEPT_MS),
      },
    }));
}
