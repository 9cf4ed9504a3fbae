import type { MessageKind } from './event.ts';

/** Languages of messages. */
export const LOCALES = ['en', 'zh-hant'] as const;
export type Locale = (typeof LOCALES)[number];

/** Kinds of channel, with the keys that each needs in the configuration. */
export const CHANNEL_KEYS = {
  telegram: ['token_env', 'to'],
  slack_webhook: ['url_env'],
  slack_bot: ['token_env', 'to'],
  webhook: ['url_env', 'secret_env'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ChannelKind = keyof typeof CHANNEL_KEYS;

/** Where a channel leads. Addresses and tokens are named by the variable of the process that holds them. */
type Target =
  | { readonly kind: 'telegram'; readonly tokenEnv: string; readonly to: string }
  | { readonly kind: 'slack_webhook'; readonly urlEnv: string }
  | { readonly kind: 'slack_bot'; readonly tokenEnv: string; readonly to: string }
  /** Any server: signed JSON. */
  | { readonly kind: 'webhook'; readonly urlEnv: string; readonly secretEnv: string };

/** One place where people read messages. */
export type ChannelPolicy = Target & {
  /** The owner's name for it. */
  readonly name: string;
  readonly locale: Locale;
  /** What it is told of. */
  readonly events: readonly MessageKind[];
};

export interface NotifyPolicy {
  /** None: nobody is told anything but on GitHub. */
  readonly channels: readonly ChannelPolicy[];
  /** Local time of the daily digest, `HH:MM`; `null`: there is none. */
  readonly digestAt: string | null;
  /** The owner's own words, in place of ours. */
  readonly templates: Readonly<Partial<Record<MessageKind, string>>>;
}
