import { commentKey, keyOf, type Approval } from '../domain/approval.ts';
import { move } from '../domain/decision.ts';
import type { Bug } from '../domain/bug.ts';
import { isFinal, statusAfter } from '../domain/status.ts';
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
      .flatMap((bug) => withoutApproval(bug, changed, nowMs) ?? []);
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
function withoutApproval(bug: Bug, { id, how }: ChangedComment, nowMs: number): Bug | null {
  const gone = bug.approvals.find((approval) => stoodIn(approval, id));
  if (gone === undefined || !isPending(bug, gone)) return null;
  const rest = { ...bug, approvals: bug.approvals.filter((approval) => approval !== gone) };
  if (rest.approvals.some((approval) => approval.action === gone.action)) return rest;
  const event = gone.action === 'approve_prod' ? 'withdraw_prod' : 'withdraw_uat_merge';
  const stays = gone.action === 'approve_prod' && bug.flow === 2;
  if (stays || statusAfter(event, bug.status, bug.flow) === null) return rest;
  return move(rest, event, { atMs: nowMs, by: null, note: `approving comment ${how}` });
}

function isPending(bug: Bug, approval: Approval): boolean {
  return approval.action === 'approve_prod'
    ? bug.status === 'pending_prod' || bug.status === 'planned'
    : bug.status === 'pending_uat_merge';
}
