import type { EnvironmentName } from '../domain/policy.ts';
import { claimedOrder } from '../domain/order-gate.ts';
import { claimedSlot, environmentNamed, slotEndMs, type RunFacts } from '../domain/protection.ts';
import { ORDER_LEASE_MS, type Release } from '../domain/release.ts';
import { STAGE_ORDER, stageOf, type SlotRecord } from '../domain/slot.ts';
import { answerProtectionRule } from './answer-protection-rule.ts';
import type { Context } from './context.ts';

/** A job waits before its environment a moment after it could start; while another one deploys it is not there yet. */
const SHORTEST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15_000;

/** So often nothing else of the run may be under way before it is believed: between two jobs there is a gap. */
const LONELY_LOOKS = 3;

/**
 * Answers what waits before the environments of a run's own slot, rollback or hotfix, from a job of the same run: so a
 * night goes by without the App. Ends when everything that it has ahead was answered, by this or by the App, or is not ahead any more,
 * and when the run's other jobs have died. Outside of Actions nothing waits.
 *
 * Calls: three each look, at most every 15 s.
 */
export async function answerOwnDeployments(context: Context, run: RunFacts): Promise<void> {
  const { id, attempt } = run;
  if (id === null) return;
  const { policy } = await context.configuration.load();
  const answered = new Set<EnvironmentName>();
  let [waitMs, lonely] = [SHORTEST_WAIT_MS, 0];
  while (lonely < LONELY_LOOKS && (await isAnythingAhead(context, run, answered))) {
    const [waiting, openJobs] = await Promise.all([
      context.protectionRules.pendingIn({ id, attempt }),
      context.workflows.openJobs(id),
    ]);
    for (const { runId, githubEnvironment } of waiting) {
      const isDone = await answerProtectionRule(context, { runId, githubEnvironment, commit: null });
      const environment = environmentNamed(policy, githubEnvironment);
      if (!isDone || environment === null) continue;
      answered.add(environment);
      waitMs = SHORTEST_WAIT_MS;
    }
    lonely = openJobs <= 1 ? lonely + 1 : 0;
    await context.pause(waitMs);
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }
}

async function isAnythingAhead(
  { ledger, clock }: Context,
  run: RunFacts,
  answered: ReadonlySet<EnvironmentName>,
): Promise<boolean> {
  const { slots, releases } = await ledger.load();
  const order = claimedOrder(releases, run.id);
  const ahead =
    order === null ? slotAhead(claimedSlot(slots, run), clock.nowMs()) : orderAhead(order, clock.nowMs());
  return ahead.some((environment) => !answered.has(environment));
}

function orderAhead({ state, environment, plannedAtMs }: Release, nowMs: number): EnvironmentName[] {
  return state === 'planned' && nowMs - plannedAtMs <= ORDER_LEASE_MS ? [environment] : [];
}

function slotAhead(slot: SlotRecord | null, nowMs: number): EnvironmentName[] {
  return slot === null || nowMs > slotEndMs(slot) ? [] : stagesAhead(slot);
}

/** Environments that the run may still ask for: what comes after a failed one is not deployed. */
function stagesAhead(slot: SlotRecord): EnvironmentName[] {
  const states = STAGE_ORDER.map((environment) => stageOf(slot, environment)?.state);
  if (states.includes('failed')) return [];
  return STAGE_ORDER.filter((environment) => stageOf(slot, environment)?.state === 'planned');
}
