import type { ChannelPolicy } from '../../domain/message/channel.ts';
import type { Message } from '../../domain/text/message/render.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Delivery, Notifier } from '../../ports/notifier.ts';
import type { Line } from './post.ts';
import { sendToWebhook } from './webhook.ts';

/** What the channels are reached with. */
export interface NotifierParts extends Line {
  /** The process's variables, which hold addresses and tokens. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** Brings messages to every kind of channel: a row each. */
export function createNotifier(parts: NotifierParts): Notifier {
  return {
    canReach: (channel) => secretsOf(parts, channel).every((secret) => secret !== ''),
    send: (channel, message) => deliver(parts, channel, message),
  };
}

function secretsOf(parts: NotifierParts, channel: ChannelPolicy): string[] {
  return [valueOf(parts, channel.urlEnv), valueOf(parts, channel.secretEnv)];
}

function deliver(parts: NotifierParts, channel: ChannelPolicy, message: Message): Promise<Delivery> {
  switch (channel.kind) {
    case 'webhook': {
      const [url, secret] = [valueOf(parts, channel.urlEnv), valueOf(parts, channel.secretEnv)];
      const nowSeconds = Math.floor(parts.clock.nowMs() / 1000);
      return sendToWebhook(parts, { url, secret, nowSeconds }, message);
    }
    default:
      return channel.kind satisfies never;
  }
}

function valueOf({ variables }: NotifierParts, name: string): string {
  return variables[name] ?? '';
}
