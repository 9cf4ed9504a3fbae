import { describe, expect, it } from 'vitest';
import { LOCALES, type Locale } from '../../../src/domain/message/channel.ts';
import {
  MESSAGE_FACTS,
  MESSAGE_KINDS,
  type Fact,
  type MessageKind,
} from '../../../src/domain/message/event.ts';
import { WORDINGS } from '../../../src/domain/text/message/language.ts';
import { plainText, renderMessage } from '../../../src/domain/text/message/render.ts';
import { placesIn } from '../../../src/domain/text/message/template.ts';
import { aMessageEntry } from '../../support/a-message.ts';
import { aCalendar, at } from '../../support/builders.ts';

type Facts = Readonly<Record<string, Fact>>;

const FACTS: Facts = {
  slot: '2026-11-20/T2',
  bugs: {
    bugs: [
      { number: 12, title: 'The cart is empty' },
      { number: 15, title: null },
    ],
  },
  held: { bugs: [17, 18].map((number) => ({ number, title: null })) },
  environment: 'PROD',
  commit: 'abc1234',
  next: '2026-11-21/T2',
  at: { atMs: at('2026-11-21 22:00:00') },
  reason: 'The deploy command failed with exit code 1.',
  who: 'ada',
  left: { forMs: (24 * 60 + 65) * 60_000 },
  what: { word: 'everything' },
  level: { word: 'full' },
  until: { word: 'lifted' },
  title: 'PROD: the branch was moved by force',
  target: 'abc1234, 2026-11-19-T2-prod',
  state: { word: 'done' },
  todo: { word: 'todo_mend' },
  day: '2026-11-20',
  ...Object.fromEntries(
    ['reported', 'planned', 'validate', 'merge', 'queued'].map((list, index) => [
      list,
      { bugs: [{ number: 20 + index, title: null }] },
    ]),
  ),
};

/** Facts whose usual form is another one for some kinds. */
const SPECIAL: Partial<Record<MessageKind, Facts>> = {
  slot_skipped: { reason: { word: 'slot_too_late' } },
  hotfix: { priority: 'P1', todo: { word: 'todo_note' } },
  sla_breach: { priority: 'P1' },
  freeze_on: { until: { atMs: at('2026-11-30 00:00:00') }, reason: 'year end' },
  freeze_off: { what: 'billing, tax', reason: 'year end' },
};

/** A message, in our words or in some of the owner's. */
function write(
  kind: MessageKind,
  { locale = 'en', template, facts = {} }: { locale?: Locale; template?: string; facts?: Facts } = {},
) {
  const entry = aMessageEntry({ event: kind, facts: { ...FACTS, ...SPECIAL[kind], ...facts } });
  return renderMessage(entry, {
    channel: { locale },
    templates: template === undefined ? {} : { [kind]: template },
    calendar: aCalendar(),
    home: { name: 'acme/shop', url: 'https://github.com/acme/shop' },
  });
}

describe.each(LOCALES)('messages in %s', (locale) => {
  it('read as they are kept in fixtures/messages', async () => {
    const all = MESSAGE_KINDS.map((kind) => `--- ${kind} ---\n${plainText(write(kind, { locale }))}\n`);
    await expect(all.join('\n')).toMatchFileSnapshot(`../../../fixtures/messages/${locale}.txt`);
  });

  it.each(MESSAGE_KINDS)('of kind %s name only facts that they have', (kind) => {
    const known: readonly string[] = MESSAGE_FACTS[kind];
    expect(placesIn(WORDINGS[locale].templates[kind]).filter((place) => !known.includes(place))).toEqual([]);
  });
});

describe('a message', () => {
  it('leaves out a line that has nothing to say', () => {
    const facts = { held: { bugs: [] } };
    expect(plainText(write('t2_done_flow1', { facts }))).not.toContain('Held back');
  });

  it('links every bug, and ends with the repository', () => {
    const links = write('t2_done_flow1')
      .lines.flat()
      .filter(({ href }) => href !== null);
    expect(links.map(({ text, href }) => `${text} ${href}`)).toEqual([
      '#12 https://github.com/acme/shop/issues/12',
      '#15 https://github.com/acme/shop/issues/15',
      '#17 https://github.com/acme/shop/issues/17',
      '#18 https://github.com/acme/shop/issues/18',
      'acme/shop https://github.com/acme/shop',
    ]);
  });

  it('names twenty bugs and counts the others', () => {
    const bugs = Array.from({ length: 25 }, (_, index) => ({ number: index + 1, title: null }));
    const text = plainText(write('t2_done_flow1', { facts: { bugs: { bugs } } }));
    expect(text).toContain('• #20\n… +5');
    expect(text).not.toContain('#21');
  });

  it('is written in the owner’s words where they have some', () => {
    const text = plainText(
      write('t2_done_flow1', { template: '**{slot}** {bugs}: `{commit}` {"json": true}' }),
    );
    expect(text).toBe('2026-11-20/T2 #12, #15: abc1234 {"json": true}\nacme/shop');
  });

  it('takes nothing of what comes from outside for markup', () => {
    const bugs = { bugs: [{ number: 12, title: '**bold** {slot} `code` <b>\n\u202Eevil @channel' }] };
    const spans = write('t2_done_flow1', { template: '{bugs}', facts: { bugs } }).lines.flat();
    expect(spans.map(({ text }) => text)).toContain(' **bold** {slot} `code` <b> evil @\u200Bchannel');
    expect(spans.every(({ style }) => style === 'plain')).toBe(true);
  });

  it('holds no secret', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const facts = { reason: `fatal: ${token}` };
    expect(plainText(write('slot_failed', { facts }))).not.toContain(token);
  });
});
