import type { LedgerState } from '../domain/ledger.ts';
import type { Lease } from '../domain/lock.ts';
import type { Context } from './context.ts';

/** The workflow runs that have a lock. */
export function lockRuns({ environments }: Pick<LedgerState, 'environments'>): readonly number[] {
  const leases = [...environments.values()].flatMap(({ locks }) => locks.leases);
  return leases.flatMap((lease) => runOf(lease) ?? []);
}

function runOf({ owner }: Lease): number | null {
  return owner.kind === 'run' ? owner.runId : null;
}

/** Of some workflow runs, those that have ended: what they had is nobody's. One call a run. */
export async function endedRuns(
  { workflows }: Context,
  runIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const states = await Promise.all(
    [...new Set(runIds)].map(async (runId) => ({ runId, state: await workflows.runState(runId) })),
  );
  return new Set(states.filter((each) => each.state !== 'active').map(({ runId }) => runId));
}
