import type { ChannelPolicy } from '../../domain/message/channel.ts';
import {
  claimed,
  dueMessages,
  postponed,
  spentMessages,
  TRIES_BEFORE_ALERT,
  untried,
} from '../../domain/message/delivery.ts';
import type { MessageEntry } from '../../domain/message/entry.ts';
import { channelAlert, hasChannelAlert } from '../../domain/text/alert.ts';
import { renderMessage } from '../../domain/text/message/render.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Delivery } from '../../ports/notifier.ts';
import type { Context } from '../context.ts';
import { raiseAlert } from '../raise-alert.ts';
import { record, type Intent } from '../record.ts';

/** More at once wait for the next time: no channel likes a flood. */
const MOST_AT_ONCE = 10;

/** What became of a claimed message; `null`: one before it did not get through, so it was not tried. */
interface Tried {
  readonly entry: MessageEntry;
  readonly delivery: Delivery | null;
}

/**
 * Delivers the messages that are due on the channels which this process can reach, for at most about `budgetMs`.
 *
 * Each is claimed in the ledger before it is sent and struck out afterwards, so that of several processes one sends it.
 * One that dies in between leaves it claimed for five minutes; then it is sent again: at least once, rarely twice.
 * Without a channel that this process can reach it costs no call, and none without a message that is due.
 */
export async function deliverMessages(context: Context, budgetMs: number): Promise<void> {
  // A process that has read nothing has nothing to say; without a channel nobody else's commit is worth a look.
  const seen = context.ledger.seen();
  if (seen === null) return;
  const setting = await context.configuration.load();
  const channels = setting.policy.notify.channels.filter((each) => context.notifier.canReach(each));
  const known = channels.length === 0 ? seen : await context.ledger.recent();
  if (!hasWork(context, setting, { state: known, channels })) return;
  const taken = await record(context, setting, (state) => claimIntent(context, setting, { state, channels }));
  if (taken.length === 0) return;
  const untilMs = context.clock.nowMs() + budgetMs;
  const tried = await Promise.all(
    channels.map((channel) => sendAll(context, setting, { channel, entries: on(channel, taken), untilMs })),
  );
  const all = tried.flat();
  await record(context, setting, (state) => settleIntent(context, state, all));
  await tellOfDead(context, setting, all);
}

interface Scope {
  readonly state: LedgerState;
  readonly channels: readonly ChannelPolicy[];
}

function hasWork({ clock }: Context, { policy }: Setting, { state, channels }: Scope): boolean {
  const spent = spentMessages(state.outbox, policy.notify.channels, clock.nowMs());
  return spent.length + takeable(state, channels, clock.nowMs()).length > 0;
}

function takeable(
  { outbox }: LedgerState,
  channels: readonly ChannelPolicy[],
  nowMs: number,
): MessageEntry[] {
  const due = dueMessages(outbox, nowMs);
  return channels.flatMap((channel) => on(channel, due).slice(0, MOST_AT_ONCE));
}

function on({ name }: ChannelPolicy, entries: readonly MessageEntry[]): MessageEntry[] {
  return entries.filter(({ action }) => action.channel === name);
}

function claimIntent(
  { clock }: Context,
  { policy }: Setting,
  { state, channels }: Scope,
): Intent<readonly MessageEntry[]> {
  const nowMs = clock.nowMs();
  const spent = spentMessages(state.outbox, policy.notify.channels, nowMs).map(({ id }) => id);
  const outbox = takeable(state, channels, nowMs).map((entry) => claimed(entry, nowMs));
  if (spent.length + outbox.length === 0) return { writes: null, message: '', result: [] };
  const gone = spent.length === 0 ? '' : `; gave up ${spent.join(' ')}`;
  return {
    writes: { outbox, struck: spent },
    message: `sending ${outbox.length} messages${gone}`,
    result: outbox,
  };
}

/** In order; the first that does not get through for the channel's sake ends it. */
async function sendAll(
  context: Context,
  setting: Setting,
  {
    channel,
    entries,
    untilMs,
  }: { readonly channel: ChannelPolicy; readonly entries: readonly MessageEntry[]; readonly untilMs: number },
): Promise<Tried[]> {
  const { templates } = setting.policy.notify;
  const writing = { channel, templates, calendar: setting.calendar, home: context.home };
  const tried: Tried[] = [];
  let isOpen = true;
  for (const entry of entries) {
    const isTried = isOpen && context.clock.nowMs() < untilMs;
    const delivery = isTried ? await context.notifier.send(channel, renderMessage(entry, writing)) : null;
    tried.push({ entry, delivery });
    if (delivery?.kind === 'sent' && delivery.remark !== undefined)
      context.log.warn(`channel ${channel.name}: ${delivery.remark}`);
    if (delivery?.kind !== 'failed') continue;
    context.log.warn('a message did not get through; it is tried again', {
      channel: channel.name,
      why: delivery.why,
    });
    if (delivery.fault !== 'message') isOpen = false;
  }
  return tried;
}

function settleIntent({ clock }: Context, { outbox }: LedgerState, tried: readonly Tried[]): Intent<null> {
  const nowMs = clock.nowMs();
  const sent = tried.filter(({ delivery }) => delivery?.kind === 'sent').map(({ entry }) => entry.id);
  // One that was struck out meanwhile stays so.
  const later = tried.flatMap(({ entry, delivery }) => {
    if (delivery?.kind === 'sent' || !outbox.has(entry.id)) return [];
    return [delivery === null ? untried(entry, nowMs) : postponed(entry, nowMs, delivery.askedMs)];
  });
  const message = `sent ${sent.length} messages${later.length === 0 ? '' : `, ${later.length} to be tried again`}`;
  return { writes: { outbox: later, struck: sent }, message, result: null };
}

/** A channel that somebody has to mend, or that was down for long, is told of once. */
async function tellOfDead(context: Context, setting: Setting, tried: readonly Tried[]): Promise<void> {
  const { alerts } = await context.ledger.recent();
  const told = new Set<string>();
  for (const { entry, delivery } of tried) {
    const { channel, attempts } = entry.action;
    const isDead =
      delivery?.kind === 'failed' && (delivery.fault !== 'passing' || attempts >= TRIES_BEFORE_ALERT);
    if (!isDead || told.has(channel) || hasChannelAlert(alerts, channel, context.clock.nowMs())) continue;
    told.add(channel);
    await raiseAlert(
      context,
      setting,
      channelAlert({ channel, why: delivery.why, sinceMs: entry.createdAtMs }),
    );
  }
}
