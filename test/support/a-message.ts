import type { ChannelPolicy, Locale } from '../../src/domain/message/channel.ts';
import type { MessageEntry } from '../../src/domain/message/entry.ts';
import { MESSAGE_KINDS } from '../../src/domain/message/event.ts';
import { renderMessage, type Message } from '../../src/domain/text/message/render.ts';
import { aCalendar, at, NOW_MS } from './builders.ts';

/** A webhook that is told of everything. */
export function aChannel(
  changes: Partial<Pick<ChannelPolicy, 'name' | 'locale' | 'events'>> = {},
): ChannelPolicy {
  const target = { kind: 'webhook', urlEnv: 'NOTIFY_URL', secretEnv: 'NOTIFY_SECRET' } as const;
  return { ...target, name: 'ops', locale: 'en', events: MESSAGE_KINDS, ...changes };
}

/** T1 brought a fix to UAT. */
export function aMessageEntry(changes: Partial<MessageEntry['action']> = {}): MessageEntry {
  return {
    id: 'message-t1_done_flow1-2026-11-20-T1-uat-ops',
    issue: null,
    createdAtMs: NOW_MS,
    action: {
      kind: 'message',
      event: 't1_done_flow1',
      facts: {
        slot: '2026-11-20/T1',
        bugs: { bugs: [{ number: 12, title: 'The cart is empty' }] },
        held: { bugs: [] },
        commit: 'abc1234',
        next: '2026-11-20/T2',
        at: { atMs: at('2026-11-20 22:00:00') },
      },
      channel: 'ops',
      attempts: 0,
      nextTryAtMs: NOW_MS,
      untilMs: NOW_MS + 1,
      ...changes,
    },
  };
}

/** It, as a channel gets it. */
export function aMessage(changes: Partial<MessageEntry['action']> = {}, locale: Locale = 'en'): Message {
  return renderMessage(aMessageEntry(changes), {
    channel: { locale },
    templates: {},
    calendar: aCalendar(),
    home: { name: 'acme/shop', url: 'https://github.com/acme/shop' },
  });
}
