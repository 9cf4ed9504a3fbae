import type { LedgerState } from '../domain/ledger.ts';
import { ledgerMark } from '../domain/text/comment-mark.ts';
import type { IssueEdit } from '../ports/github.ts';

/** A comment with an invisible mark of how far the ledger was when it was said; unchanged where nobody knows. */
export function withLedgerMark(body: string, state: LedgerState | null): string {
  const mark = state?.watermark ?? { beganAtMs: 0, commits: 0 };
  return mark.commits === 0 ? body : `${body}\n\n${ledgerMark(mark)}`;
}

/** The edit with the mark on all that it says. */
export function withLedgerMarks(edit: IssueEdit, state: LedgerState | null): IssueEdit {
  const { comments, card } = edit;
  const marked = <T extends { readonly body: string }>(each: T): T => ({
    ...each,
    body: withLedgerMark(each.body, state),
  });
  return {
    ...edit,
    ...(comments === undefined ? {} : { comments: comments.map(marked) }),
    ...(card === undefined ? {} : { card: marked(card) }),
  };
}
