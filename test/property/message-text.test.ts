import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createNotifier } from '../../src/adapters/notify/notifier.ts';
import type { ChannelPolicy } from '../../src/domain/message/channel.ts';
import { aChannel, aMessage } from '../support/a-message.ts';
import { NOW_MS } from '../support/builders.ts';

const { name, locale, events } = aChannel();
const CHAT: ChannelPolicy = { kind: 'telegram', tokenEnv: 'NOTIFY_T', to: '1', name, locale, events };
const HOOK: ChannelPolicy = { kind: 'slack_webhook', urlEnv: 'NOTIFY_T', name, locale, events };

/** What a message with this title is sent as. */
async function sentTo(channel: ChannelPolicy, title: string): Promise<string> {
  const bodies: string[] = [];
  const notifier = createNotifier({
    variables: { NOTIFY_T: 'http://127.0.0.1:9' },
    clock: { nowMs: () => NOW_MS },
    timeoutMs: 1,
    http: {
      async send({ body }) {
        bodies.push(body ?? '');
        return { kind: 'none', reason: 'nobody is there' };
      },
    },
  });
  const bugs = { bugs: [{ number: 1, title }] };
  await notifier.send(
    channel,
    aMessage({ event: 'slot_skipped', facts: { slot: 'x', bugs, reason: title } }),
  );
  return String(JSON.parse(bodies[0] ?? '{}').text);
}

const PIECES = [
  '<b>',
  '</a>',
  '<!channel>',
  '<@U1>',
  '&lt;',
  '&',
  '"',
  '>',
  '@here',
  '{bugs}',
  '**',
  '`',
  '\n',
  '\u202E',
  'a',
  '😀',
];
const title = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary' })), {
  maxLength: 20,
});

it('no title becomes markup, a mention, or a line of its own on any channel', async () => {
  const lines = new Set<number>();
  await fc.assert(
    fc.asyncProperty(title, async (pieces) => {
      const [html, slack] = await Promise.all([sentTo(CHAT, pieces.join('')), sentTo(HOOK, pieces.join(''))]);
      const tags = html.match(/<[^>]*>/gu) ?? [];
      expect(
        tags.filter((tag) => !/^<(?:\/?b|a href="https:\/\/github\.com\/[\w/-]+"|\/a)>$/u.test(tag)),
      ).toEqual([]);
      expect(html.replaceAll(/<[^<>]*>|&(?:amp|lt|gt|quot);/gu, '')).not.toMatch(/[<>&"]/u);
      expect(slack.replaceAll(/&(?:amp|lt|gt);/gu, '')).not.toMatch(/[<>&]/u);
      expect(`${html}${slack}`).not.toMatch(/@(?!\u200B)|\u202E/u);
      lines.add(html.split('\n').length);
    }),
    { numRuns: 150 },
  );
  expect(lines.size).toBe(1);
});
