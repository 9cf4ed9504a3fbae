import type { Bug } from '../bug.ts';
import type { BugFacts, Call, Decision } from '../decision.ts';
import { approvedFixesOn, approvedHeads, fixesFor } from '../fix.ts';
import { describeParity } from '../flow.ts';
import { refuseGoingBack } from '../left-branch.ts';
import type { Policy } from '../policy.ts';
import { refuse, type Refusal } from '../reason.ts';
import { isHotfixSeverity } from '../severity.ts';
import { approversOf, requiredFor } from '../sign-off.ts';
import { renderEvidence } from '../text/evidence.ts';
import { approve, refuseNewHead, refuseNewLink, refuseUnseen } from './approving.ts';
import { parseTargets, type Command, type Prepared } from './define.ts';

/** An admin's sign-off for PROD on exactly the fix that there is now. */
export const approveProd: Command = {
  name: 'approve-prod',
  usage: '/approve-prod [#<bug> ... | all]',
  help: 'Signs the fix off for PROD and queues it for the next T2.',
  examples: ['/approve-prod', '/approve-prod #12 #15', '/approve-prod all'],
  role: 'admin',
  from: ['planned', 'deployed_uat', 'pending_prod'],
  isAwaitedBy: (bug, policy) => bug.status === 'deployed_uat' || isUnsignedFlow2(bug, policy),
  takenBackBy: ['unapprove'],
  needs: ['parity', 'fixes'],
  prepare,
};

function isUnsignedFlow2(bug: Bug, policy: Policy): boolean {
  const isOnItsWay = bug.status === 'planned' || bug.status === 'pending_prod';
  const isSigned = approversOf(bug, 'approve_prod').length >= requiredFor('approve_prod', policy);
  return bug.flow === 2 && isOnItsWay && bug.fixes.length > 0 && !isSigned;
}

function prepare(argumentText: string): Prepared | Refusal {
  const targets = parseTargets(argumentText);
  if (targets === null) {
    return refuse('bad_arguments', 'Say `/approve-prod`, `/approve-prod #12 #15` or `/approve-prod all`.');
  }
  return { targets, pulls: [], decide };
}

function decide(call: Call, facts: BugFacts): Decision {
  const { bug } = facts;
  if (isHotfixSeverity(bug.severity, facts.policy.severity.hotfix)) {
    return refuse(
      'severity_needs_hotfix',
      `Its severity is **${bug.severity}**: no slot takes it, it goes the hotfix path: an admin says \`/hotfix\`.`,
    );
  }
  return bug.flow === 1 ? decideFlow1(call, facts) : decideFlow2(call, facts);
}

function decideFlow1(call: Call, facts: BugFacts): Decision {
  const { bug } = facts;
  if (bug.status === 'planned') {
    return refuse(
      'wrong_status',
      'It is not on UAT yet; approve it once T1 has brought it there and you have looked at it.',
    );
  }
  const unsafe = refuseGoingBack(facts) ?? refuseUnsafeVersions(facts);
  if (unsafe !== null) return unsafe;
  const fixes = approvedFixesOn(bug, 'uat');
  if (fixes.length === 0) return refuse('no_fix', 'The ledger knows of no fix of it on UAT. Say `/retry`.');
  return refuseUnseen(call, bug, 'uat') ?? approve(call, facts, { action: 'approve_prod', fixes });
}

function refuseUnsafeVersions({ bug, parity }: BugFacts): Refusal | null {
  if (parity === null) {
    return refuse(
      'version_unknown',
      'What UAT and PROD run could not be found out. Try again in a few minutes.',
    );
  }
  if (parity.state === 'aligned') return null;
  const evidence = `${describeParity(parity)}.\n\n${renderEvidence(parity)}`;
  return bug.uatOnly
    ? refuse('uat_only', `This fix travels to PROD with the next release: ${evidence}`)
    : refuse(
        'flow_unsafe_now',
        `Flow 1 is not safe any more. If PROD has the bug, say \`/confirm flow2\`; else bring the versions together first. ${evidence}`,
      );
}

function decideFlow2(call: Call, facts: BugFacts): Decision {
  const { bug, policy } = facts;
  if (bug.status === 'deployed_uat') return refuse('wrong_flow', 'This bug goes Flow 2.');
  const fixes = fixesFor(facts.fixes, 'prod', policy);
  if (fixes.length === 0) {
    return refuse(
      'no_fix',
      `No pull request against \`${policy.environments.prod.branch}\` is linked. Say \`/fix #<pull request>\`.`,
    );
  }
  for (const fix of fixes) {
    const unseen = refuseNewLink(bug, fix, call) ?? refuseNewHead(fix, call);
    if (unseen !== null)
      return { ...unseen, message: `${unseen.message} Or approve the pull request itself in a review.` };
  }
  return approve(call, facts, { action: 'approve_prod', fixes: approvedHeads(fixes) });
}
