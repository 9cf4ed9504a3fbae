import { keyOf, type Approval } from '../domain/approval.ts';
import type { Bug } from '../domain/bug.ts';
import type { OutboxEntry } from '../domain/ledger.ts';
import type { Policy } from '../domain/policy.ts';
import type { Refusal } from '../domain/reason.ts';
import { pendingAction } from '../domain/sign-off.ts';
import { renderVoid } from '../domain/text/sign-off.ts';
import { withdraw } from '../domain/withdraw.ts';
import type { Setting } from '../ports/configuration.ts';
import type { Context } from './context.ts';
import { record } from './record.ts';

/** Why words count no more, by bug and then by the word's key. */
export type VoidWords = ReadonlyMap<number, ReadonlyMap<string, Refusal>>;

/**
 * Takes void approvals off their bugs, which go back to where they wait for new ones, and tells whoever approved, once.
 * An approval that has done its work stays: what is live is not undone by it.
 */
export async function voidApprovals(context: Context, setting: Setting, found: VoidWords): Promise<void> {
  if (found.size === 0) return;
  await record(context, setting, (state) => {
    const nowMs = context.clock.nowMs();
    const changed = [...found].flatMap(([number, words]) => {
      const bug = state.bugs.get(number);
      return bug === undefined ? [] : voidWordsOf(bug, words, { policy: setting.policy, nowMs });
    });
    if (changed.length === 0) return { writes: null, message: '', result: null };
    return {
      writes: { bugs: changed.map(({ bug }) => bug), outbox: changed.flatMap(({ outbox }) => outbox) },
      message: changed
        .map(({ bug, reasons }) => `#${bug.number} approval void: ${reasons.join(', ')}`)
        .join('; '),
      result: null,
    };
  });
}

interface Voided {
  readonly bug: Bug;
  readonly outbox: readonly OutboxEntry[];
  readonly reasons: readonly string[];
}

function voidWordsOf(
  bug: Bug,
  words: ReadonlyMap<string, Refusal>,
  { policy, nowMs }: { readonly policy: Policy; readonly nowMs: number },
): Voided[] {
  const action = pendingAction(bug);
  const gone = bug.approvals.flatMap((approval) => {
    const refusal = approval.action === action ? words.get(keyOf(approval.given)) : undefined;
    return refusal === undefined ? [] : [{ approval, refusal }];
  });
  if (gone.length === 0) return [];
  const reasons = gone.map(({ refusal }) => refusal.reason);
  const note = `approval void: ${reasons.join(', ').replaceAll('_', ' ')}`;
  const isGone = (approval: Approval) => gone.some((each) => each.approval === approval);
  return [
    {
      bug: withdraw(bug, isGone, { policy, atMs: nowMs, by: null, note }),
      outbox: gone.map(({ approval, refusal }) => ({
        id: `void-${bug.number}-${keyOf(approval.given)}`,
        issue: bug.number,
        createdAtMs: nowMs,
        action: { kind: 'comment', body: renderVoid(approval, refusal) },
      })),
      reasons,
    },
  ];
}
