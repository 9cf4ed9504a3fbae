import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../ports/log.ts';
import { createBodyReader } from './body.ts';

/** GitHub's own cap for one payload, and what may be held in memory of all that come at once. */
const LIMITS = { eachBytes: 25 * 1024 * 1024, togetherBytes: 100 * 1024 * 1024 };

/** GitHub takes an answer after ten seconds for none. */
const ANSWER_WITHIN_MS = 9_000;

/** An event that GitHub has signed. */
export interface SignedEvent {
  /** GitHub's guid, the same when the event is brought again. */
  readonly id: string;
  readonly name: string;
  /** The payload as it was signed. */
  readonly body: string;
  readonly signature: string;
}

/** What the taking of webhooks works with. */
export interface WebhookParts {
  /** Compares the SHA-256 signature of a body, in constant time. */
  readonly verify: (body: string, signature: string) => Promise<boolean>;
  /** Tells whether a payload comes from where it says. */
  readonly admit: (payload: object) => Promise<boolean>;
  /** Settles when what follows from the event is in the ledger. */
  readonly handle: (event: SignedEvent) => Promise<void>;
  readonly log: Log;
  readonly answerWithinMs?: number;
}

/** Takes webhooks. */
export interface WebhookTaker {
  take(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Resolves when everything that was taken has been dealt with, whether or not it was in time for an answer. */
  settled(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly words: string;
}

const DONE: Answer = { status: 200, words: 'ok' };
const NO_JSON: Answer = { status: 400, words: 'the body is no JSON object' };
const UNSIGNED: Answer = { status: 401, words: 'the signature is not that of this body' };
const NOT_SERVED: Answer = { status: 404, words: 'this App does not serve that repository' };
const FAILED: Answer = { status: 500, words: 'it failed; the log says why' };
const LATE: Answer = { status: 503, words: 'it takes long; bring it again' };
const UNREAD = {
  too_large: { status: 413, words: 'the payload is larger than GitHub ever sends' },
  busy: { status: 503, words: 'too much comes at once; bring it again' },
} as const;

/**
 * Makes the taker of webhooks. It answers 2xx only when an event is dealt with; all else counts as failed with GitHub,
 * so that the sweep of the deliveries asks for it again.
 *
 * Source: Octokit's own middleware answers 202 after nine seconds, which GitHub takes for done, while the handler may
 * still fail. Here the answer is 503 then; what is brought again finds that it is done, or is done at last.
 */
export function createWebhookTaker(parts: WebhookParts): WebhookTaker {
  const { log } = parts;
  const readBody = createBodyReader(LIMITS);
  const underWay = new Set<Promise<Answer>>();

  async function answerTo(request: IncomingMessage): Promise<Answer> {
    const head = readHead(request);
    if ('status' in head) return head;
    const body = await readBody(request);
    if (body.kind !== 'read') return UNREAD[body.kind];
    // Octokit throws on a signature of nothing.
    if (body.text === '') return NO_JSON;
    if (!(await parts.verify(body.text, head.signature))) {
      log.warn('a webhook with a wrong signature was refused', { guid: head.id, event: head.name });
      return UNSIGNED;
    }
    const payload = parseObject(body.text);
    return payload === null ? NO_JSON : answerInTime({ ...head, body: body.text }, payload);
  }

  async function answerInTime(event: SignedEvent, payload: object): Promise<Answer> {
    const dealing = dealWith(parts, event, payload).finally(() => underWay.delete(dealing));
    underWay.add(dealing);
    const { promise: late, resolve } = Promise.withResolvers<Answer>();
    const timer = setTimeout(() => {
      log.warn('a webhook takes longer than GitHub waits', { guid: event.id, event: event.name });
      resolve(LATE);
    }, parts.answerWithinMs ?? ANSWER_WITHIN_MS);
    try {
      return await Promise.race([dealing, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async take(request, response) {
      try {
        const { status, words } = await answerTo(request);
        // What is left of a body that nobody reads would be taken for the next request.
        const headers = {
          'content-type': 'text/plain',
          ...(request.complete ? {} : { connection: 'close' }),
        };
        response.writeHead(status, headers).end(`${words}\n`);
      } catch (error) {
        log.warn('a webhook broke off', { error: error instanceof Error ? error.message : String(error) });
        response.destroy();
      }
    },
    settled: async () => void (await Promise.all(underWay)),
  };
}

async function dealWith(
  { admit, handle, log }: WebhookParts,
  event: SignedEvent,
  payload: object,
): Promise<Answer> {
  const told = { guid: event.id, event: event.name };
  try {
    if (!(await admit(payload))) {
      log.warn('a webhook about a repository that this App does not serve was ignored', told);
      return NOT_SERVED;
    }
    await handle(event);
    return DONE;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    log.error('a webhook was not dealt with; it is asked for again', { ...told, error: words });
    return FAILED;
  }
}

const JSON_TYPE = /^application\/json\s*(?:;|$)/u;
const SIGNATURE = /^sha256=[\da-f]{64}$/u;
const EVENT_NAME = /^[a-z_]{1,64}$/u;
const GUID = /^[\w-]{1,64}$/u;

/** What the headers say, or why they are not those of a webhook. SHA-1 signatures are not looked at. */
function readHead({ method, headers }: IncomingMessage): Omit<SignedEvent, 'body'> | Answer {
  if (method !== 'POST') return { status: 405, words: 'webhooks are posted' };
  if (!JSON_TYPE.test(headers['content-type'] ?? ''))
    return { status: 415, words: 'set the content type of the webhook to application/json' };
  const id = headers['x-github-delivery'];
  const name = headers['x-github-event'];
  if (typeof id !== 'string' || typeof name !== 'string' || !GUID.test(id) || !EVENT_NAME.test(name))
    return { status: 400, words: 'these are not the headers of a webhook of GitHub' };
  const signature = headers['x-hub-signature-256'];
  if (typeof signature !== 'string' || !SIGNATURE.test(signature))
    return { status: 401, words: 'there is no SHA-256 signature' };
  return { id, name, signature };
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
