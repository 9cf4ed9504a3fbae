import {
  APPROVED_ENVIRONMENT,
  isSameFix,
  planFor,
  type Approval,
  type ApprovalAction,
  type ApprovedFix,
} from '../approval.ts';
import { landingsOn, type Bug } from '../bug.ts';
import type { SlotId } from '../calendar.ts';
import type { BugFacts, Call } from '../decision.ts';
import type { EnvironmentName } from '../policy.ts';
import { refuse, type Refusal } from '../reason.ts';

/** A person's word as an approval of exactly these fixes, on the way that they go now. */
export function buildApproval(
  call: Call,
  { bug, policy }: Pick<BugFacts, 'bug' | 'policy'>,
  approved: Pick<Approval, 'action' | 'fixes'> & { readonly slot: SlotId },
): Approval {
  const { actor: by, given, writtenAtMs } = call;
  const { action, slot, fixes } = approved;
  const plan = planFor(action, bug.flow, policy);
  return { action, environment: APPROVED_ENVIRONMENT[action], by, given, writtenAtMs, slot, fixes, plan };
}

/**
 * Adds an approval; an earlier one by the same person for the same action gives way to it, unless it was for this
 * very fix: it may have come in time for a slot that this one is too late for.
 */
export function addApproval(bug: Bug, approval: Approval): Bug {
  const others = bug.approvals.filter(
    (each) =>
      each.action !== approval.action ||
      each.by.id !== approval.by.id ||
      isSameFix(each.fixes, approval.fixes),
  );
  return { ...bug, approvals: [...others, approval] };
}

/** Refuses `already_queued` when the same person's word for the same fix is there and nothing has held it back. */
export function refuseAgain(
  call: Call,
  bug: Bug,
  asked: { readonly action: ApprovalAction; readonly fixes: readonly ApprovedFix[] },
): Refusal | null {
  const own = bug.approvals.find(
    (each) =>
      each.action === asked.action && each.by.id === call.actor.id && isSameFix(each.fixes, asked.fixes),
  );
  if (own === undefined || bug.hold !== null) return null;
  return refuse('already_queued', `You approved exactly this already, for ${own.slot}.`);
}

/** Refuses `fix_changed` when an environment got a fix of the bug after the words were written. */
export function refuseUnseen(call: Call, bug: Bug, environment: EnvironmentName): Refusal | null {
  const newest = Math.max(...landingsOn(bug, environment).map((landing) => landing.atMs));
  if (call.writtenAtMs >= newest) return null;
  return refuse(
    'fix_changed',
    `${environment.toUpperCase()} got a fix of this bug after you wrote that. Look at it and approve it again.`,
  );
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
