import type { SlotId } from './calendar.ts';
import type { Flow } from './flow.ts';
import type { Person } from './person.ts';
import type { EnvironmentName, Policy } from './policy.ts';

export type ApprovalAction = 'approve_prod' | 'approve_uat_merge' | 'approve_release' | 'approve_hotfix';

/** The environment that an approval lets something into. */
export const APPROVED_ENVIRONMENT: Readonly<Record<ApprovalAction, EnvironmentName>> = {
  approve_prod: 'prod',
  approve_uat_merge: 'uat',
  approve_release: 'prod',
  approve_hotfix: 'prod',
};

/** How a person gave their word, with what it takes to find it again. */
export type Given =
  | {
      readonly kind: 'comment';
      /** The issue or pull request that it stands on. */
      readonly issue: number;
      readonly id: number;
      /** SHA-256 of the text as it was written, hexadecimal; an edit shows. */
      readonly bodyHash: string;
    }
  | {
      readonly kind: 'button';
      /** The webhook's unique id: the same press that is delivered again is the same word. */
      readonly delivery: string;
      readonly checkRun: number;
    }
  | { readonly kind: 'dashboard'; readonly request: string };

/** Names the word that a comment holds. */
export function commentKey(id: number): string {
  return `comment-${id}`;
}

/** Names a person's word: each counts once. */
export function keyOf(given: Given): string {
  switch (given.kind) {
    case 'comment':
      return commentKey(given.id);
    case 'button':
      return `button-${given.delivery}`;
    case 'dashboard':
      return `dashboard-${given.request}`;
    default:
      return given satisfies never;
  }
}

/** The change that an approval is for. */
export interface ApprovedFix {
  readonly pull: number;
  /** What was looked at: commits on the branch, or the head of the pull request. */
  readonly commits: readonly string[];
  readonly patchId: string | null;
  /** Tree of a pull request's head; `null` for commits on a branch, whose names say it all. */
  readonly tree: string | null;
}

/** What was approved beside the commits: the way they go, and what is run to put them live. */
export interface ApprovedPlan {
  readonly flow: Flow | null;
  readonly branch: string;
  readonly githubEnvironment: string;
  readonly commandsHash: string;
}

/** An admin's word for exactly one change. */
export interface Approval {
  readonly action: ApprovalAction;
  readonly environment: EnvironmentName;
  readonly by: Person;
  readonly given: Given;
  /** GitHub's time of the word. */
  readonly writtenAtMs: number;
  /** The slot it counts for, a later one takes it too; `null` where no slot acts on it. */
  readonly slot: SlotId | null;
  readonly fixes: readonly ApprovedFix[];
  readonly plan: ApprovedPlan;
}

/** The plan of an approval that is given now. */
export function planFor(action: ApprovalAction, flow: Flow | null, policy: Policy): ApprovedPlan {
  const { branch, githubEnvironment, commandsHash } = policy.environments[APPROVED_ENVIRONMENT[action]];
  return { flow, branch, githubEnvironment, commandsHash };
}

/** What is known about an approval when a slot is about to act on it. */
export interface ApprovalFacts {
  /** The comment as it is now; `null` when it is gone, and for a word that was no comment. */
  readonly comment: { readonly bodyHash: string; readonly edited: boolean; readonly authorId: number } | null;
  readonly stillAdmin: boolean;
}

type VoidReason = 'comment_deleted' | 'comment_edited' | 'approver_lost_role';

/** Tells why a person's word does not count any more, `null` while it does: same words, same person with the role. */
export function findVoid(approval: Approval, { comment, stillAdmin }: ApprovalFacts): VoidReason | null {
  if (approval.given.kind === 'comment') {
    if (comment === null) return 'comment_deleted';
    const isSame = comment.bodyHash === approval.given.bodyHash && comment.authorId === approval.by.id;
    if (comment.edited || !isSame) return 'comment_edited';
  }
  return stillAdmin ? null : 'approver_lost_role';
}

/** Names what differs between the plan that was approved and the one of today; empty when they are the same. */
export function planChanges(approved: ApprovedPlan, now: ApprovedPlan): string[] {
  return [
    ...(approved.flow === now.flow ? [] : ['the flow']),
    ...(approved.branch === now.branch ? [] : ['the branch']),
    ...(approved.githubEnvironment === now.githubEnvironment ? [] : ['the GitHub Environment']),
    ...(approved.commandsHash === now.commandsHash ? [] : ['the deploy or verify command']),
  ];
}

/** Tells whether two descriptions name the same pull requests with the same changes. */
export function isSameFix(left: readonly ApprovedFix[], right: readonly ApprovedFix[]): boolean {
  if (left.length === 0 || left.length !== right.length) return false;
  return isCovered(left, right) && isCovered(right, left);
}

function isCovered(fixes: readonly ApprovedFix[], by: readonly ApprovedFix[]): boolean {
  return fixes.every((fix) => by.some((other) => other.pull === fix.pull && isSameChange(fix, other)));
}

/**
 * The same commits; or others that change the same and lead to the same files, as when only a message was amended.
 * An equal patch id alone is not enough: it says nothing of white space and of where in a file a change lies.
 */
function isSameChange(left: ApprovedFix, right: ApprovedFix): boolean {
  if (
    left.commits.length === right.commits.length &&
    left.commits.every((oid, i) => oid === right.commits[i])
  ) {
    return true;
  }
  const isSameTree = left.tree !== null && left.tree === right.tree;
  return isSameTree && left.patchId !== null && left.patchId === right.patchId;
}
