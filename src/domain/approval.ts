import type { Person } from './person.ts';
import type { SlotId } from './calendar.ts';

export type ApprovalAction = 'approve_prod' | 'approve_uat_merge';

/** The change that an approval is for: equal patch ids are the same change wherever it lies. */
export interface ApprovedFix {
  readonly pull: number;
  /** What was looked at: commits on the branch, or the head of the pull request. */
  readonly commits: readonly string[];
  readonly patchId: string | null;
}

/** An admin's word for exactly one change. */
export interface Approval {
  readonly action: ApprovalAction;
  readonly by: Person;
  /** The comment that says so; for a review its id, see `source`. */
  readonly commentId: number;
  readonly source: 'comment' | 'review' | 'button';
  /** SHA-256 of the text as it was written, hexadecimal; an edit shows. */
  readonly bodyHash: string;
  /** GitHub's time of the comment. */
  readonly writtenAtMs: number;
  /** The slot it counts for; a later one takes it too. */
  readonly slot: SlotId;
  readonly fixes: readonly ApprovedFix[];
}

/** What is known about an approval when a slot is about to act on it. */
export interface ApprovalFacts {
  /** The comment as it is now; `null` when it is gone. */
  readonly comment: { readonly bodyHash: string; readonly edited: boolean; readonly authorId: number } | null;
  readonly stillAdmin: boolean;
  /** The fix as it is now. */
  readonly fixes: readonly ApprovedFix[];
}

export type ApprovalVerdict =
  | { readonly kind: 'valid' }
  | {
      readonly kind: 'void';
      readonly reason: 'comment_deleted' | 'comment_edited' | 'approver_lost_role' | 'fix_changed';
    };

/** Tells whether an approval still counts: same words, same person with the role, same fix. */
export function judgeApproval(approval: Approval, facts: ApprovalFacts): ApprovalVerdict {
  const { comment } = facts;
  if (comment === null) return { kind: 'void', reason: 'comment_deleted' };
  if (comment.edited || comment.bodyHash !== approval.bodyHash || comment.authorId !== approval.by.id) {
    return { kind: 'void', reason: 'comment_edited' };
  }
  if (!facts.stillAdmin) return { kind: 'void', reason: 'approver_lost_role' };
  return isSameFix(approval.fixes, facts.fixes) ? { kind: 'valid' } : { kind: 'void', reason: 'fix_changed' };
}

/** Tells whether two descriptions name the same pull requests with the same changes. */
export function isSameFix(left: readonly ApprovedFix[], right: readonly ApprovedFix[]): boolean {
  if (left.length === 0 || left.length !== right.length) return false;
  return isCovered(left, right) && isCovered(right, left);
}

function isCovered(fixes: readonly ApprovedFix[], by: readonly ApprovedFix[]): boolean {
  return fixes.every((fix) => by.some((other) => other.pull === fix.pull && isSameChange(fix, other)));
}

function isSameChange(left: ApprovedFix, right: ApprovedFix): boolean {
  if (
    left.commits.length === right.commits.length &&
    left.commits.every((oid, i) => oid === right.commits[i])
  ) {
    return true;
  }
  return left.patchId !== null && left.patchId === right.patchId;
}
