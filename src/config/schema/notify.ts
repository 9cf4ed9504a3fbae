import { z } from 'zod';
import {
  CHANNEL_KEYS,
  LOCALES,
  type ChannelKind,
  type ChannelPolicy,
  type NotifyPolicy,
} from '../../domain/message/channel.ts';
import { MESSAGE_FACTS, MESSAGE_KINDS, type MessageKind } from '../../domain/message/event.ts';
import { placesIn } from '../../domain/text/message/template.ts';
import { localTime } from './local-time.ts';

const KINDS = Object.keys(CHANNEL_KEYS).filter(isKind);

function isKind(kind: string): kind is ChannelKind {
  return Object.hasOwn(CHANNEL_KEYS, kind);
}

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,29}$/u, {
  error: 'is no name of a channel; write small letters, digits and "-"',
});

/** Only variables of this name, so that no configuration makes a process give away others. */
const variable = z.string().regex(/^NOTIFY_[A-Z0-9_]{1,90}$/u, {
  error:
    'must be the name of a variable that begins with "NOTIFY_", such as "NOTIFY_OPS_URL"; its value is never written here',
});

const Channel = z
  .strictObject({
    kind: z
      .enum(KINDS)
      .describe('`slack_webhook`: an incoming webhook; `webhook`: signed JSON to any address.'),
    url_env: variable.nullable().default(null).describe('Variable with the address.'),
    token_env: variable.nullable().default(null).describe('Variable with the token of the bot.'),
    to: z
      .union([z.string().min(1).max(100), z.int()])
      .nullable()
      .default(null)
      .describe('Chat of Telegram, by its number or `@name`; channel of Slack, by its id.'),
    secret_env: variable
      .nullable()
      .default(null)
      .describe('Variable with the secret that requests are signed with.'),
    locale: z.enum(LOCALES).nullable().default(null).describe('Language; `null`: that of `notify.locale`.'),
    events: z
      .array(z.enum(MESSAGE_KINDS))
      .max(MESSAGE_KINDS.length)
      .default([...MESSAGE_KINDS])
      .describe('What the channel is told of; all by default. See [Messages](messages.md).'),
  })
  .superRefine((channel, context) => {
    for (const key of CHANNEL_KEYS[channel.kind]) {
      if (channel[key] !== null) continue;
      context.addIssue({
        code: 'custom',
        path: [key],
        message: `is needed for a channel of kind "${channel.kind}"`,
      });
    }
  });

const LONGEST_TEMPLATE = 2_000;

function template(kind: MessageKind) {
  const known: readonly string[] = MESSAGE_FACTS[kind];
  return z
    .string()
    .min(1)
    .max(LONGEST_TEMPLATE)
    .superRefine((text, context) => {
      for (const place of placesIn(text).filter((each) => !known.includes(each))) {
        const message = `{${place}} is no fact of this message; it has ${known.map((each) => `{${each}}`).join(', ')}`;
        context.addIssue({ code: 'custom', message });
      }
    })
    .nullable()
    .default(null)
    .describe(`In place of our words; may name ${known.map((each) => `\`{${each}}\``).join(', ')}.`);
}

const Templates = z
  .strictObject({
    t1_done_flow1: template('t1_done_flow1'),
    t1_done_flow2: template('t1_done_flow2'),
    t2_done_flow1: template('t2_done_flow1'),
    t2_done_flow2: template('t2_done_flow2'),
    t2_merged_uat: template('t2_merged_uat'),
    slot_skipped: template('slot_skipped'),
    slot_failed: template('slot_failed'),
    approval_queued: template('approval_queued'),
    cutoff_reminder: template('cutoff_reminder'),
    rollback: template('rollback'),
    hotfix: template('hotfix'),
    sla_breach: template('sla_breach'),
    freeze_on: template('freeze_on'),
    freeze_off: template('freeze_off'),
    alert: template('alert'),
    digest: template('digest'),
  } satisfies Readonly<Record<MessageKind, unknown>>)
  .prefault({})
  .describe('Words of your own for an event, with `**bold**`, `` `code` `` and its facts as `{fact}`.');

/** Who is told of what, beyond GitHub. */
export const Notify = z
  .strictObject({
    locale: z.enum(LOCALES).default('en').describe('Language of messages.'),
    channels: z
      .record(name, Channel)
      .default({})
      .describe('Places where people read messages, by name; none: nobody is told anything but on GitHub.'),
    digest_at: localTime
      .nullable()
      .default('09:00')
      .describe('Local time of the daily digest, `HH:MM`; `null`: none.'),
    templates: Templates,
  })
  .prefault({})
  .describe('Messages beyond GitHub.');

/** Channels as the policy has them. */
export function toNotify({
  locale,
  channels,
  digest_at: digestAt,
  templates,
}: z.output<typeof Notify>): NotifyPolicy {
  return {
    channels: Object.entries(channels).map(([each, channel]) => ({
      name: each,
      locale: channel.locale ?? locale,
      events: channel.events,
      ...toTarget(channel),
    })),
    digestAt,
    templates: Object.fromEntries(
      Object.entries(templates).flatMap(([kind, text]) => (text === null ? [] : [[kind, text]])),
    ),
  };
}

type Target = ChannelPolicy extends infer C
  ? C extends unknown
    ? Omit<C, 'name' | 'locale' | 'events'>
    : never
  : never;

/** The schema has refused a channel that lacks a key which it needs. */
function toTarget(channel: z.output<typeof Channel>): Target {
  const [urlEnv, tokenEnv, to] = [channel.url_env ?? '', channel.token_env ?? '', String(channel.to)];
  switch (channel.kind) {
    case 'telegram':
    case 'slack_bot':
      return { kind: channel.kind, tokenEnv, to };
    case 'slack_webhook':
      return { kind: channel.kind, urlEnv };
    case 'webhook':
      return { kind: channel.kind, urlEnv, secretEnv: channel.secret_env ?? '' };
    default:
      return channel.kind satisfies never;
  }
}
