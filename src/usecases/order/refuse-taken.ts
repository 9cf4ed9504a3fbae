import { refuseClaim } from '../../domain/order-gate.ts';
import type { RunFacts } from '../../domain/protection.ts';
import type { Refusal } from '../../domain/reason.ts';
import type { Release } from '../../domain/release.ts';
import type { Context } from '../context.ts';

/** Refuses to let a run take an order in hand that is done, too old, or another run's that may be alive. */
export async function refuseTaken(
  context: Context,
  release: Release,
  run: RunFacts,
): Promise<Refusal | null> {
  const holder = release.deployer?.runId ?? null;
  const isOther = holder !== null && holder !== run.id;
  const hasEnded = isOther && (await context.workflows.runState(holder)) !== 'active';
  return refuseClaim(release, { runId: run.id, nowMs: context.clock.nowMs(), hasEnded });
}
