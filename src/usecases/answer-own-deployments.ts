import type { EnvironmentName } from '../domain/policy.ts';
import { claimedSlot, environmentNamed, slotEndMs, type RunFacts } from '../domain/protection.ts';
import { STAGE_ORDER, stageOf, type SlotRecord } from '../domain/slot.ts';
import { answerProtectionRule } from './answer-protection-rule.ts';
import type { Context } from './context.ts';

/** A job waits before its environment a moment after it could start; while another one deploys it is not there yet. */
const SHORTEST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15_000;

/**
 * Answers what waits before the environments of a run's own slot, from a job of the same run: so a night goes by without
 * the App. Ends when everything that the slot has ahead was answered, by this or by the App, or is not ahead any more; outside of Actions nothing waits.
 *
 * Calls: two each look, at most every 15 s.
 */
export async function answerOwnDeployments(context: Context, run: RunFacts): Promise<void> {
  const { id, attempt } = run;
  if (id === null) return;
  const { policy } = await context.configuration.load();
  const answered = new Set<EnvironmentName>();
  for (let waitMs = SHORTEST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    const { slots } = await context.ledger.load();
    const slot = claimedSlot(slots, run);
    if (slot === null || context.clock.nowMs() > slotEndMs(slot)) return;
    if (stagesAhead(slot).every((environment) => answered.has(environment))) return;
    for (const { runId, githubEnvironment } of await context.protectionRules.pendingIn({ id, attempt })) {
      const isDone = await answerProtectionRule(context, { runId, githubEnvironment, commit: null });
      const environment = environmentNamed(policy, githubEnvironment);
      if (!isDone || environment === null) continue;
      answered.add(environment);
      waitMs = SHORTEST_WAIT_MS;
    }
    await context.pause(waitMs);
  }
}

/** Environments that the run may still ask for: what comes after a failed one is not deployed. */
function stagesAhead(slot: SlotRecord): EnvironmentName[] {
  const states = STAGE_ORDER.map((environment) => stageOf(slot, environment)?.state);
  if (states.includes('failed')) return [];
  return STAGE_ORDER.filter((environment) => stageOf(slot, environment)?.state === 'planned');
}
