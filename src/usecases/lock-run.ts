import type { LedgerState } from '../domain/ledger.ts';
import type { Lease } from '../domain/lock.ts';
import type { Context } from './context.ts';

type Known = Pick<LedgerState, 'environments' | 'releases'>;

/**
 * The workflow runs whose locks end with them. That of a rollback does not: nobody knows what it has left, so whoever
 * keeps the orders ends it, and the environment stays locked.
 */
export function lockRuns({ environments, releases }: Known): readonly number[] {
  const leases = [...environments.values()].flatMap(({ locks }) => locks.leases);
  const ending = leases.filter(({ operation }) => {
    const order = releases.get(operation);
    return order?.kind !== 'rollback' || order.state !== 'planned';
  });
  return ending.flatMap((lease) => runOf(lease) ?? []);
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
