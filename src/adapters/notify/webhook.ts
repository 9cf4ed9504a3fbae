import { createHmac } from 'node:crypto';
import { plainText, type Message } from '../../domain/text/message/render.ts';
import type { Delivery } from '../../ports/notifier.ts';
import { failureOf, post, type Line } from './post.ts';

/** Where signed messages go. */
export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
  /** Seconds since 1970, for the signature. */
  readonly nowSeconds: number;
}

/**
 * Sends a message as signed JSON to any server; every 2xx means that it was taken.
 *
 * `X-Tonic-Signature-256` is `sha256=` and the HMAC of `<X-Tonic-Timestamp>.<body>`, hexadecimal. `Idempotency-Key` is
 * the same for each attempt of one message.
 */
export async function sendToWebhook(line: Line, target: WebhookTarget, message: Message): Promise<Delivery> {
  const body = JSON.stringify({
    schema_version: 1,
    id: message.id,
    event: message.kind,
    repository: message.repository,
    created_at: new Date(message.createdAtMs).toISOString(),
    text: plainText(message),
    facts: message.facts,
  });
  const timestamp = String(target.nowSeconds);
  const signature = createHmac('sha256', target.secret).update(`${timestamp}.${body}`).digest('hex');
  const headers = {
    'idempotency-key': message.id,
    'x-tonic-timestamp': timestamp,
    'x-tonic-signature-256': `sha256=${signature}`,
  };
  const answer = await post(line, { url: target.url, headers, body });
  if (answer.kind === 'failed') return answer;
  return answer.status >= 200 && answer.status < 300 ? { kind: 'sent' } : failureOf(answer);
}
