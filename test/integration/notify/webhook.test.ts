import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../../src/adapters/http/http-client.ts';
import { createNotifier } from '../../../src/adapters/notify/notifier.ts';
import type { Delivery } from '../../../src/ports/notifier.ts';
import { aChannel, aMessage } from '../../support/a-message.ts';
import { NOW_MS } from '../../support/builders.ts';
import {
  answers,
  hangs,
  patienceMs,
  resets,
  stalls,
  startChannelServer,
  type ChannelServer,
} from '../../support/channel-server.ts';

let server: ChannelServer;
beforeEach(async () => {
  server = await startChannelServer();
});
afterEach(() => server.close());

function notifier(variables: Record<string, string> = {}) {
  return createNotifier({
    variables: { NOTIFY_URL: `${server.url}/hook`, NOTIFY_SECRET: 'shared secret', ...variables },
    clock: { nowMs: () => NOW_MS },
    http: createHttp({ variables: {} }),
    timeoutMs: patienceMs(server.next[0]),
  });
}

function send(): Promise<Delivery> {
  return notifier().send(aChannel(), aMessage());
}

describe('a webhook', () => {
  it('gets JSON that it can check and recognise when it comes again', async () => {
    expect(await send()).toEqual({ kind: 'sent' });
    const [request] = server.arrived;
    const body = request?.body ?? '';
    expect(request?.path).toBe('/hook');
    expect(JSON.parse(body)).toEqual({
      schema_version: 1,
      id: 'message-t1_done_flow1-2026-11-20-T1-uat-ops',
      event: 't1_done_flow1',
      repository: 'acme/shop',
      created_at: new Date(NOW_MS).toISOString(),
      text: expect.stringContaining('#12 The cart is empty'),
      facts: expect.objectContaining({ slot: '2026-11-20/T1', commit: 'abc1234' }),
    });
    const timestamp = String(NOW_MS / 1000);
    const hmac = createHmac('sha256', 'shared secret').update(`${timestamp}.${body}`).digest('hex');
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'idempotency-key': 'message-t1_done_flow1-2026-11-20-T1-uat-ops',
      'x-tonic-timestamp': timestamp,
      'x-tonic-signature-256': `sha256=${hmac}`,
    });
  });

  it.each([
    ['is busy', answers(429, '', { 'retry-after': '30' }), ['passing', 30_000, 'it answered 429']],
    ['breaks', answers(500), ['passing', null, 'it answered 500']],
    ['is gone', answers(410), ['channel', null, 'it answered 410']],
    ['lets nobody in', answers(401, 'who are you?'), ['channel', null, 'it answered 401']],
    ['does not understand', answers(400), ['message', null, 'it answered 400']],
    [
      'leads elsewhere',
      answers(302, '', { location: 'http://127.0.0.1:1/' }),
      ['channel', null, 'it answered 302'],
    ],
    ['asks for nonsense', answers(503, '', { 'retry-after': 'soon' }), ['passing', null, 'it answered 503']],
    ['hangs', hangs, ['passing', null, 'no answer within 0.2 s']],
    ['never ends its answer', stalls, ['passing', null, 'no answer within 0.2 s']],
    ['cuts the connection', resets, ['passing', null, expect.stringContaining('no answer: ')]],
  ] as const)('that %s is told as such', async (_, behaviour, [fault, askedMs, why]) => {
    server.next.push(behaviour);
    expect(await send()).toEqual({ kind: 'failed', fault, askedMs, why });
    expect(await send()).toEqual({ kind: 'sent' });
  });

  it('that is not there is told without its address', async () => {
    const { url } = server;
    await server.close();
    const delivery = await send();
    expect(delivery).toMatchObject({ kind: 'failed', fault: 'passing' });
    expect(JSON.stringify(delivery)).not.toContain(new URL(url).port);
    server = await startChannelServer();
  });

  it('whose address is none is for somebody to mend, not an error', async () => {
    const delivery = await notifier({ NOTIFY_URL: 'not an address' }).send(aChannel(), aMessage());
    expect(delivery).toMatchObject({ kind: 'failed' });
    expect(JSON.stringify(delivery)).not.toContain('not an address');
  });

  it('is reached only with all of its variables', () => {
    expect(notifier().canReach(aChannel())).toBe(true);
    expect(notifier({ NOTIFY_SECRET: '' }).canReach(aChannel())).toBe(false);
  });
});
