import { isSameFix, keyOf, planChanges, planFor, type Approval, type ApprovedFix } from './approval.ts';
import { landingsOn, type Bug } from './bug.ts';
import type { Slot } from './calendar.ts';
import { approvedFixesOn, approvedHeads, fixesFor, refuseUnready, type FixFacts } from './fix.ts';
import { describeParity, type ParityVerdict } from './flow.ts';
import type { EnvironmentName, Policy } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import { isHotfixSeverity } from './severity.ts';
import { renderEvidence } from './text/evidence.ts';
import { listOf } from './text/markdown.ts';

/** What the choice for one bug in a slot rests on. */
export interface SlotFacts {
  readonly policy: Policy;
  readonly slot: Slot;
  /** `null`: the versions could not be compared; nothing that depends on them goes on. */
  readonly parity: ParityVerdict | null;
  /** The bug's linked pull requests, reviews marked with `isAdmin`. */
  readonly fixes: readonly FixFacts[];
  /** Whether each approval was found to count still, by its key. Absent means it does not. */
  readonly approvals: ReadonlyMap<string, Refusal | 'valid'>;
}

/** What a slot does with a bug. */
export type SlotChoice =
  | { readonly kind: 'take'; readonly fixes: readonly FixFacts[] }
  | { readonly kind: 'queue' }
  | { readonly kind: 'leave' }
  | Refusal;

/** T1 for a planned bug: Flow 1 goes to UAT, Flow 2 is queued for T2. */
export function chooseForT1(bug: Bug, facts: SlotFacts): SlotChoice {
  const hotfix = refuseHotfix(bug, facts.policy);
  if (hotfix !== null) return hotfix;
  if (bug.flow === 2) return { kind: 'queue' };
  const unsafe = refuseUnsafe(bug, facts.parity);
  if (unsafe !== null) return unsafe;
  const fixes = fixesFor(facts.fixes, 'uat', facts.policy);
  if (fixes.length === 0) return refuseNoFix(facts.policy, 'uat');
  return firstRefusal(fixes.map((fix) => refuseUnready(fix, facts.policy))) ?? { kind: 'take', fixes };
}

/** T2 for a bug that waits for PROD: only what an admin has signed off, exactly as it was signed off. */
export function chooseForProd(bug: Bug, facts: SlotFacts): SlotChoice {
  const hotfix = refuseHotfix(bug, facts.policy);
  if (hotfix !== null) return hotfix;
  if (bug.flow === 1) {
    const needed = { action: 'approve_prod', fixes: approvedFixesOn(bug, 'uat') } as const;
    const refusal = refuseUnsafe(bug, facts.parity) ?? refuseUnapproved(bug, needed, facts);
    return refusal ?? { kind: 'take', fixes: [] };
  }
  const fixes = fixesFor(facts.fixes, 'prod', facts.policy);
  if (fixes.length === 0) return refuseNoFix(facts.policy, 'prod');
  const unsigned = refuseUnsigned(bug, fixes, facts);
  if (unsigned !== null) return unsigned;
  // The sign-off of an admin is a review of this head, wherever it was given.
  const policy = {
    ...facts.policy,
    fixes: { ...facts.policy.fixes, requiredReviews: Math.max(0, facts.policy.fixes.requiredReviews - 1) },
  };
  return firstRefusal(fixes.map((fix) => refuseUnready(fix, policy))) ?? { kind: 'take', fixes };
}

/** T2 for a bug whose fix goes back from PROD to UAT. */
export function chooseForUatMerge(bug: Bug, facts: SlotFacts): SlotChoice {
  const fixes = approvedFixesOn(bug, 'prod');
  return refuseUnapproved(bug, { action: 'approve_uat_merge', fixes }, facts) ?? { kind: 'take', fixes: [] };
}

function firstRefusal(refusals: readonly (Refusal | null)[]): Refusal | null {
  return refusals.find((refusal) => refusal !== null) ?? null;
}

function refuseHotfix(bug: Bug, policy: Policy): Refusal | null {
  if (bug.severity === null) {
    return refuse('severity_missing', 'Its severity is open, so no slot takes it: set a `severity:` label.');
  }
  if (!isHotfixSeverity(bug.severity, policy.severity.hotfix)) return null;
  return refuse(
    'severity_needs_hotfix',
    `Its severity is **${bug.severity}**: no slot takes it, it goes the hotfix path.`,
  );
}

function refuseUnsafe(bug: Bug, parity: ParityVerdict | null): Refusal | null {
  if (parity === null) {
    return refuse(
      'version_unknown',
      'What UAT and PROD run could not be found out, so nothing was deployed for it.',
    );
  }
  if (parity.state === 'aligned') return null;
  // It goes to UAT alone, which is right whatever PROD runs.
  if (bug.uatOnly && landingsOn(bug, 'uat').length === 0) return null;
  return refuse(
    'flow_unsafe_now',
    `Flow 1 is not safe any more: ${describeParity(parity)}. An admin says \`/confirm flow2\` if PROD has the bug, or brings the versions together.\n\n${renderEvidence(parity)}`,
  );
}

function refuseNoFix(policy: Policy, environment: EnvironmentName): Refusal {
  const { branch } = policy.environments[environment];
  return refuse(
    'no_fix',
    `No pull request against \`${branch}\` is linked: write \`Fixes #…\` into one, or say \`/fix #34\`.`,
  );
}

function refuseUnapproved(
  bug: Bug,
  { action, fixes }: Pick<Approval, 'action' | 'fixes'>,
  facts: SlotFacts,
): Refusal | null {
  const command = action === 'approve_prod' ? '/approve-prod' : '/approve-uat-merge';
  const given = bug.approvals.filter((approval) => approval.action === action);
  if (given.length === 0) return refuse('not_approved', `An admin’s \`${command}\` is missing.`);
  const verdicts = given.map((approval) => refuseApproval(approval, { bug, fixes }, facts));
  return verdicts.includes(null) ? null : firstRefusal(verdicts);
}

function refuseApproval(
  approval: Approval,
  { bug, fixes }: { readonly bug: Bug; readonly fixes: readonly ApprovedFix[] },
  facts: SlotFacts,
): Refusal | null {
  if (approval.writtenAtMs >= facts.slot.startsAtMs) {
    return refuse('after_cut_off', `It was approved after the cut-off; it counts for ${approval.slot}.`);
  }
  if (!isSameFix(approval.fixes, fixes)) {
    return refuse(
      'fix_changed',
      'The fix is not the one that was approved any more. Look at it and approve it again.',
    );
  }
  const changed = planChanges(approval.plan, planFor(approval.action, bug.flow, facts.policy));
  if (changed.length > 0) {
    return refuse(
      'plan_changed',
      `Since it was approved ${listOf(changed)} became another. Look at the configuration and approve it again.`,
    );
  }
  const checked = facts.approvals.get(keyOf(approval.given));
  if (checked === 'valid') return null;
  return checked ?? refuse('comment_deleted', 'The approving comment could not be read again.');
}

/** Flow 2: an admin's approving review of the head, or an admin's `/approve-prod` for it. */
function refuseUnsigned(bug: Bug, fixes: readonly FixFacts[], facts: SlotFacts): Refusal | null {
  if (fixes.every((fix) => hasAdminReview(fix, facts))) return null;
  const refusal = refuseUnapproved(bug, { action: 'approve_prod', fixes: approvedHeads(fixes) }, facts);
  if (refusal?.reason !== 'not_approved') return refusal;
  return refuse(
    'not_approved',
    `No admin has signed off the current head: approve ${fixes.map((fix) => `#${fix.pull}`).join(', ')} in a review, or say \`/approve-prod\` here.`,
  );
}

function hasAdminReview(fix: FixFacts, { policy, slot }: SlotFacts): boolean {
  return fix.approvingReviews.some(
    (review) =>
      review.isAdmin &&
      review.submittedAtMs < slot.startsAtMs &&
      (policy.approvals.allowAuthor || (fix.author !== null && fix.author.id !== review.by.id)),
  );
}
