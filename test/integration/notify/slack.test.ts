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
const HOOK: ChannelPolicy = { kind: 'slack_webhook', urlEnv: 'NOTIFY_HOOK', name, locale, events };
const BOT: ChannelPolicy = { kind: 'slack_bot', tokenEnv: 'NOTIFY_BOT', to: 'C012', name, locale, events };

let server: ChannelServer;
beforeEach(async () => {
  server = await startChannelServer(answers(200, '{"ok":true}'));
});
afterEach(() => server.close());

function send(channel: ChannelPolicy, message: Message = aMessage()) {
  const variables = {
    NOTIFY_HOOK: `${server.url}/services/T0/B0/x`,
    NOTIFY_BOT: 'a-token',
    NOTIFY_SLACK_API: `${server.url}/api`,
  };
  const http = createHttp({ variables: {} });
  return createNotifier({
    variables,
    http,
    clock: { nowMs: () => NOW_MS },
    timeoutMs: patienceMs(server.next[0]),
  }).send(channel, message);
}

function refusal(error: string) {
  return answers(200, JSON.stringify({ ok: false, error }));
}

describe('a message on Slack', () => {
  it('is rich text, and plain text for notifications', async () => {
    await send(HOOK);
    const body: unknown = JSON.parse(server.arrived[0]?.body ?? '');
    expect(body).toMatchObject({
      text: expect.stringContaining('on UAT, waiting for validation\n• #12 The cart is empty\n'),
      blocks: [{ type: 'rich_text', elements: [{ type: 'rich_text_section' }] }],
    });
    const elements = JSON.stringify(body);
    expect(elements).toContain('{"type":"link","url":"https://github.com/acme/shop/issues/12","text":"#12"}');
    expect(elements).toContain('{"type":"text","text":"/approve-prod","style":{"code":true}}');
  });

  it('calls nobody, whatever a title says', async () => {
    const title = '<!channel> <@U012> @here & *bold*';
    await send(HOOK, aMessage({ facts: { slot: 'x', bugs: { bugs: [{ number: 1, title }] } } }));
    const body = server.arrived[0]?.body ?? '';
    const { text } = JSON.parse(body);
    expect(text).toContain('&lt;!channel&gt; &lt;@\u200BU012&gt; @\u200Bhere &amp; *bold*');
    expect(body).toContain('{"type":"text","text":" <!channel> <@\u200BU012> @\u200Bhere & *bold*"}');
  });
});

describe('an incoming webhook', () => {
  it('takes a message', async () => {
    server.next.push(answers(200, 'ok'));
    expect(await send(HOOK)).toEqual({ kind: 'sent' });
    expect(server.arrived[0]?.path).toBe('/services/T0/B0/x');
  });

  it.each([
    [
      'is flooded',
      answers(429, 'rate_limited', { 'retry-after': '3' }),
      ['passing', 3_000, 'it answered 429: rate_limited'],
    ],
    ['is revoked', answers(404, 'no_service'), ['channel', null, 'it answered 404: no_service']],
    [
      'leads to an archive',
      answers(410, 'channel_is_archived'),
      ['channel', null, 'it answered 410: channel_is_archived'],
    ],
    [
      'refuses the text',
      answers(400, 'invalid_blocks'),
      ['message', null, 'it answered 400: invalid_blocks'],
    ],
    ['is broken', answers(500, '<h1>oops</h1>'), ['passing', null, 'it answered 500']],
    ['says nothing', hangs, ['passing', null, 'no answer within 0.2 s']],
    ['cuts the connection', resets, ['passing', null, expect.stringContaining('no answer')]],
  ] as const)('that %s is told as such', async (...[, behaviour, [fault, askedMs, why]]) => {
    server.next.push(behaviour);
    expect(await send(HOOK)).toEqual({ kind: 'failed', fault, askedMs, why });
  });
});

describe('a bot', () => {
  it('writes to its conversation with its token', async () => {
    expect(await send(BOT)).toEqual({ kind: 'sent' });
    const [request] = server.arrived;
    expect(request?.path).toBe('/api/chat.postMessage');
    expect(request?.headers['authorization']).toBe('Bearer a-token');
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ channel: 'C012', unfurl_links: false });
  });

  it.each([
    ['is refused', refusal('invalid_auth'), ['channel', null, 'it answered invalid_auth']],
    ['is in no such channel', refusal('not_in_channel'), ['channel', null, 'it answered not_in_channel']],
    ['is told that Slack is ill', refusal('internal_error'), ['passing', null, 'it answered internal_error']],
    ['has said too much', refusal('msg_too_long'), ['message', null, 'it answered msg_too_long']],
    ['is flooded', answers(429, '', { 'retry-after': '9' }), ['passing', 9_000, 'it answered 429']],
    [
      'meets something else',
      answers(200, 'hello'),
      ['passing', null, 'it answered something that is no answer of Slack'],
    ],
    ['gets no answer', hangs, ['passing', null, 'no answer within 0.2 s']],
  ] as const)('that %s is told as such', async (...[, behaviour, [fault, askedMs, why]]) => {
    server.next.push(behaviour);
    expect(await send(BOT)).toEqual({ kind: 'failed', fault, askedMs, why });
  });
});
