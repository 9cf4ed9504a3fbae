import type { LedgerState } from '../domain/ledger.ts';
import type { Watermark } from '../domain/watermark.ts';
import type { IssueEdit } from '../ports/github.ts';

/** Before the comment's own mark, where no text of others can come. */
const MARK = /<!-- tonic-ledger (\d{1,15}) (\d{1,12}) -->\s*<!-- tonic:[\w.:-]{1,200} -->\s*$/u;

/** Which ledger it was, by when it began, and how many commits of this system's own it had. */
export type LedgerMark = Pick<Watermark, 'beganAtMs' | 'commits'>;

/** A comment with an invisible mark of how far the ledger was when it was said; unchanged where nobody knows. */
export function withLedgerMark(body: string, state: LedgerState | null): string {
  const { beganAtMs, commits } = state?.watermark ?? { beganAtMs: 0, commits: 0 };
  return commits === 0 ? body : `${body}\n\n<!-- tonic-ledger ${beganAtMs} ${commits} -->`;
}

/** The mark of an own comment; `null` where it has none. */
export function ledgerMarkIn(body: string): LedgerMark | null {
  const [, beganAtMs, commits] = MARK.exec(body) ?? [];
  return beganAtMs === undefined ? null : { beganAtMs: Number(beganAtMs), commits: Number(commits) };
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
