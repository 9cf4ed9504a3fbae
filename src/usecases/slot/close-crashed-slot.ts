import { withLocks, type EnvironmentRecord, type LedgerState } from '../../domain/ledger.ts';
import { withoutRun } from '../../domain/lock.ts';
import type { SlotRecord } from '../../domain/slot.ts';
import type { Context } from '../context.ts';
import { lockRuns } from '../lock-run.ts';
import { record } from '../record.ts';

/** Frees the slot and the locks that a dead workflow run has left; `/retry` or the backup schedule takes the slot on. */
export async function closeCrashedSlot(context: Context, runId: number): Promise<void> {
  const state = await context.ledger.load();
  const hasSlot = [...state.slots.values()].some((slot) => isRunBy(slot, runId));
  if (!hasSlot && !lockRuns(state).includes(runId)) return;
  const setting = await context.configuration.load();
  await record(context, setting, (now) => {
    const slot = [...now.slots.values()].find((each) => isRunBy(each, runId));
    const environments = unlockedFrom(now, runId);
    if (slot === undefined && environments.length === 0) return { writes: null, message: '', result: null };
    return {
      writes: { slots: slot === undefined ? [] : [close(slot)], environments },
      message: `${slot?.id ?? 'locks'}: run ${runId} ended before ${slot === undefined ? 'they' : 'the slot'} did`,
      result: null,
    };
  });
}

function isRunBy({ state, claim }: SlotRecord, runId: number): boolean {
  return state === 'running' && claim?.runId === runId;
}

/** The stages stay as they are: whoever takes the slot on finds what was done. */
function close(slot: SlotRecord): SlotRecord {
  const claim = slot.claim === null ? null : { ...slot.claim, leaseUntilMs: 0 };
  return { ...slot, claim, state: 'failed' };
}

/** The environments that a run has, without its locks. */
function unlockedFrom({ environments, releases }: LedgerState, runId: number): readonly EnvironmentRecord[] {
  const having = [...environments.values()].filter((each) =>
    lockRuns({ environments: new Map([[each.environment, each]]), releases }).includes(runId),
  );
  return having.map((each) => withLocks(each, each.environment, withoutRun(each.locks, runId)));
}
