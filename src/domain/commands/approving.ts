import type { Approval } from '../approval.ts';
import type { Bug } from '../bug.ts';
import type { BugFacts, Call } from '../decision.ts';
import { refuse, type Refusal } from '../reason.ts';

/** Adds an approval; an earlier one by the same person for the same action gives way to it. */
export function addApproval(bug: Bug, approval: Approval): Bug {
  const others = bug.approvals.filter(
    (each) => each.action !== approval.action || each.by.id !== approval.by.id,
  );
  return { ...bug, approvals: [...others, approval] };
}

/** Refuses `own_fix` where the policy wants four eyes and the author of a fix approves it. */
export function refuseOwnFix(call: Call, facts: BugFacts): Refusal | null {
  if (facts.policy.approvals.allowAuthor) return null;
  const own = facts.fixes.find((fix) => fix.author === null || fix.author.id === call.actor.id);
  if (own === undefined) return null;
  return refuse(
    'own_fix',
    `You wrote #${own.pull}; another admin has to approve it (\`approvals.allow_author\` is off).`,
  );
}
