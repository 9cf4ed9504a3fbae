import { commentKey, keyOf, type Approval } from '../domain/approval.ts';
import type { Bug } from '../domain/bug.ts';
import type { Policy } from '../domain/policy.ts';
import { pendingAction } from '../domain/sign-off.ts';
import { isFinal } from '../domain/status.ts';
import { withdraw } from '../domain/withdraw.ts';
import type { Context } from './context.ts';
import { record } from './record.ts';

interface ChangedComment {
  readonly issue: number;
  readonly id: number;
  readonly how: 'edited' | 'deleted';
}

/**
 * Handles a comment that was edited or deleted: an approval that stood in it no longer counts, and the bug goes back
 * to where it waits for a new one.
 */
export async function guardComment(context: Context, changed: ChangedComment): Promise<void> {
  const recent = await context.ledger.recent();
  const stands = [...recent.bugs.values()].some((bug) => hasApproval(bug, changed.id));
  if (!stands) return;
  const setting = await context.configuration.load();
  await record(context, setting, (state) => {
    const nowMs = context.clock.nowMs();
    const bugs = [...state.bugs.values()]
      .filter((bug) => hasApproval(bug, changed.id) && !isFinal(bug.status, bug.flow))
      .flatMap((bug) => withoutApproval(bug, changed, { policy: setting.policy, nowMs }) ?? []);
    if (bugs.length === 0) return { writes: null, message: '', result: null };
    return {
      writes: {
        bugs,
        outbox: bugs.map((bug) => ({
          id: `void-${changed.id}-${bug.number}`,
          issue: bug.number,
          createdAtMs: nowMs,
          action: {
            kind: 'comment' as const,
            body: `The approving comment was ${changed.how}, so the approval no longer counts. Say it again in a new comment if it stands.`,
          },
        })),
      },
      message: `approval in comment ${changed.id} is void: ${changed.how}`,
      result: null,
    };
  });
}

function hasApproval(bug: Bug, commentId: number): boolean {
  return bug.approvals.some((approval) => stoodIn(approval, commentId));
}

function stoodIn({ given }: Approval, commentId: number): boolean {
  return keyOf(given) === commentKey(commentId);
}

/** `null` when the approval has done its work: what is live stays live. */
function withoutApproval(
  bug: Bug,
  { id, how }: ChangedComment,
  { policy, nowMs }: { readonly policy: Policy; readonly nowMs: number },
): Bug | null {
  const isGone = (approval: Approval) => stoodIn(approval, id) && approval.action === pendingAction(bug);
  if (!bug.approvals.some(isGone)) return null;
  return withdraw(bug, isGone, { policy, atMs: nowMs, by: null, note: `approving comment ${how}` });
}
