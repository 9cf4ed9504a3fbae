import type { Context } from '../context.ts';
import { record } from '../record.ts';

/** Frees the slot that a dead workflow run has left unfinished; `/retry` or the backup schedule takes it on. */
export async function closeCrashedSlot(context: Context, runId: number): Promise<void> {
  const state = await context.ledger.load();
  const isOpen = [...state.slots.values()].some(
    (slot) => slot.state === 'running' && slot.claim?.runId === runId,
  );
  if (!isOpen) return;
  const setting = await context.configuration.load();
  await record(context, setting, (now) => {
    const slot = [...now.slots.values()].find(
      (each) => each.state === 'running' && each.claim?.runId === runId,
    );
    if (slot === undefined) return { writes: null, message: '', result: null };
    // The stages stay as they are: whoever takes the slot on finds what was done.
    const closed = {
      ...slot,
      claim: slot.claim === null ? null : { ...slot.claim, leaseUntilMs: 0 },
      state: 'failed' as const,
    };
    return {
      writes: { slots: [closed] },
      message: `${slot.id}: run ${runId} ended before the slot did`,
      result: null,
    };
  });
}
