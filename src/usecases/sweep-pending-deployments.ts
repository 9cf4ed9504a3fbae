import { lastSlot, type SlotCalendar } from '../domain/calendar.ts';
import { slotEndMs } from '../domain/protection.ts';
import { answerProtectionRule } from './answer-protection-rule.ts';
import type { Context } from './context.ts';

/** When this process has looked last. */
export interface LastSweep {
  /** `null`: not yet. */
  atMs: number | null;
}

const HOUR_MS = 3_600_000;

/**
 * Answers what waits before an environment and was not answered: its webhook was lost, or it could not be decided yet.
 *
 * One that cannot be answered keeps nobody else waiting, and is asked about again with the next beat.
 *
 * Called often. Looks while a slot, a rollback or a hotfix may run and for an hour after, else once an hour: one call when nothing waits.
 */
export async function sweepPendingDeployments(context: Context, last: LastSweep): Promise<void> {
  const nowMs = context.clock.nowMs();
  // With a broken configuration nobody knows when the slots are, and what waits still has to be answered.
  const setting = await context.configuration.load().catch(() => null);
  const isDue = last.atMs === null || nowMs - last.atMs >= HOUR_MS;
  const isOrdered = hasOrder(context);
  if (!isDue && !isOrdered && setting !== null && !mayRun(setting.calendar, nowMs)) return;
  const waiting = await context.protectionRules.pending();
  const failures: unknown[] = [];
  for (const { runId, githubEnvironment } of waiting) {
    try {
      await answerProtectionRule(context, { runId, githubEnvironment, commit: null });
    } catch (error) {
      // Those behind it wait for their own answers.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  last.atMs = nowMs;
}

/** By what this process knows of the ledger, which costs nothing. */
function hasOrder({ ledger }: Context): boolean {
  const releases = [...(ledger.seen()?.releases.values() ?? [])];
  return releases.some(({ kind, state }) => kind !== 'slot' && state === 'planned');
}

function mayRun(calendar: SlotCalendar, nowMs: number): boolean {
  return (['T1', 'T2'] as const).some((kind) => {
    const slot = lastSlot(calendar, kind, nowMs);
    return slot !== null && nowMs <= slotEndMs(slot) + HOUR_MS;
  });
}
