import { commentKey } from '../domain/approval.ts';
import type { PullEntry } from '../domain/ledger.ts';
import { commentMark } from '../domain/text/comment-mark.ts';
import type { IssueFacts } from '../ports/github.ts';
import type { Context } from './context.ts';

/** GitHub's clock may be behind that of whoever writes the ledger. */
const CLOCKS_APART_MS = 5 * 60_000;

/**
 * Answers a comment on an issue that the ledger does not hold, once: the answer's own marker on the issue is
 * looked for first.
 */
export async function answerOutsideLedger(
  context: Context,
  comment: { readonly issue: number; readonly id: number },
  body: string,
): Promise<void> {
  const key = noteKey(commentKey(comment.id));
  const [issue] = await context.observer.issues([comment.issue]);
  if (issue === undefined || isPosted(issue, key)) return;
  await context.issues.react(comment.id, 'eyes');
  await context.issues.apply([{ issue: comment.issue, comments: [{ key, body }] }]);
}

/** The answer to a comment on a pull request, for the commit that carries the comment out. */
export function pullAnswer(
  comment: { readonly issue: number; readonly id: number; readonly writtenAtMs: number },
  { body, nowMs }: { readonly body: string; readonly nowMs: number },
): PullEntry {
  return {
    id: answerKey(commentKey(comment.id)),
    issue: comment.issue,
    createdAtMs: nowMs,
    action: { kind: 'comment_on_pull', body, sinceMs: comment.writtenAtMs },
  };
}

/** News for a pull request, for the commit that is their cause. */
export function pullNews(
  id: string,
  pull: number,
  { body, atMs }: { readonly body: string; readonly atMs: number },
): PullEntry {
  const action = { kind: 'comment_on_pull', body, sinceMs: atMs - CLOCKS_APART_MS } as const;
  return { id, issue: pull, createdAtMs: atMs, action };
}

/** Answers a comment on a pull request that no commit carries out, once. */
export async function answerOnPull(
  { issues }: Context,
  comment: { readonly issue: number; readonly id: number; readonly writtenAtMs: number },
  body: string,
): Promise<void> {
  const { issue: pull, writtenAtMs: sinceMs } = comment;
  await issues.react(comment.id, 'eyes');
  await issues.sayOnPull(pull, { key: answerKey(commentKey(comment.id)), body, sinceMs });
}

/** The mark of the answer to a word, from the word's own key. */
export function answerKey(key: string): string {
  return `answer-${key}`;
}

/** The mark of an answer to a word that the ledger does not have. */
function noteKey(key: string): string {
  return `note-${key}`;
}

/** The marks of every kind of answer to a word. */
export function answerKeys(key: string): readonly string[] {
  return [answerKey(key), noteKey(key)];
}

/** Tells whether this system posted the comment with this key. Whoever copies the marker hides nothing. */
export function isPosted({ comments }: Pick<IssueFacts, 'comments'>, key: string): boolean {
  const marker = commentMark(key);
  return comments.some((comment) => comment.isOwn && comment.body.includes(marker));
}
