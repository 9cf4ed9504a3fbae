import type { LedgerState, SlotDeploy } from './ledger.ts';
import { stageOf } from './slot.ts';

/** The slot that has deployed PROD last, however long ago; `null`: none has. */
export function lastOnProd({
  slots,
  environments,
}: Pick<LedgerState, 'slots' | 'environments'>): SlotDeploy | null {
  const kept = environments.get('prod')?.lastSlot;
  if (kept !== undefined) return kept;
  // A record from before it was kept: the slots that are still read know.
  const deployed = [...slots.values()].filter((slot) => stageOf(slot, 'prod')?.state === 'deployed');
  const last = deployed.toSorted((left, right) => (left.id < right.id ? -1 : 1)).at(-1);
  return last === undefined ? null : { id: last.id, isUnsafe: last.unsafe !== null };
}
