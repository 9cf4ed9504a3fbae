import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../../src/adapters/http/http-client.ts';
import { createNotifier } from '../../../src/adapters/notify/notifier.ts';
import type { ChannelPolicy } from '../../../src/domain/message/channel.ts';
import type { Message } from '../../../src/domain/text/message/render.ts';
import { aChannel, aMessage } from '../../support/a-message.ts';
import { NOW_MS } from '../../support/builders.ts';
import {
  answers,
  hangs,
  patienceMs,
  resets,
  startChannelServer,
  type ChannelServer,
} from '../../support/channel-server.ts';

const { name, locale, events } = aChannel();
const CHAT: ChannelPolicy = { kind: 'telegram', tokenEnv: 'NOTIFY_BOT', to: '-100', name, locale, events };

let server: ChannelServer;
beforeEach(async () => {
  server = await startChannelServer(answers(200, '{"ok":true,"result":{"message_id":1}}'));
});
afterEach(() => server.close());

function send(message: Message = aMessage()) {
  const variables = { NOTIFY_BOT: '123:token', NOTIFY_TELEGRAM_API: server.url };
  const http = createHttp({ variables: {} });
  return createNotifier({
    variables,
    http,
    clock: { nowMs: () => NOW_MS },
    timeoutMs: patienceMs(server.next[0]),
  }).send(CHAT, message);
}

function textIn(index = 0): string {
  const body: unknown = JSON.parse(server.arrived[index]?.body ?? '{}');
  if (typeof body !== 'object' || body === null || !('text' in body)) throw new Error('no text');
  return String(body.text);
}

function refusal(code: number, description: string, parameters: object = {}) {
  return answers(code, JSON.stringify({ ok: false, error_code: code, description, parameters }));
}

describe('a Telegram chat', () => {
  it('gets HTML with links and bold words', async () => {
    expect(await send()).toEqual({ kind: 'sent' });
    expect(server.arrived[0]?.path).toBe('/bot123:token/sendMessage');
    expect(JSON.parse(server.arrived[0]?.body ?? '')).toMatchObject({
      chat_id: '-100',
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
    });
    expect(textIn()).toContain('🚀 <b>2026-11-20/T1</b><b>: on UAT, waiting for validation</b>');
    expect(textIn()).toContain(
      '• <a href="https://github.com/acme/shop/issues/12">#12</a> The cart is empty',
    );
    expect(textIn()).toContain('<code>/approve-prod</code>');
  });

  it('reads nothing of a title as a tag', async () => {
    const title = '<a href="x">&lt;b</a> **x** @channel';
    await send(aMessage({ facts: { slot: 'x', bugs: { bugs: [{ number: 1, title }] } } }));
    expect(textIn()).toContain('&lt;a href=&quot;x&quot;&gt;&amp;lt;b&lt;/a&gt; **x** @\u200Bchannel');
  });

  it('gets no more than it takes, and sees that something was cut', async () => {
    const bugs = Array.from({ length: 20 }, (_, index) => ({ number: index + 1, title: '😀'.repeat(240) }));
    await send(aMessage({ facts: { slot: 'x', bugs: { bugs } } }));
    const read = textIn().replaceAll(/<[^>]*>/gu, '');
    expect(read.length).toBeLessThanOrEqual(4_096);
    expect(read.length).toBeGreaterThan(4_000);
    expect(read.endsWith('😀…')).toBe(true);
  });

  it('that has moved is followed, and somebody is told', async () => {
    server.next.push(refusal(400, 'group chat was upgraded', { migrate_to_chat_id: -1002 }));
    expect(await send()).toEqual({
      kind: 'sent',
      remark: 'the chat -100 has become -1002: write that in the configuration',
    });
    expect(server.arrived.map(({ body }) => JSON.parse(body).chat_id)).toEqual(['-100', '-1002']);
  });

  it.each([
    ['is flooded', refusal(429, 'Too Many Requests: retry after 7', { retry_after: 7 }), 'passing', 7_000],
    ['is not there', refusal(400, 'Bad Request: chat not found'), 'channel', null],
    ['has thrown the bot out', refusal(403, 'Forbidden: bot was kicked'), 'channel', null],
    ['does not know the token', refusal(404, 'Not Found'), 'channel', null],
    ['cannot read the text', refusal(400, "Bad Request: can't parse entities: x"), 'message', null],
    ['is broken', answers(502, '<html>bad gateway</html>'), 'passing', null],
    ['is hidden by something else', answers(200, '<html>log in first</html>'), 'passing', null],
    ['says nothing', hangs, 'passing', null],
    ['cuts the connection', resets, 'passing', null],
  ] as const)('that %s is told as such', async (...[, behaviour, fault, askedMs]) => {
    server.next.push(behaviour);
    const delivery = await send();
    expect(delivery).toMatchObject({ kind: 'failed', fault, askedMs });
    expect(JSON.stringify(delivery)).not.toContain('123:token');
  });
});
