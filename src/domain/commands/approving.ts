import {
  APPROVED_ENVIRONMENT,
  isSameFix,
  planChanges,
  planFor,
  type Approval,
  type ApprovalAction,
  type ApprovedFix,
} from '../approval.ts';
import { landingsOn, type Bug } from '../bug.ts';
import { nextSlot } from '../calendar.ts';
import { allow, move, type BugFacts, type Call, type Decision } from '../decision.ts';
import type { FixFacts } from '../fix.ts';
import type { EnvironmentName } from '../policy.ts';
import { refuse, type Refusal } from '../reason.ts';
import {
  countSignOffs,
  isAboutSignOff,
  refuseOwnFix,
  type NeededSignOff,
  type SignOffs,
} from '../sign-off.ts';
import { statusAfter, type BugEvent } from '../status.ts';
import { shortOid } from '../text/markdown.ts';
import { describeMissing } from '../text/sign-off.ts';
import { renderSlot } from '../text/time.ts';

const QUEUED_BY: Readonly<Partial<Record<ApprovalAction, BugEvent>>> = {
  approve_prod: 'approve_prod',
  approve_uat_merge: 'approve_uat_merge',
};

/**
 * Adds a person's word to a bug; once enough different people have given theirs, the bug is queued.
 *
 * Refuses: `own_fix`, `already_queued`.
 */
export function approve(call: Call, facts: BugFacts, needed: NeededSignOff): Decision {
  const refusal = refuseOwnFix(call.actor, needed.fixes, facts) ?? refuseAgain(call, facts, needed);
  if (refusal !== null) return refusal;
  const { bug, calendar, nowMs, policy } = facts;
  const slot = nextSlot(calendar, 'T2', call.writtenAtMs);
  const given = buildApproval(call, { flow: bug.flow, policy }, { ...needed, slot: slot.id });
  const approved = withApproval(bug, given);
  const count = countAsGiven(approved, facts, needed);
  const what = `${listPulls(needed)} as it is now (${listCommits(needed)})`;
  if (count.people.length < count.required) {
    const missing = describeMissing({ ...count, ...needed, flow: bug.flow }, policy);
    return allow(approved, `Your approval counts: ${what}. ${missing} \`/unapprove\` takes yours back.`);
  }
  const where = APPROVED_ENVIRONMENT[needed.action].toUpperCase();
  return allow(
    queue(approved, call, { nowMs, needed, note: `for ${slot.id}` }),
    `Approved for ${where}: ${what}. T2 ${renderSlot(calendar, slot, nowMs)}. \`/unapprove\` takes it back before then.`,
  );
}

/** A person's word as an approval of exactly these fixes, on the way that they go now. */
export function buildApproval(
  call: Call,
  { flow, policy }: Pick<Bug, 'flow'> & Pick<BugFacts, 'policy'>,
  approved: NeededSignOff & Pick<Approval, 'slot'>,
): Approval {
  const { actor: by, given, writtenAtMs } = call;
  const { action, slot, fixes } = approved;
  const plan = planFor(action, flow, policy);
  return { action, environment: APPROVED_ENVIRONMENT[action], by, given, writtenAtMs, slot, fixes, plan };
}

/**
 * An earlier one by the same person for the same action gives way, unless it was for this very fix and plan: it may
 * have come in time for a slot that this one is too late for.
 */
export function withApproval<T extends Pick<Bug, 'approvals'>>(record: T, approval: Approval): T {
  const others = record.approvals.filter((each) => !isBySame(each, approval) || isForSame(each, approval));
  return { ...record, approvals: [...others, approval] };
}

/** Tells whether the same person's word for the very same is there. */
export function isGiven({ approvals }: Pick<Bug, 'approvals'>, approval: Approval): boolean {
  return approvals.some((each) => isBySame(each, approval) && isForSame(each, approval));
}

function isBySame(left: Pick<Approval, 'action' | 'by'>, right: Pick<Approval, 'action' | 'by'>): boolean {
  return left.action === right.action && left.by.id === right.by.id;
}

function isForSame(left: Pick<Approval, 'fixes' | 'plan'>, right: Pick<Approval, 'fixes' | 'plan'>): boolean {
  return isSameFix(left.fixes, right.fixes) && planChanges(left.plan, right.plan).length === 0;
}

function countAsGiven(bug: Bug, { policy, fixes }: BugFacts, needed: NeededSignOff): SignOffs {
  return countSignOffs(bug, needed, { policy, fixes, beforeMs: null, checked: 'not_yet' });
}

function queue(
  bug: Bug,
  { actor: by }: Call,
  { nowMs, needed, note }: { readonly nowMs: number; readonly needed: NeededSignOff; readonly note: string },
): Bug {
  const event = QUEUED_BY[needed.action];
  const isWaiting = event !== undefined && statusAfter(event, bug.status, bug.flow) !== null;
  if (isWaiting) return move(bug, event, { atMs: nowMs, by, note });
  return bug.hold !== null && isAboutSignOff(bug.hold) ? { ...bug, hold: null } : bug;
}

/** Refuses `already_queued` when the same person's word for the same is there and nothing has held it back. */
function refuseAgain(call: Call, facts: BugFacts, needed: NeededSignOff): Refusal | null {
  const { bug, policy } = facts;
  const plan = planFor(needed.action, bug.flow, policy);
  const own = bug.approvals.find(
    (each) =>
      isBySame(each, { action: needed.action, by: call.actor }) && isForSame(each, { ...needed, plan }),
  );
  if (own === undefined || bug.hold !== null) return null;
  const count = countAsGiven(bug, facts, needed);
  const rest =
    count.people.length < count.required
      ? ` ${describeMissing({ ...count, ...needed, flow: bug.flow }, policy)}`
      : '';
  return refuse('already_queued', `You approved exactly this already, for ${own.slot}.${rest}`);
}

function listPulls({ fixes }: NeededSignOff): string {
  return fixes.map((fix) => `#${fix.pull}`).join(', ');
}

function listCommits({ fixes }: { readonly fixes: readonly ApprovedFix[] }): string {
  return fixes.flatMap((fix) => fix.commits.map((oid) => shortOid(oid))).join(', ');
}

/**
 * Refuses `fix_changed` when an environment got a fix of the bug after the words were written. GitHub's times are whole
 * seconds, so what came at the very moment may have come after them.
 */
export function refuseUnseen(call: Call, bug: Bug, environment: EnvironmentName): Refusal | null {
  const newest = Math.max(...landingsOn(bug, environment).map((landing) => landing.atMs));
  if (call.writtenAtMs > newest) return null;
  return refuse(
    'fix_changed',
    `${environment.toUpperCase()} got a fix of this bug after you wrote that. Look at it and approve it again.`,
  );
}

/** Refuses `fix_changed` when a pull request became a fix of the bug only after the words were written, or in their second. */
export function refuseNewLink({ fixes }: Bug, { pull }: FixFacts, { writtenAtMs }: Call): Refusal | null {
  const link = fixes.find((each) => each.pull === pull);
  if (link !== undefined && link.linkedAtMs < writtenAtMs) return null;
  return refuse(
    'fix_changed',
    `#${pull} was linked to this bug after you wrote that or within the same second. Look at it and say it again.`,
  );
}

/**
 * Refuses `fix_changed` unless the words can have been about the head that there is now. GitHub's times are whole
 * seconds, so a push of the same second may have come after them.
 */
export function refuseNewHead(fix: FixFacts, { writtenAtMs }: Call): Refusal | null {
  const sinceMs = fix.state === 'merged' ? fix.mergedAtMs : fix.headPushedAtMs;
  const isSeen = sinceMs !== null && Math.max(sinceMs, fix.retargetedAtMs ?? 0) < writtenAtMs;
  if (isSeen) return null;
  return refuse(
    'fix_changed',
    `#${fix.pull} has a head (${shortOid(fix.head)}) that was pushed, merged or turned to this branch after you wrote that or within the same second, or GitHub does not say when. Look at it and say it again.`,
  );
}
