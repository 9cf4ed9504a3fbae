import { commentKey, keyOf, type Approval } from '../domain/approval.ts';
import type { Bug } from '../domain/bug.ts';
import { refuse } from '../domain/reason.ts';
import { VOID_WORDS } from '../domain/text/sign-off.ts';
import type { Context } from './context.ts';
import { voidApprovals } from './void-approvals.ts';
import { voidRelease } from './void-release.ts';

interface ChangedComment {
  readonly issue: number;
  readonly id: number;
  readonly how: 'edited' | 'deleted';
}

/**
 * Handles a comment that was edited or deleted: an approval that stood in it no longer counts, on whichever bugs or
 * pull request, and each goes back to where it waits for a new one.
 */
export async function guardComment(context: Context, changed: ChangedComment): Promise<void> {
  const { bugs, pulls } = await context.ledger.recent();
  const reason = changed.how === 'edited' ? 'comment_edited' : 'comment_deleted';
  const refusal = refuse(reason, VOID_WORDS[reason]);
  const release = pulls.get(changed.issue);
  const word = new Map([[commentKey(changed.id), refusal]]);
  if (release !== undefined && hasApproval(release, changed.id))
    await voidRelease(context, await context.configuration.load(), { pull: changed.issue, words: word });
  const approved = [...bugs.values()].filter((bug) => hasApproval(bug, changed.id));
  if (approved.length === 0) return;
  await voidApprovals(
    context,
    await context.configuration.load(),
    new Map(approved.map((bug) => [bug.number, word])),
  );
}

function hasApproval({ approvals }: Pick<Bug, 'approvals'>, commentId: number): boolean {
  return approvals.some((approval) => isIn(approval, commentId));
}

function isIn({ given }: Approval, commentId: number): boolean {
  return keyOf(given) === commentKey(commentId);
}
