import { commentKey, keyOf, type Approval } from '../domain/approval.ts';
import type { Bug } from '../domain/bug.ts';
import { refuse } from '../domain/reason.ts';
import { VOID_WORDS } from '../domain/text/sign-off.ts';
import type { Context } from './context.ts';
import { voidApprovals } from './void-approvals.ts';

interface ChangedComment {
  readonly issue: number;
  readonly id: number;
  readonly how: 'edited' | 'deleted';
}

/**
 * Handles a comment that was edited or deleted: an approval that stood in it no longer counts, on whichever bugs, and
 * each goes back to where it waits for a new one.
 */
export async function guardComment(context: Context, changed: ChangedComment): Promise<void> {
  const { bugs } = await context.ledger.recent();
  const approved = [...bugs.values()].filter((bug) => hasApproval(bug, changed.id));
  if (approved.length === 0) return;
  const reason = changed.how === 'edited' ? 'comment_edited' : 'comment_deleted';
  const word = new Map([[commentKey(changed.id), refuse(reason, VOID_WORDS[reason])]]);
  await voidApprovals(
    context,
    await context.configuration.load(),
    new Map(approved.map((bug) => [bug.number, word])),
  );
}

function hasApproval({ approvals }: Bug, commentId: number): boolean {
  return approvals.some(({ given }: Approval) => keyOf(given) === commentKey(commentId));
}
