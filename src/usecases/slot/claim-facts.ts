import type { LedgerState } from '../../domain/ledger.ts';
import type { RunFacts } from '../../domain/protection.ts';
import type { ClaimFacts } from '../../domain/slot-claim.ts';
import type { SlotRecord } from '../../domain/slot.ts';
import type { Context } from '../context.ts';
import { endedRuns, lockRuns } from '../lock-run.ts';

/** Who asks for a slot, and which of the runs that have it, or a lock, have ended. One call a run, none where nobody has one. */
export async function claimFacts(
  context: Context,
  state: Pick<LedgerState, 'environments' | 'releases'>,
  { existing, run }: { readonly existing: SlotRecord | undefined; readonly run: RunFacts },
): Promise<ClaimFacts> {
  const holder = existing?.state === 'running' ? (existing.claim?.runId ?? null) : null;
  const holders = [...(holder === null ? [] : [holder]), ...lockRuns(state)];
  const others = holders.filter((runId) => runId !== run.id);
  return {
    nowMs: context.clock.nowMs(),
    runId: run.id,
    attempt: run.attempt,
    endedRuns: await endedRuns(context, others),
  };
}
