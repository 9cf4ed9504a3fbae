import { parseSlotId, type SlotId } from '../domain/calendar.ts';
import { slotWorkflow } from '../domain/own-workflow.ts';
import type { Context } from './context.ts';

/** Starts a slot's workflow; the slot's own claim makes sure that it runs once. */
export async function dispatchSlot(context: Context, slot: SlotId): Promise<void> {
  const parsed = parseSlotId(slot);
  if (parsed === null) throw new Error(`no slot id: ${slot}`);
  const run = await context.workflows.dispatch(slotWorkflow(parsed.kind), { slot });
  context.log.info('slot dispatched', { slot, run });
}
