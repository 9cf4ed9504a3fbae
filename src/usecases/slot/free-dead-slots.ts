import type { LedgerState } from '../../domain/ledger.ts';
import type { Context } from '../context.ts';
import { lockRuns } from '../lock-run.ts';
import { closeCrashedSlot } from './close-crashed-slot.ts';

/** Finds slots and locks whose workflow run ended without freeing them, though no webhook said so. One call a run. */
export async function freeDeadSlots(context: Context, state: LedgerState): Promise<void> {
  const claimed = [...state.slots.values()].flatMap(({ state: now, claim }) =>
    now === 'running' ? (claim?.runId ?? []) : [],
  );
  for (const runId of new Set([...claimed, ...lockRuns(state)])) {
    if ((await context.workflows.runState(runId)) === 'ended') await closeCrashedSlot(context, runId);
  }
}
