import type { ChannelPolicy } from '../../domain/message/channel.ts';
import type { Message } from '../../domain/text/message/render.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Delivery, Notifier } from '../../ports/notifier.ts';
import type { Line } from './post.ts';
import { sendToSlackBot } from './slack-bot.ts';
import { sendToSlackWebhook } from './slack-webhook.ts';
import { sendToTelegram } from './telegram.ts';
import { sendToWebhook } from './webhook.ts';

/** What the channels are reached with. */
export interface NotifierParts extends Line {
  /**
   * The process's variables, which hold addresses and tokens; `NOTIFY_TELEGRAM_API` and `NOTIFY_SLACK_API` are for
   * servers of one's own.
   */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

const TELEGRAM_API = 'https://api.telegram.org';
const SLACK_API = 'https://slack.com/api';

/** Brings messages to every kind of channel. */
export function createNotifier(parts: NotifierParts): Notifier {
  return {
    canReach: (channel) => connect(parts, channel) !== null,
    send: async (channel, message) => {
      const send = connect(parts, channel);
      if (send !== null) return send(message);
      return { kind: 'failed', why: 'a variable is not set', askedMs: null, fault: 'passing' };
    },
  };
}

/** How a channel is written to, by its kind; `null` where a variable is not set. */
function connect(
  parts: NotifierParts,
  channel: ChannelPolicy,
): ((message: Message) => Promise<Delivery>) | null {
  const valueOf = (name: string, otherwise = '') => parts.variables[name]?.trim() ?? otherwise;
  switch (channel.kind) {
    case 'telegram': {
      const token = valueOf(channel.tokenEnv);
      const apiUrl = valueOf('NOTIFY_TELEGRAM_API', TELEGRAM_API);
      return token === ''
        ? null
        : (message) => sendToTelegram(parts, { apiUrl, token, chat: channel.to }, message);
    }
    case 'slack_webhook': {
      const url = valueOf(channel.urlEnv);
      return url === '' ? null : (message) => sendToSlackWebhook(parts, url, message);
    }
    case 'slack_bot': {
      const token = valueOf(channel.tokenEnv);
      const apiUrl = valueOf('NOTIFY_SLACK_API', SLACK_API);
      return token === ''
        ? null
        : (message) => sendToSlackBot(parts, { apiUrl, token, conversation: channel.to }, message);
    }
    case 'webhook': {
      const url = valueOf(channel.urlEnv);
      const secret = valueOf(channel.secretEnv);
      const nowSeconds = Math.floor(parts.clock.nowMs() / 1000);
      return url === '' || secret === ''
        ? null
        : (message) => sendToWebhook(parts, { url, secret, nowSeconds }, message);
    }
    default:
      return channel satisfies never;
  }
}
