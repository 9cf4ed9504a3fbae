import { nextSlot } from '../calendar.ts';
import { allow, move, type BugFacts, type Call, type Decision } from '../decision.ts';
import { approvedFixesOn } from '../fix.ts';
import { refuse } from '../reason.ts';
import { renderSlot } from '../text/time.ts';
import { addApproval, buildApproval, refuseAgain, refuseOwnFix, refuseUnseen } from './approving.ts';
import { parseTargets, type Command } from './define.ts';

/** An admin's word that the fix on PROD is good and may go back to UAT. */
export const approveUatMerge: Command = {
  name: 'approve-uat-merge',
  usage: '/approve-uat-merge [#<bug> ... | all]',
  help: 'Queues a fix that is on PROD for the next T2, which picks it onto UAT.',
  examples: ['/approve-uat-merge', '/approve-uat-merge #12', '/approve-uat-merge all'],
  role: 'admin',
  from: ['deployed_prod', 'pending_uat_merge'],
  isAwaitedBy: (bug) => bug.status === 'deployed_prod' && bug.flow === 2,
  needs: ['fixes'],
  prepare: (argumentText) => {
    const targets = parseTargets(argumentText);
    if (targets === null) {
      return refuse(
        'bad_arguments',
        'Say `/approve-uat-merge`, `/approve-uat-merge #12` or `/approve-uat-merge all`.',
      );
    }
    return { targets, pulls: [], decide };
  },
};

function decide(call: Call, facts: BugFacts): Decision {
  const { bug, calendar, nowMs } = facts;
  if (bug.flow === 1) return refuse('wrong_flow', 'This bug went Flow 1: UAT had the fix first, it is done.');
  const fixes = approvedFixesOn(bug, 'prod');
  if (fixes.length === 0) return refuse('no_fix', 'The ledger knows of no fix of it on PROD.');
  const refusal =
    refuseUnseen(call, bug, 'prod') ??
    refuseOwnFix(call, facts) ??
    refuseAgain(call, bug, { action: 'approve_uat_merge', fixes });
  if (refusal !== null) return refusal;
  const slot = nextSlot(calendar, 'T2', call.writtenAtMs);
  const step = { atMs: nowMs, by: call.actor, note: `for ${slot.id}` };
  const moved = bug.status === 'deployed_prod' ? move(bug, 'approve_uat_merge', step) : bug;
  const approval = buildApproval(call, facts, { action: 'approve_uat_merge', slot: slot.id, fixes });
  return allow(
    addApproval(moved, approval),
    `Queued for UAT. T2 ${renderSlot(calendar, slot, nowMs)}. \`/unapprove\` takes it back before then.`,
  );
}
