import type { Bug } from './bug.ts';
import { move } from './decision.ts';
import { startClock } from './hotfix.ts';
import type { Person } from './person.ts';
import type { Policy } from './policy.ts';
import { isHotfixSeverity, type Severity } from './severity.ts';
import { waitsForProd } from './status.ts';

/**
 * Records a severity and checks at once whether the bug may stay where it is: a queued bug that becomes a
 * hotfix severity leaves the queue, and its approval with it (PRODUCT section 2).
 */
export function changeSeverity(
  bug: Bug,
  severity: Severity | null,
  change: {
    readonly policy: Policy;
    readonly nowMs: number;
    readonly by: Person | null;
    /** GitHub's time of the word. */
    readonly saidAtMs: number;
  },
): { readonly bug: Bug; readonly message: string } {
  const { saidAtMs } = change;
  const named: Bug = {
    ...bug,
    severity,
    saidAtMs: { ...bug.saidAtMs, severity: saidAtMs },
    hotfix: startClock(bug, { severity, saidAtMs }, change.policy),
  };
  if (severity === null) return { bug: named, message: 'The severity is open.' };
  const message = `Severity: **${severity}**.`;
  if (!isHotfixSeverity(severity, change.policy.severity.hotfix) || !waitsForProd(bug.status)) {
    return { bug: named, message };
  }
  const hotfix = `${message} No slot takes a bug of this severity: it goes the hotfix path, an admin says \`/hotfix\`.`;
  const approvals = named.approvals.filter((approval) => approval.action !== 'approve_prod');
  const unsigned = { ...named, approvals };
  if (bug.status !== 'pending_prod') return { bug: unsigned, message: hotfix };
  const step = { atMs: change.nowMs, by: change.by, note: `severity became ${severity}` };
  return { bug: move(unsigned, 'withdraw_prod', step), message: `${hotfix} It left the queue for T2.` };
}
