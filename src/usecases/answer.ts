import type { Context } from './context.ts';

/**
 * Answers a comment on an issue that the ledger does not hold, once: the answer's own marker on the issue is
 * looked for first.
 */
export async function answerOutsideLedger(
  context: Context,
  comment: { readonly issue: number; readonly id: number },
  body: string,
): Promise<void> {
  const key = `answer-${comment.id}`;
  const [issue] = await context.observer.issues([comment.issue]);
  if (issue === undefined || issue.comments.some((each) => each.body.includes(markerOf(key)))) return;
  await context.issues.react(comment.id, 'eyes');
  await context.issues.apply([{ issue: comment.issue, comments: [{ key, body }] }]);
}

/** The invisible end of every comment that this system posts. */
export function markerOf(key: string): string {
  return `<!-- tonic:${key} -->`;
}
