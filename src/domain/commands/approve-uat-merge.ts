import type { BugFacts, Call, Decision } from '../decision.ts';
import { approvedFixesOn } from '../fix.ts';
import { refuse } from '../reason.ts';
import { approve, refuseUnseen } from './approving.ts';
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
  takenBackBy: ['unapprove'],
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
  const { bug } = facts;
  if (bug.flow === 1) return refuse('wrong_flow', 'This bug went Flow 1: UAT had the fix first, it is done.');
  const fixes = approvedFixesOn(bug, 'prod');
  if (fixes.length === 0) return refuse('no_fix', 'The ledger knows of no fix of it on PROD.');
  return refuseUnseen(call, bug, 'prod') ?? approve(call, facts, { action: 'approve_uat_merge', fixes });
}
