import { lastSlot, type Slot } from '../domain/calendar.ts';
import type { OutboxEntry } from '../domain/ledger.ts';
import { waitingFor, type SlotRecord } from '../domain/slot.ts';
import { renderSkipped } from '../domain/text/slot.ts';
import type { Setting } from '../ports/configuration.ts';
import { GitHubFailure } from '../ports/github.ts';
import type { Context } from './context.ts';
import { dispatchSlot } from './dispatch-slot.ts';
import { record } from './record.ts';

/** A slot older than this was before this installation's time, or nobody waits for it any more. */
const LOOK_BACK_MS = 12 * 3_600_000;

/** Until then nobody else can have come first: the backup schedule begins later, so the ledger is not asked. */
const ALONE_MS = 2 * 60_000;

/**
 * Keeps the slots: starts one that is due and that nobody has claimed, and writes down as skipped one that could not
 * start in time. Called often; starts a slot once a process (`started` remembers), and the slot's claim makes sure
 * that it runs once anywhere.
 */
export async function keepSlots(context: Context, started: Set<string>): Promise<void> {
  const setting = await context.configuration.load();
  const nowMs = context.clock.nowMs();
  for (const kind of ['T1', 'T2'] as const) {
    const slot = lastSlot(setting.calendar, kind, nowMs);
    if (slot !== null && nowMs - slot.startsAtMs < LOOK_BACK_MS && !started.has(slot.id)) {
      if (await keepSlot(context, setting, slot)) started.add(slot.id);
    }
  }
}

/** Keeps one slot; `false` when it has to be tried again. */
async function keepSlot(context: Context, setting: Setting, slot: Slot): Promise<boolean> {
  if (context.clock.nowMs() - slot.startsAtMs < ALONE_MS) return tryDispatch(context, slot);
  const state = await context.ledger.recent();
  if (state.slots.has(slot.id)) return true;
  if (context.clock.nowMs() <= slot.latestStartMs) return tryDispatch(context, slot);
  if (waitingFor(slot.kind, state.bugs.values()).length > 0) await skipSlot(context, setting, slot);
  return true;
}

/** What fails is tried again at the next tick, until the slot is too late. */
async function tryDispatch(context: Context, slot: Slot): Promise<boolean> {
  try {
    await dispatchSlot(context, slot.id);
    return true;
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    context.log.error('the slot could not be dispatched', { slot: slot.id, error: error.message });
    return false;
  }
}

/** Writes down that a slot did not run, and tells the bugs that waited for it. Nothing moves. */
async function skipSlot(context: Context, setting: Setting, slot: Slot): Promise<void> {
  await record(context, setting, (state) => {
    if (state.slots.has(slot.id)) return { writes: null, message: '', result: null };
    const nowMs = context.clock.nowMs();
    const skipped: SlotRecord = {
      id: slot.id,
      kind: slot.kind,
      state: 'skipped',
      claim: null,
      latestStartMs: slot.latestStartMs,
      finishedAtMs: nowMs,
      stages: [],
      outcomes: [],
      reason: 'slot_too_late',
      unsafe: null,
    };
    const outbox = waitingFor(slot.kind, state.bugs.values()).map(({ number }): OutboxEntry => ({
      id: `skipped-${slot.id.replace('/', '-')}-${number}`,
      issue: number,
      createdAtMs: nowMs,
      action: { kind: 'comment', body: renderSkipped(slot.id) },
    }));
    return {
      writes: { slots: [skipped], outbox },
      message: `${slot.id} skipped: it could not start in time`,
      result: null,
    };
  });
}
