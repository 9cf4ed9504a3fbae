import { nextSlot, type SlotKind } from '../../domain/calendar.ts';
import type { SlotRecord } from '../../domain/slot.ts';
import type { Context } from '../context.ts';
import { gather } from './facts.ts';
import { previewManner } from './planning.ts';
import { bugsFor, planAll } from './plan-slot.ts';

/**
 * What the next slot of a kind would do if it were now, changing nothing anywhere. Works on the ledger as it is: what
 * webhooks failed to bring is read by the slot itself.
 */
export async function previewSlot(context: Context, kind: SlotKind): Promise<SlotRecord> {
  const [setting, state] = await Promise.all([context.configuration.load(), context.ledger.load()]);
  const slot = nextSlot(setting.calendar, kind, context.clock.nowMs());
  const gathered = await gather(context, setting, { slot, state, bugs: bugsFor(kind, state, []) });
  const { draft, stages } = await planAll(context, gathered, previewManner(null));
  for (const { environment, bugs } of stages) {
    const message = `would go to ${environment.toUpperCase()}`;
    for (const { bug } of bugs) draft.outcomes.set(bug, { bug, outcome: 'queued', reason: null, message });
  }
  return {
    id: slot.id,
    kind,
    state: 'running',
    claim: null,
    latestStartMs: slot.latestStartMs,
    finishedAtMs: null,
    stages,
    outcomes: [...draft.outcomes.values()],
    reason: stages.length === 0 ? 'nothing_to_do' : null,
    unsafe: null,
  };
}
