import type { BugFacts, Call, Decision } from '../decision.ts';
import { refuse } from '../reason.ts';
import { refuseOwnFix } from '../sign-off.ts';
import { hotfixSignOff } from '../hotfix-order.ts';
import { orderOf } from '../hotfix.ts';
import type { Command } from './define.ts';
import { BEFORE_PROD, refuseToStart, startOrWait, withWord } from './hotfixing.ts';

/** A second person's word for a hotfix. */
export const approveHotfix: Command = {
  name: 'approve-hotfix',
  usage: '/approve-hotfix',
  help: 'Signs a hotfix off that somebody has asked for, as it is now, and starts it when that was the word it waited for.',
  examples: ['/approve-hotfix'],
  role: 'senior',
  from: BEFORE_PROD,
  takenBackBy: ['unapprove'],
  needs: ['fixes', 'signers'],
  prepare: () => ({ targets: 'this', pulls: [], decide }),
};

function decide(call: Call, facts: BugFacts): Decision {
  const { bug, policy, fixes } = facts;
  if (orderOf(bug) === null)
    return refuse('not_a_hotfix', 'Nobody has asked for a hotfix yet: an admin says `/hotfix`.');
  const refusal =
    refuseToStart(call, facts) ?? refuseOwnFix(call.actor, hotfixSignOff(fixes, policy).fixes, facts);
  return refusal ?? startOrWait(withWord(bug, call, facts), facts, { call, said: '' });
}
