import type { Author } from '../auth/author.ts';
import type { Account } from '../model/account.ts';
import type { Label } from '../model/issue.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseUser } from '../serialise/account.ts';
import { serialiseComment, serialiseIssue } from '../serialise/issue.ts';
import { serialiseLabel } from '../serialise/label.ts';
import { serialisePull, serialisePullSimple } from '../serialise/pull.ts';
import { emit } from '../webhook/emit.ts';
import type { CommentPlace, IssuePlace } from './find.ts';

/** Texts before an edit, by field. */
export type Changes = { title?: { from: string }; body?: { from: string } };

/** Sends `issues.labeled`, or `pull_request.labeled` for a pull; the same for `unlabeled`. */
export function announceLabel(
  kernel: Kernel,
  place: IssuePlace,
  change: { action: 'labeled' | 'unlabeled'; label: Label; author: Author },
): void {
  const label = serialiseLabel(kernel, place.repository, change.label);
  const pull = payloadPull(kernel, place);
  const where = whereOf(place, change.author);
  if (pull) emit(kernel, `pull-request/${change.action}`, { ...where, body: { ...pull, label } });
  else
    emit(kernel, `issues/${change.action}`, {
      ...where,
      body: { issue: payloadIssue(kernel, place), label },
    });
}

/** Sends `assigned` or `unassigned` of an issue or a pull. */
export function announceAssignee(
  kernel: Kernel,
  place: IssuePlace,
  change: { action: 'assigned' | 'unassigned'; assignee: Account; author: Author },
): void {
  const assignee = serialiseUser(kernel, change.assignee);
  const pull = payloadPull(kernel, place);
  const where = whereOf(place, change.author);
  if (pull) emit(kernel, `pull-request/${change.action}`, { ...where, body: { ...pull, assignee } });
  else
    emit(kernel, `issues/${change.action}`, {
      ...where,
      body: { issue: payloadIssue(kernel, place), assignee },
    });
}

/** Sends `issues.opened`, `closed`, `reopened`; pulls send their own. */
export function announceIssue(
  kernel: Kernel,
  place: IssuePlace,
  change: { action: 'opened' | 'closed' | 'reopened'; author: Author },
): void {
  if (place.issue.isPull) return;
  emit(kernel, `issues/${change.action}`, {
    ...whereOf(place, change.author),
    body: { issue: payloadIssue(kernel, place) },
  });
}

/** Sends `edited` of an issue or a pull with what it said before. */
export async function announceEdit(
  kernel: Kernel,
  place: IssuePlace,
  change: { changes: Changes; author: Author },
): Promise<void> {
  const { repository, issue } = place;
  const where = whereOf(place, change.author);
  const { changes } = change;
  const pull = repository.pulls.find((one) => one.number === issue.number);
  if (!pull)
    return emit(kernel, 'issues/edited', { ...where, body: { issue: payloadIssue(kernel, place), changes } });
  const pull_request = await serialisePull(kernel, repository, { pull, issue });
  emit(kernel, 'pull-request/edited', { ...where, body: { number: issue.number, pull_request, changes } });
}

/** Sends `issue_comment`, for issues and pulls alike. */
export function announceComment(
  kernel: Kernel,
  place: CommentPlace,
  change: { action: 'created' | 'deleted' | 'pinned' | 'unpinned'; author: Author },
): void {
  emit(kernel, `issue-comment/${change.action}`, {
    ...whereOf(place, change.author),
    body: { issue: payloadIssue(kernel, place), comment: payloadComment(kernel, place) },
  });
}

/** Sends `issue_comment.edited` with the text before. */
export function announceCommentEdit(
  kernel: Kernel,
  place: CommentPlace,
  change: { before: string; author: Author },
): void {
  emit(kernel, 'issue-comment/edited', {
    ...whereOf(place, change.author),
    body: {
      issue: payloadIssue(kernel, place),
      comment: payloadComment(kernel, place),
      changes: { body: { from: change.before } },
    },
  });
}

function whereOf({ repository }: IssuePlace, author: Author) {
  return { repository, sender: author.account, workflowRunId: author.workflowRunId };
}

function payloadPull(kernel: Kernel, { repository, issue }: IssuePlace) {
  const pull = repository.pulls.find((one) => one.number === issue.number);
  if (!pull) return null;
  return { number: issue.number, pull_request: serialisePullSimple(kernel, repository, { pull, issue }) };
}

/**
 * The published webhook types describe some fields as two different things at once, and list fewer App events and
 * permissions than Apps have: those fields are taken as they are, all others are checked.
 */
type Published<T> = {
  [K in keyof T]: K extends
    | 'performed_via_github_app'
    | 'assignees'
    | 'labels'
    | 'assignee'
    | 'user'
    | 'head'
    | 'base'
    | 'pinned_comment'
    ? never
    : T[K];
};

function payloadIssue(kernel: Kernel, { repository, issue }: IssuePlace) {
  const serialised = serialiseIssue(kernel, repository, issue);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see Published
  return serialised as Published<typeof serialised>;
}

function payloadComment(kernel: Kernel, place: CommentPlace) {
  const serialised = serialiseComment(kernel, place);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see Published
  return serialised as Published<typeof serialised>;
}
