import type { Actor } from '../auth/actor.ts';
import type { Author } from '../auth/author.ts';
import { forbidden, unprocessable } from '../error.ts';
import type { IssueComment } from '../model/issue.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity } from '../world.ts';
import { announceComment, announceCommentEdit } from './announce.ts';
import { recordEdit } from './comment-edit.ts';
import type { CommentPlace, IssuePlace } from './find.ts';
import { authorWhoMay, issueNeed } from './need.ts';
import { recordTimeline } from './record.ts';
import { checkBody } from './text.ts';

/** Comments on an issue or a pull. Everybody who can read may, except on a locked one. */
export function addComment(
  kernel: Kernel,
  place: IssuePlace,
  given: { body: string; actor: Actor },
): IssueComment {
  const { repository, issue } = place;
  const role = issue.locked ? 'write' : 'read';
  const author = authorWhoMay(kernel, given.actor, { repository, need: issueNeed(issue, role) });
  checkComment(given.body);
  const now = kernel.clock.now();
  const comment: IssueComment = {
    ...nextIdentity(kernel.world, 'IssueComment'),
    body: given.body,
    authorId: author.account.id,
    viaAppId: author.app?.id ?? null,
    createdAt: now,
    updatedAt: now,
    lastEditedAt: null,
    pin: null,
    reactions: [],
  };
  issue.comments.push(comment);
  issue.updatedAt = now;
  announceComment(kernel, { ...place, comment }, { action: 'created', author });
  return comment;
}

/** Rewrites a comment: one's own, or anybody's with write. The same text again changes nothing but is announced. */
export function editComment(
  kernel: Kernel,
  place: CommentPlace,
  given: { body: string; actor: Actor },
): void {
  const author = authorWhoMayChange(kernel, place, given.actor);
  checkComment(given.body);
  const { comment, issue } = place;
  const before = comment.body;
  comment.body = given.body;
  comment.updatedAt = kernel.clock.now();
  comment.lastEditedAt = comment.updatedAt;
  issue.updatedAt = comment.updatedAt;
  recordEdit(kernel, place, { before, editorId: author.account.id });
  announceCommentEdit(kernel, place, { before, author });
}

/** Deletes a comment: one's own, or anybody's with write. */
export function deleteComment(kernel: Kernel, place: CommentPlace, actor: Actor): void {
  const author = authorWhoMayChange(kernel, place, actor);
  const { issue, comment } = place;
  issue.comments = issue.comments.filter((one) => one !== comment);
  recordTimeline(kernel, issue, {
    event: 'comment_deleted',
    author,
    detail: { commentAuthorId: comment.authorId },
  });
  announceComment(kernel, place, { action: 'deleted', author });
}

/** Pins a comment to the top of its issue in place of the one that was; again changes nothing. */
export function pinComment(kernel: Kernel, place: CommentPlace, actor: Actor): void {
  const { repository, issue, comment } = place;
  const author = authorWhoMay(kernel, actor, { repository, need: issueNeed(issue, 'triage') });
  if (comment.pin) return;
  for (const other of issue.comments.filter((one) => one.pin)) {
    other.pin = null;
    announceComment(kernel, { ...place, comment: other }, { action: 'unpinned', author });
  }
  comment.pin = { at: kernel.clock.now(), byId: author.account.id };
  announceComment(kernel, place, { action: 'pinned', author });
}

/** Takes the pin away; a comment without one changes nothing. */
export function unpinComment(kernel: Kernel, place: CommentPlace, actor: Actor): void {
  const { repository, issue, comment } = place;
  const author = authorWhoMay(kernel, actor, { repository, need: issueNeed(issue, 'triage') });
  if (!comment.pin) return;
  comment.pin = null;
  announceComment(kernel, place, { action: 'unpinned', author });
}

function authorWhoMayChange(
  kernel: Kernel,
  { repository, issue, comment }: CommentPlace,
  actor: Actor,
): Author {
  const reader = authorWhoMay(kernel, actor, { repository, need: issueNeed(issue, 'read') });
  if (reader.account.id === comment.authorId || actor.kind === 'installation') return reader;
  try {
    return authorWhoMay(kernel, actor, { repository, need: issueNeed(issue, 'write') });
  } catch {
    throw forbidden('Must have admin rights to Repository.');
  }
}

function checkComment(body: string): void {
  if (body.trim() === '') {
    throw unprocessable('Validation Failed', [
      { resource: 'IssueComment', code: 'unprocessable', field: 'data', message: 'Body cannot be blank' },
    ]);
  }
  checkBody('IssueComment', body);
}
