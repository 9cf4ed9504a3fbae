import {
  isSameFix,
  keyOf,
  planChanges,
  planFor,
  type Approval,
  type ApprovalAction,
  type ApprovedFix,
} from './approval.ts';
import type { Bug } from './bug.ts';
import { approvedFixesOn, approvedHeads, fixesFor, type FixFacts, type FixReview } from './fix.ts';
import type { Person } from './person.ts';
import type { Policy } from './policy.ts';
import { refuse, type ReasonCode, type Refusal } from './reason.ts';
import { listOf, nameOf } from './text/markdown.ts';
import { describeMissing } from './text/sign-off.ts';

/** What holds approvals: a bug, or a pull request that is released. */
type Approvable = Pick<Bug, 'approvals' | 'flow'> & Partial<Pick<Bug, 'takenBack'>>;

/** What has to be approved before a bug goes on: exactly these fixes, as they are now. */
export interface NeededSignOff {
  readonly action: ApprovalAction;
  readonly fixes: readonly ApprovedFix[];
}

/** What counting rests on. */
export interface SignOffFacts {
  readonly policy: Policy;
  /**
   * The linked pull requests: who wrote them, and reviews of their heads, marked with `isAdmin`. `null`: nobody has
   * read them now, and who may approve was asked when the word was given.
   */
  readonly fixes: readonly FixFacts[] | null;
  /** Only words of before this count: the beginning of the slot. `null`: no slot asks. */
  readonly beforeMs: number | null;
  /** What was found when each word was looked at again, by its key; absent means that it does not count. */
  readonly checked: ReadonlyMap<string, Refusal | 'valid'> | 'not_yet';
}

/** Who has approved, and whose words do not count. */
export interface SignOffs {
  /** Different people, in the order of their words; where pull requests differ, those of the one with the fewest. */
  readonly people: readonly Person[];
  readonly required: number;
  readonly refused: readonly { readonly approval: Approval; readonly refusal: Refusal }[];
}

/** The reasons for which an approval is gone for good, and has to be given again. */
const VOIDING: readonly ReasonCode[] = [
  'fix_changed',
  'plan_changed',
  'comment_deleted',
  'comment_edited',
  'approver_lost_role',
  'rolled_back',
];

/**
 * What a bug waits to have approved, or had approved to be where it is; `null` where there is no such thing, or where
 * it depends on pull requests that nobody has read.
 */
export function neededSignOff(
  bug: Bug,
  { fixes, policy }: Pick<SignOffFacts, 'fixes' | 'policy'>,
): NeededSignOff | null {
  const action = pendingAction(bug);
  if (action === null) return null;
  if (action === 'approve_uat_merge') return { action, fixes: approvedFixesOn(bug, 'prod') };
  if (bug.flow === 1) return { action, fixes: approvedFixesOn(bug, 'uat') };
  if (fixes === null) return null;
  return { action, fixes: approvedHeads(fixesFor(fixes, 'prod', policy)) };
}

/** Which approval lies before a bug, or let it into the queue that it is in; what was deployed on one is not undone. */
export function pendingAction({ status, flow }: Pick<Bug, 'status' | 'flow'>): ApprovalAction | null {
  const isBeforeProd = status === 'pending_prod' || status === (flow === 2 ? 'planned' : 'deployed_uat');
  if (isBeforeProd) return 'approve_prod';
  const isBeforeUat = status === 'deployed_prod' || status === 'pending_uat_merge';
  return isBeforeUat && flow === 2 ? 'approve_uat_merge' : null;
}

/**
 * Counts who has signed off: different people, each an admin, for exactly these fixes on this way, in time, and where
 * the policy wants it none who wrote them. In Flow 2 an admin's approving review of a head is a sign-off for it.
 */
export function countSignOffs(bug: Approvable, needed: NeededSignOff, facts: SignOffFacts): SignOffs {
  const words = bug.approvals
    .filter((approval) => approval.action === needed.action)
    .map((approval) => ({ approval, refusal: refuseWord(approval, { bug, needed }, facts) }));
  const givers = words.filter(({ refusal }) => refusal === null).map(({ approval }) => approval.by);
  const required = requiredFor(needed.action, facts.policy);
  const refused = words.flatMap(({ approval, refusal }) => (refusal === null ? [] : [{ approval, refusal }]));
  const isReviewed = needed.action === 'approve_prod' && bug.flow === 2;
  if (!isReviewed) return { people: distinct(givers), required, refused };
  const counts = needed.fixes.map(({ pull }) => distinct([...givers, ...reviewersOf(bug, pull, facts)]));
  const [fewest = []] = counts.toSorted((left, right) => left.length - right.length);
  return { people: fewest, required, refused };
}

/** The people whose approvals are on record, whatever they are worth by now. */
export function approversOf(
  { approvals }: Pick<Bug, 'approvals'>,
  action: ApprovalAction,
): readonly Person[] {
  return distinct(approvals.filter((approval) => approval.action === action).map(({ by }) => by));
}

/** How many different people have to approve. */
export function requiredFor(action: ApprovalAction, { approvals }: Policy): number {
  return approvals.required[action === 'approve_uat_merge' ? 'uat' : 'prod'];
}

/** Refuses what too few have signed off, with why the words that are there do not count; `null` when it may go on. */
export function refuseUnsigned(bug: Approvable, needed: NeededSignOff, facts: SignOffFacts): Refusal | null {
  const count = countSignOffs(bug, needed, facts);
  if (count.people.length >= count.required && needed.fixes.length > 0) return null;
  const gone = count.refused.find(({ refusal }) => isVoiding(refusal)) ?? count.refused[0];
  const missing = describeMissing(
    { ...count, action: needed.action, flow: bug.flow, fixes: needed.fixes },
    facts.policy,
  );
  if (gone === undefined) return refuse('not_approved', missing);
  const { reason, message } = gone.refusal;
  return refuse(reason, count.required === 1 ? message : `${message} ${missing}`);
}

/** The words for a sign-off that count no more and have to be given again. */
export function voidWords(bug: Approvable, needed: NeededSignOff, facts: SignOffFacts): SignOffs['refused'] {
  return countSignOffs(bug, needed, facts).refused.filter(({ refusal }) => isVoiding(refusal));
}

/** Tells whether a bug is held back for want of a sign-off, which another word may be. */
export function isAboutSignOff({ reason }: Pick<Refusal, 'reason'>): boolean {
  return reason === 'not_approved' || isVoiding({ reason });
}

/** Tells whether approvals are gone for good for this reason, and have to be given again. */
export function isVoiding({ reason }: Pick<Refusal, 'reason'>): boolean {
  return VOIDING.includes(reason);
}

function refuseWord(
  approval: Approval,
  { bug, needed }: { readonly bug: Approvable; readonly needed: NeededSignOff },
  facts: SignOffFacts,
): Refusal | null {
  if (!isSameFix(approval.fixes, needed.fixes)) {
    return refuse(
      'fix_changed',
      'The fix is not the one that was approved any more. Look at it and approve it again.',
    );
  }
  if (isBeforeTurn(approval.writtenAtMs, needed.fixes, facts)) {
    return refuse(
      'fix_changed',
      'The fix was turned to this branch after it was approved. Look at it and approve it again.',
    );
  }
  if (isUndone(bug, approval.writtenAtMs)) {
    return refuse('rolled_back', 'The fix was taken back after it was approved. Approve it again.');
  }
  const changed = planChanges(approval.plan, planFor(approval.action, bug.flow, facts.policy));
  if (changed.length > 0) {
    return refuse(
      'plan_changed',
      `Since it was approved ${listOf(changed)} became another. Look at the configuration and approve it again.`,
    );
  }
  return (
    refuseChecked(approval, facts) ??
    refuseOwnFix(approval.by, needed.fixes, facts) ??
    refuseLate(approval, facts)
  );
}

function refuseChecked({ given }: Approval, { checked }: SignOffFacts): Refusal | null {
  if (checked === 'not_yet') return null;
  const found = checked.get(keyOf(given));
  if (found === 'valid') return null;
  return found ?? refuse('comment_deleted', 'The approving comment could not be read again.');
}

function refuseLate({ writtenAtMs, slot }: Approval, { beforeMs }: SignOffFacts): Refusal | null {
  if (beforeMs === null || writtenAtMs < beforeMs) return null;
  return refuse(
    'after_cut_off',
    `It was approved after the cut-off; it counts for ${slot ?? 'a later slot'}.`,
  );
}

/**
 * Refuses `own_fix` where the policy wants four eyes to somebody who opened one of the bug's pull requests, wrote or
 * committed one of its commits, or pushed its head, and to everybody when that cannot be known.
 */
export function refuseOwnFix(
  by: Person,
  approved: readonly Pick<ApprovedFix, 'pull'>[],
  { policy, fixes }: Pick<SignOffFacts, 'policy' | 'fixes'>,
): Refusal | null {
  if (policy.approvals.allowAuthor || fixes === null) return null;
  const linked = fixes.filter(({ state }) => state !== 'closed');
  for (const pull of new Set([...approved, ...linked].map((each) => each.pull))) {
    const fix = fixes.find((each) => each.pull === pull);
    if (fix === undefined || fix.author === null || fix.contributors === null) {
      return refuse(
        'own_fix',
        `Nobody can tell who wrote #${pull}, and its authors may not approve it (\`approvals.allow_author\` is off).`,
      );
    }
    if ([fix.author, ...fix.contributors].some(({ id }) => id === by.id)) {
      return refuse(
        'own_fix',
        `${nameOf(by)} has written in #${pull}; another admin has to approve it (\`approvals.allow_author\` is off).`,
      );
    }
  }
  return null;
}

function reviewersOf(bug: Approvable, pull: number, facts: SignOffFacts): Person[] {
  const reviews = facts.fixes?.find((fix) => fix.pull === pull)?.approvingReviews ?? [];
  return reviews
    .filter((review) => !isUndone(bug, review.submittedAtMs) && isSignOff(review, pull, facts))
    .map(({ by }) => by);
}

/** What somebody said of a fix before it was taken back is no word for bringing it there again. */
function isUndone({ takenBack }: Approvable, saidAtMs: number): boolean {
  return takenBack !== null && takenBack !== undefined && saidAtMs <= takenBack.atMs;
}

/** What somebody said of a pull request that went elsewhere was said of another change, though its head is the same. */
function isBeforeTurn(
  saidAtMs: number,
  approved: readonly Pick<ApprovedFix, 'pull'>[],
  { fixes }: Pick<SignOffFacts, 'fixes'>,
): boolean {
  const pulls = approved.map(({ pull }) => pull);
  return (fixes ?? []).some(
    ({ pull, retargetedAtMs }) => pulls.includes(pull) && saidAtMs <= (retargetedAtMs ?? -Infinity),
  );
}

function isSignOff(review: FixReview, pull: number, facts: SignOffFacts): boolean {
  const { by, isAdmin, submittedAtMs } = review;
  const isInTime = facts.beforeMs === null || submittedAtMs < facts.beforeMs;
  if (!isAdmin || !isInTime || isBeforeTurn(submittedAtMs, [{ pull }], facts)) return false;
  return refuseOwnFix(by, [{ pull }], facts) === null;
}

function distinct(people: readonly Person[]): Person[] {
  return [...new Map(people.map((person) => [person.id, person])).values()];
}
