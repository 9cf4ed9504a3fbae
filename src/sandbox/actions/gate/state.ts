import type { Environment } from '../../model/environment.ts';
import type { WorkflowRun } from '../model.ts';
import type { Gate, GateOutcome } from './model.ts';

const MINUTE_MS = 60_000;

/** Thirty days. Source: docs.github.com, "Actions limits", gate approval time. */
const EXPIRES_AFTER_MS = 30 * 24 * 60 * MINUTE_MS;

/** The gate that an environment puts before a job now; `null` where nothing protects it. */
export function buildGate(
  environment: Environment,
  now: { id: number; attempt: number; at: string; atMs: number },
): Gate | null {
  const { waitTimer, reviewRule, customRules, preventSelfReview } = environment;
  if (!waitTimer && !reviewRule && customRules.length === 0) return null;
  return {
    id: now.id,
    environmentId: environment.id,
    environment: environment.name,
    attempt: now.attempt,
    jobIds: [],
    openedAt: now.at,
    expiresAtMs: now.atMs + EXPIRES_AFTER_MS,
    waitTimer: waitTimer && {
      minutes: waitTimer.minutes,
      endsAtMs: now.atMs + waitTimer.minutes * MINUTE_MS,
    },
    review: reviewRule && { reviewers: reviewRule.reviewers, preventSelfReview, approved: false },
    customRules: customRules.map(({ appId }) => ({ appId, state: 'pending', reports: [] })),
    outcome: null,
  };
}

/** How a gate is left by itself: refused by one, let in by all, or not answered in time; `null` as long as it is shut. */
export function outcomeOf(gate: Gate, nowMs: number): GateOutcome | null {
  if (gate.customRules.some((rule) => rule.state === 'rejected')) return 'rejected';
  const isPassed =
    (gate.waitTimer === null || gate.waitTimer.endsAtMs <= nowMs) &&
    (gate.review === null || gate.review.approved) &&
    gate.customRules.every((rule) => rule.state === 'approved');
  if (isPassed) return 'approved';
  return gate.expiresAtMs <= nowMs ? 'expired' : null;
}

/** The gates at which jobs of a run wait now. */
export function shutGates(run: Pick<WorkflowRun, 'status' | 'gates' | 'attempt'>): Gate[] {
  if (run.status === 'completed') return [];
  return run.gates.filter((gate) => gate.outcome === null && gate.attempt === run.attempt);
}
