import type { LedgerState } from '../domain/ledger.ts';
import type { Lease } from '../domain/lock.ts';
import type { EnvironmentName } from '../domain/policy.ts';
import type { Release } from '../domain/release.ts';
import type { Context } from './context.ts';

type Known = Pick<LedgerState, 'environments' | 'releases'>;

/**
 * The workflow runs whose locks end with them. Those of a rollback and of a hotfix do not: nobody knows what they have
 * left, so whoever keeps the orders ends them, and may leave the environment locked.
 */
export function lockRuns({ environments, releases }: Known): readonly number[] {
  const leases = [...environments.values()].flatMap(({ locks }) => locks.leases);
  const orders = new Set([...releases.values()].flatMap(operationOf));
  return leases.filter(({ operation }) => !orders.has(operation)).flatMap((lease) => runOf(lease) ?? []);
}

/** The workflow runs that have an environment, or a part of it, for whatever. */
export function holdersOf(
  { environments }: Pick<Known, 'environments'>,
  environment: EnvironmentName,
): readonly number[] {
  return (environments.get(environment)?.locks.leases ?? []).flatMap((lease) => runOf(lease) ?? []);
}

/** What the lock of an order that is under way is called after. */
function operationOf({ id, kind, state, hotfix }: Release): string[] {
  if (kind === 'slot' || state !== 'planned') return [];
  return [hotfix?.operation ?? id];
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
