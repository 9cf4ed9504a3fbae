import { refuse } from '../../domain/reason.ts';
import { findRollback, type OrderedRelease } from '../../domain/rollback-gate.ts';
import { ORDER_LEASE_MS } from '../../domain/rollback.ts';
import { stepsOf } from '../release/run-release.ts';
import { describeStanding } from '../../domain/text/release/standing.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { failRollback } from './complete-rollback.ts';
import { dispatchRollback } from './dispatch-rollback.ts';

/** Until then the run that was dispatched at once may not have begun. */
const FRESH_MS = 2 * 60_000;

/**
 * Keeps the rollbacks that were ordered: starts one again that no run has taken in hand, and says of one whose run has
 * ended what runs where. Costs nothing without one, and one call for each that runs.
 */
export async function keepRollbacks(context: Context, setting: Setting): Promise<void> {
  const { releases } = await context.ledger.recent();
  for (const { id, state } of releases.values()) {
    const rollback = state === 'planned' ? findRollback(releases, id) : null;
    if (rollback !== null) await keepRollback(context, setting, rollback);
  }
}

async function keepRollback(context: Context, setting: Setting, release: OrderedRelease): Promise<void> {
  const runId = release.deployer?.runId ?? null;
  const ageMs = context.clock.nowMs() - release.plannedAtMs;
  if (release.deployer === null && ageMs < ORDER_LEASE_MS) {
    if (ageMs > FRESH_MS) await dispatchRollback(context, release.id);
    return;
  }
  const hasEnded = runId === null ? ageMs > ORDER_LEASE_MS : await isOver(context, runId);
  if (!hasEnded) return;
  const what =
    release.deployer === null
      ? 'No workflow run took it in hand in time.'
      : `Its run ended too early. ${describeStanding(release, stepsOf(setting.policy, release))}`;
  await failRollback(context, setting, { release, refusal: refuse('slot_too_late', what) });
}

async function isOver({ workflows }: Context, runId: number): Promise<boolean> {
  return (await workflows.runState(runId)) === 'ended';
}
