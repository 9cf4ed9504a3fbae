import type { Message } from '../../domain/text/message/render.ts';
import type { Delivery } from '../../ports/notifier.ts';
import { failureOf, post, type Line } from './post.ts';
import { toSlack } from './slack-text.ts';

/** Slack's own words for what is wrong: `no_service`, `channel_is_archived`. */
const WORD = /^[a-z_]{1,60}$/u;

/** Sends a message to an incoming webhook of Slack, or of what speaks like it. */
export async function sendToSlackWebhook(line: Line, url: string, message: Message): Promise<Delivery> {
  const answer = await post(line, { url, headers: {}, body: JSON.stringify(toSlack(message)) });
  if (answer.kind === 'failed') return answer;
  if (answer.status === 200) return { kind: 'sent' };
  const failure = failureOf(answer);
  const word = answer.body.trim();
  return WORD.test(word) ? { ...failure, why: `${failure.why}: ${word}` } : failure;
}
