import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { Webhooks } from '@octokit/webhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp } from '../../../src/compose-app.ts';
import { serve, WEBHOOK_PATH, type WebServer } from '../../../src/app/server.ts';
import { createWebhookTaker, type SignedEvent, type WebhookTaker } from '../../../src/app/webhook.ts';

const SECRET = 'the secret of the hook';
const silent = (): void => undefined;
const BODY = JSON.stringify({ action: 'created', comment: { body: '/approve-prod' } });

let taken: SignedEvent[];
let told: string[];
let server: WebServer;
let taker: WebhookTaker;
/** What the handler does; each test may set its own. */
let handle: () => Promise<void>;
let isAdmitted: boolean;

beforeEach(async () => {
  taken = [];
  told = [];
  isAdmitted = true;
  handle = () => Promise.resolve();
  const webhooks = new Webhooks({ secret: SECRET });
  const note = (message: string, fields?: object) => void told.push(`${message} ${JSON.stringify(fields)}`);
  taker = createWebhookTaker({
    verify: (body, signature) => webhooks.verify(body, signature),
    admit: () => Promise.resolve(isAdmitted),
    handle: async (event) => {
      taken.push(event);
      await handle();
    },
    log: { info: note, warn: note, error: note },
    answerWithinMs: 50,
  });
  server = await serve((...exchange) => void taker.take(...exchange), { host: '127.0.0.1', port: 0 });
});
afterEach(() => server.close());

const sign = (body: string, secret = SECRET, algorithm = 'sha256') =>
  `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`;

/** Posts as GitHub does; `null` leaves a header out. */
async function post(
  given: {
    body?: string | ReadableStream;
    headers?: Readonly<Record<string, string | null>>;
    path?: string;
  } = {},
): Promise<number> {
  const { body = BODY, path = WEBHOOK_PATH } = given;
  const headers = Object.entries({
    'content-type': 'application/json',
    'x-github-event': 'issue_comment',
    'x-github-delivery': 'a5b1c0f0-0000-11f1-8000-000000000001',
    'x-hub-signature-256': sign(BODY),
    ...given.headers,
  }).filter((entry): entry is [string, string] => entry[1] !== null);
  // A body in parts comes without its length.
  const duplex = typeof body === 'string' ? {} : { duplex: 'half' as const };
  const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body, ...duplex });
  await answer.text();
  return answer.status;
}

test('a webhook with the right signature is dealt with, and then answered', async () => {
  expect(await post()).toBe(200);
  expect(taken).toMatchObject([{ name: 'issue_comment', body: BODY }]);
});

describe('a signature is refused', () => {
  const good = sign(BODY);
  test.each([
    ['that is missing', null],
    ['that is empty', ''],
    ['of another secret', sign(BODY, 'guess')],
    ['of another body', sign('{}')],
    ['that is cut', good.slice(0, -1)],
    ['that is longer', `${good}0`],
    ['with one digit changed', good.replace(/.$/u, (digit) => (digit === '0' ? '1' : '0'))],
    ['without its scheme', good.replace('sha256=', '')],
    ['by SHA-1 under the name of the new header', sign(BODY, SECRET, 'sha1')],
  ])('%s', async (_, signature) => {
    expect(await post({ headers: { 'x-hub-signature-256': signature } })).toBe(401);
    expect(taken).toEqual([]);
  });

  test('by SHA-1 alone, though it is right', async () => {
    const headers = { 'x-hub-signature-256': null, 'x-hub-signature': sign(BODY, SECRET, 'sha1') };
    expect(await post({ headers })).toBe(401);
    expect(taken).toEqual([]);
  });

  test('when the body was changed on the way', async () => {
    expect(await post({ body: BODY.replace('prod', 'PROD') })).toBe(401);
    expect(taken).toEqual([]);
  });
});

describe('what is no webhook is refused', () => {
  test.each([
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ['text', { headers: { 'content-type': 'text/plain' } }, 415],
    ['without an event', { headers: { 'x-github-event': null } }, 400],
    ['without a guid', { headers: { 'x-github-delivery': null } }, 400],
    ['with a guid that is none', { headers: { 'x-github-delivery': 'a b' } }, 400],
    ['at another path', { path: '/api/github/webhook' }, 404],
    ['signed, but no JSON', { body: '{', headers: { 'x-hub-signature-256': sign('{') } }, 400],
    ['signed, but empty', { body: '', headers: { 'x-hub-signature-256': sign('') } }, 400],
    ['signed, but no object', { body: '[]', headers: { 'x-hub-signature-256': sign('[]') } }, 400],
  ])('%s', async (_, given, status) => {
    expect(await post(given)).toBe(status);
    expect(taken).toEqual([]);
  });

  test('got instead of posted', async () => {
    expect((await fetch(`${server.url}${WEBHOOK_PATH}`)).status).toBe(405);
  });

  test('larger than GitHub ever sends, by its own word', async () => {
    const [status] = await speak('content-length: 26214401', '');
    expect(status).toBe('HTTP/1.1 413 Payload Too Large');
  });

  test('larger than GitHub ever sends, without a word about its length', async () => {
    const mebibyte = 'x'.repeat(1024 * 1024);
    const [status] = await speak('transfer-encoding: chunked', `100000\r\n${mebibyte}\r\n`.repeat(26));
    expect(status).toBe('HTTP/1.1 413 Payload Too Large');
    expect(taken).toEqual([]);
  });
});

/** Sends a raw request and gives the lines of the answer's head. */
function speak(lengthHeader: string, body: string): Promise<string[]> {
  return new Promise((resolve) => {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      answer += chunk;
      if (answer.includes('\r\n\r\n')) socket.destroy();
    });
    // The server hangs up on what it does not want to read.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer.split('\r\n')));
    const head = [
      `POST ${WEBHOOK_PATH} HTTP/1.1`,
      'host: app',
      'content-type: application/json',
      'x-github-event: push',
      'x-github-delivery: 1',
      `x-hub-signature-256: ${sign('')}`,
      lengthHeader,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}

test('a body that comes in parts and without its length is taken like any other', async () => {
  const parts = new ReadableStream({
    start(controller) {
      for (const part of [BODY.slice(0, 9), BODY.slice(9)])
        controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
  expect(await post({ body: parts })).toBe(200);
  expect(taken).toMatchObject([{ body: BODY }]);
});

describe('an answer says what GitHub’s log of deliveries needs to know', () => {
  test('of a repository that is not served: ignored, with a line in the log', async () => {
    isAdmitted = false;
    expect(await post()).toBe(404);
    expect(taken).toEqual([]);
    expect(told).toEqual([expect.stringMatching(/does not serve was ignored.*issue_comment/u)]);
  });

  test('of a handler that failed: failed, and nothing of why but in the log', async () => {
    handle = () => Promise.reject(new Error('the ledger is out of reach'));
    expect(await post()).toBe(500);
    expect(told).toEqual([expect.stringContaining('the ledger is out of reach')]);
  });

  test('of a handler that takes longer than GitHub waits: failed, although it may still end well', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    handle = () => promise;
    expect(await post()).toBe(503);
    let isSettled = false;
    const settled = taker.settled().then(() => (isSettled = true));
    await new Promise((next) => setImmediate(next));
    expect(isSettled).toBe(false);
    resolve();
    await settled;
    expect(told).toEqual([expect.stringContaining('longer than GitHub waits')]);
  });

  test('of a late handler that fails in the end: told in the log', async () => {
    const { promise, reject } = Promise.withResolvers<void>();
    handle = () => promise;
    expect(await post()).toBe(503);
    reject(new Error('too late anyway'));
    await taker.settled();
    expect(told.at(-1)).toContain('too late anyway');
  });
});

test('the App does not start without a secret: Probot would take one that everybody knows', async () => {
  const starting = startApp({
    appId: 1,
    privateKey: 'a key',
    webhookSecret: '',
    host: '127.0.0.1',
    port: 0,
    apiUrl: 'http://127.0.0.1:9',
    serverUrl: 'http://127.0.0.1:9',
    clock: { nowMs: () => 0 },
    log: { info: silent, warn: silent, error: silent },
    dataFolder: 'unused',
    timers: false,
  });
  await expect(starting).rejects.toThrow('there is no webhook secret');
});
