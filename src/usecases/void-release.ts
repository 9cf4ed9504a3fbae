import { keyOf, type Approval } from '../domain/approval.ts';
import type { PullEntry } from '../domain/ledger.ts';
import type { Refusal } from '../domain/reason.ts';
import { renderVoid } from '../domain/text/sign-off.ts';
import type { Setting } from '../ports/configuration.ts';
import type { Context } from './context.ts';
import { record } from './record.ts';

/**
 * Takes void words off a pull request that is signed off by itself, and tells whoever gave them there, once. Its check
 * closes with the commit. `words`: why each counts no more, by its key.
 */
export async function voidRelease(
  context: Context,
  setting: Setting,
  { pull, words }: { readonly pull: number; readonly words: ReadonlyMap<string, Refusal> },
): Promise<void> {
  if (words.size === 0) return;
  await record(context, setting, (state) => {
    const release = state.pulls.get(pull);
    const gone = (release?.approvals ?? []).flatMap((approval) => {
      const refusal = words.get(keyOf(approval.given));
      return refusal === undefined ? [] : [{ approval, refusal }];
    });
    if (release === undefined || gone.length === 0) return { writes: null, message: '', result: null };
    const nowMs = context.clock.nowMs();
    const approvals = release.approvals.filter((each) => gone.every(({ approval }) => approval !== each));
    return {
      writes: {
        pulls: [{ ...release, approvals }],
        outbox: gone.map(({ approval, refusal }) => voidEntry(approval, refusal, { pull, nowMs })),
      },
      message: `#${pull} approval void: ${gone.map(({ refusal }) => refusal.reason).join(', ')}`,
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
