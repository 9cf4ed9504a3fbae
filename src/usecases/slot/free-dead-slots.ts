import type { LedgerState } from '../../domain/ledger.ts';
import type { Context } from '../context.ts';
import { closeCrashedSlot } from './close-crashed-slot.ts';

/** Finds slots whose workflow run ended without finishing them, though no webhook said so. One call a slot that runs. */
export async function freeDeadSlots(context: Context, { slots }: LedgerState): Promise<void> {
  for (const { state, claim } of slots.values()) {
    const runId = state === 'running' ? (claim?.runId ?? null) : null;
    if (runId === null || (await context.workflows.runState(runId)) !== 'ended') continue;
    await closeCrashedSlot(context, runId);
  }
}
