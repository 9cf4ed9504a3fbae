import { commentKey, keyOf, type Approval } from '../domain/approval.ts';
import type { Bug } from '../domain/bug.ts';
import type { PullEntry } from '../domain/ledger.ts';
import { refuse, type Refusal } from '../domain/reason.ts';
import { renderVoid, VOID_WORDS } from '../domain/text/sign-off.ts';
import type { Context } from './context.ts';
import { record } from './record.ts';
import { voidApprovals } from './void-approvals.ts';

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
  if (release !== undefined && hasApproval(release, changed.id)) await voidRelease(context, changed, refusal);
  const approved = [...bugs.values()].filter((bug) => hasApproval(bug, changed.id));
  if (approved.length === 0) return;
  const word = new Map([[commentKey(changed.id), refusal]]);
  await voidApprovals(
    context,
    await context.configuration.load(),
    new Map(approved.map((bug) => [bug.number, word])),
  );
}

/** The pull request's check closes with the commit. */
async function voidRelease(context: Context, changed: ChangedComment, refusal: Refusal): Promise<void> {
  const setting = await context.configuration.load();
  await record(context, setting, (state) => {
    const release = state.pulls.get(changed.issue);
    const found = release?.approvals.find((approval) => isIn(approval, changed.id));
    if (release === undefined || found === undefined) return { writes: null, message: '', result: null };
    const approvals = release.approvals.filter((approval) => approval !== found);
    return {
      writes: {
        pulls: [{ ...release, approvals }],
        outbox: [voidEntry(found, refusal, { pull: changed.issue, nowMs: context.clock.nowMs() })],
      },
      message: `#${changed.issue} approval void: ${refusal.reason}`,
      result: null,
    };
  });
}

function voidEntry(
  gone: Approval,
  refusal: Refusal,
  { pull, nowMs }: { readonly pull: number; readonly nowMs: number },
): PullEntry {
  return {
    id: `void-${pull}-${keyOf(gone.given)}`,
    issue: pull,
    createdAtMs: nowMs,
    action: { kind: 'comment_on_pull', body: renderVoid(gone, refusal), sinceMs: gone.writtenAtMs },
  };
}

function hasApproval({ approvals }: Pick<Bug, 'approvals'>, commentId: number): boolean {
  return approvals.some((approval) => isIn(approval, commentId));
}

function isIn({ given }: Approval, commentId: number): boolean {
  return keyOf(given) === commentKey(commentId);
}
