import { findHotfix } from '../../domain/hotfix-order.ts';
import { findRollback } from '../../domain/order-gate.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import { cutShort } from '../../domain/pipeline.ts';
import { ORDER_LEASE_MS, type Release } from '../../domain/release.ts';
import { describeStanding } from '../../domain/text/release/standing.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { failHotfix } from '../hotfix/complete-hotfix.ts';
import { mayBeDeployed } from '../hotfix/prod-tip.ts';
import { stepsOf } from '../release/run-release.ts';
import { failRollback } from '../rollback/complete-rollback.ts';
import { dispatchOrder } from './dispatch-order.ts';

/** Until then the run that was dispatched at once may not have begun. */
const FRESH_MS = 2 * 60_000;

/**
 * Keeps the rollbacks and hotfixes that were ordered: starts one again that no run has taken in hand, and says of one
 * whose run has ended what runs where. Costs nothing without one, and one call for each that runs.
 */
export async function keepOrders(context: Context, setting: Setting): Promise<void> {
  const { releases } = await context.ledger.recent();
  for (const release of releases.values())
    if (release.kind !== 'slot' && release.state === 'planned')
      await keepOrder(context, setting, { ...release, kind: release.kind });
}

async function keepOrder(
  context: Context,
  setting: Setting,
  release: Release & { readonly kind: 'rollback' | 'hotfix' },
): Promise<void> {
  const runId = release.deployer?.runId ?? null;
  const ageMs = context.clock.nowMs() - release.plannedAtMs;
  if (release.deployer === null && ageMs < ORDER_LEASE_MS) {
    if (ageMs > FRESH_MS) await dispatchOrder(context, release);
    return;
  }
  const hasEnded = runId === null ? ageMs > ORDER_LEASE_MS : await isOver(context, runId);
  if (!hasEnded) return;
  if (release.deployer === null) {
    const refusal = refuse('slot_too_late', 'No workflow run took it in hand in time.');
    await giveUp(context, setting, { release, read: release, refusal, mayRun: false });
    return;
  }
  await giveUpDead(context, setting, release);
}

/** Of a rollback, or a hotfix that PROD's branch has, a service may have been in the middle of its deploy. */
async function giveUpDead(context: Context, setting: Setting, read: Release): Promise<void> {
  const hotfix = findHotfix(new Map([[read.id, read]]), read.id);
  const mayRun = hotfix === null || (await mayBeDeployed(context, setting, hotfix));
  const steps = stepsOf(setting.policy, read);
  const release = mayRun ? cutShort(steps, read, context.clock.nowMs()) : read;
  const left = mayRun ? describeStanding(release, steps) : 'Nothing of it was deployed.';
  const refusal = refuse('slot_too_late', `Its run ended too early. ${left}`);
  await giveUp(context, setting, { release, read, refusal, mayRun });
}

async function giveUp(
  context: Context,
  setting: Setting,
  {
    release,
    read,
    refusal,
    mayRun,
  }: {
    readonly release: Release;
    readonly read: Release;
    readonly refusal: Refusal;
    /** Of it something may be deployed: nobody knows what, so nothing follows before somebody has looked. */
    readonly mayRun: boolean;
  },
): Promise<void> {
  const releases = new Map([[release.id, release]]);
  const rollback = findRollback(releases, release.id);
  const hotfix = findHotfix(releases, release.id);
  if (rollback !== null) await failRollback(context, setting, { release: rollback, refusal, read });
  if (hotfix === null) return;
  await failHotfix(context, setting, {
    release: hotfix,
    refusal,
    read,
    isOnBranch: mayRun,
    wasTakenBack: mayRun,
  });
}

async function isOver({ workflows }: Context, runId: number): Promise<boolean> {
  return (await workflows.runState(runId)) === 'ended';
}
