import type { Message } from '../../domain/text/message/render.ts';
import type { Delivery, Failed } from '../../ports/notifier.ts';
import { failureOf, objectIn, post, type Line } from './post.ts';
import { toSlack } from './slack-text.ts';

/** A conversation that a bot of Slack writes to. */
export interface SlackTarget {
  readonly apiUrl: string;
  readonly token: string;
  /** Its id, or the name of a public channel. */
  readonly conversation: string;
}

/** Source: docs.slack.dev, chat.postMessage, errors. All others are for somebody to mend. */
const PASSING = new Set([
  'fatal_error',
  'internal_error',
  'rate_limited',
  'ratelimited',
  'request_timeout',
  'service_unavailable',
]);
const ABOUT_THE_MESSAGE = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_too_long', 'no_text']);

/** Sends a message with the token of a bot. Slack says 200 also for what it refuses. */
export async function sendToSlackBot(line: Line, target: SlackTarget, message: Message): Promise<Delivery> {
  const { apiUrl, token, conversation } = target;
  const written = { channel: conversation, ...toSlack(message), unfurl_links: false, unfurl_media: false };
  const answer = await post(line, {
    url: `${apiUrl}/chat.postMessage`,
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(written),
  });
  if (answer.kind === 'failed') return answer;
  if (answer.status !== 200) return failureOf(answer);
  const { ok, error } = objectIn(answer);
  if (ok === true) return { kind: 'sent' };
  const word = typeof error === 'string' ? error.slice(0, 60) : 'something that is no answer of Slack';
  return { kind: 'failed', why: `it answered ${word}`, askedMs: null, fault: faultOf(error) };
}

/** What is no answer of Slack comes from something in between. */
function faultOf(error: unknown): Failed['fault'] {
  if (typeof error !== 'string' || PASSING.has(error)) return 'passing';
  return ABOUT_THE_MESSAGE.has(error) ? 'message' : 'channel';
}
