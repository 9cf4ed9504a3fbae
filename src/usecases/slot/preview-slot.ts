import { nextSlot, type SlotKind } from '../../domain/calendar.ts';
import type { SlotRecord } from '../../domain/slot.ts';
import type { Context } from '../context.ts';
import { gather } from './facts.ts';
import { bugsFor, planAll } from './plan-slot.ts';

/** What the next slot of a kind would do if it were now, changing nothing anywhere. */
export async function previewSlot(context: Context, kind: SlotKind): Promise<SlotRecord> {
  const [setting, state] = await Promise.all([context.configuration.load(), context.ledger.load()]);
  const slot = nextSlot(setting.calendar, kind, context.clock.nowMs());
  const gathered = await gather(context, setting, { slot, state, bugs: bugsFor(kind, state, []) });
  const { draft, stages } = await planAll(withoutEffects(context), gathered);
  const planned = stages.flatMap((stage) =>
    stage.bugs.map(({ bug }) => ({
      bug,
      outcome: 'queued' as const,
      reason: null,
      message: `would go to ${stage.environment.toUpperCase()}`,
    })),
  );
  return {
    id: slot.id,
    kind,
    state: 'running',
    claim: null,
    latestStartMs: slot.latestStartMs,
    finishedAtMs: null,
    stages,
    outcomes: [...draft.outcomes.values(), ...planned],
    reason: stages.length === 0 ? 'nothing_to_do' : null,
  };
}

/** The ways to the outside that planning takes, closed. */
function withoutEffects(context: Context): Context {
  return {
    ...context,
    repository: { ...context.repository, push: () => Promise.resolve({ kind: 'pushed' }) },
    conflictPulls: { open: () => Promise.resolve(0) },
  };
}
