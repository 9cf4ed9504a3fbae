import { clockEvents } from '../../domain/message/clock-event.ts';
import { messageEntries, type MessageEntry } from '../../domain/message/entry.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import { firstWatermark } from '../../domain/watermark.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { freezeFacts } from '../freeze-facts.ts';
import { record } from '../record.ts';

/**
 * Puts into the outbox what came due by the clock: the reminder before T2, the digest, freezes that begin or end. Called
 * often; without something to say it costs no call.
 */
export async function sayByClock(context: Context): Promise<void> {
  const setting = await context.configuration.load();
  if (setting.policy.notify.channels.length === 0) return;
  if (dueBy(context, setting, await context.ledger.recent()).length === 0) return;
  await record(context, setting, (state) => {
    const outbox = dueBy(context, setting, state);
    if (outbox.length === 0) return { writes: null, message: '', result: null };
    const nowMs = context.clock.nowMs();
    const watermark = { ...(state.watermark ?? firstWatermark(nowMs)), saidUpToMs: nowMs };
    const kinds = [...new Set(outbox.map(({ action }) => action.event))];
    return { writes: { outbox, watermark }, message: `time to say: ${kinds.join(', ')}`, result: null };
  });
}

function dueBy(context: Context, setting: Setting, state: LedgerState): MessageEntry[] {
  const { notify } = setting.policy;
  const nowMs = context.clock.nowMs();
  const events = clockEvents({ state, freezes: freezeFacts(context, setting, state), notify, nowMs });
  return events.flatMap((event) => messageEntries(event, notify, nowMs));
}
