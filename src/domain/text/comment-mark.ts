import type { Watermark } from '../watermark.ts';

/** The mark of the status card, of which an issue has one. */
export const CARD_KEY = 'card';

const KEY = String.raw`[\w.:-]{1,200}`;
const WHOLE_KEY = new RegExp(`^${KEY}$`, 'u');
const MARK = new RegExp(`<!-- tonic:(${KEY}) -->`, 'gu');
const LAST = new RegExp(String.raw`<!-- tonic:(${KEY}) -->\s*$`, 'u');
/** Before the comment's own mark, where no text of others can come. */
const LEDGER = new RegExp(
  String.raw`<!-- tonic-ledger (\d{1,15}) (\d{1,12}) -->\s*<!-- tonic:${KEY} -->\s*$`,
  'u',
);
const AT_END = new RegExp(
  String.raw`(?:\s*<!-- tonic(?::${KEY}|-ledger \d{1,15} \d{1,12}) -->){1,2}\s*$`,
  'u',
);

/**
 * The invisible mark that says which comment it is, so that it can be found again.
 *
 * @throws Error for a key that does not fit into it.
 */
export function commentMark(key: string): string {
  if (!WHOLE_KEY.test(key)) throw new Error(`the key "${key}" does not fit into a comment's mark`);
  return `<!-- tonic:${key} -->`;
}

/** The keys of the marks in a comment, in order. Anybody can write one: only those of own comments count. */
export function markKeys(body: string): string[] {
  return [...body.matchAll(MARK)].map(([, key = '']) => key);
}

/** The key of the mark at the end of a comment, where no text of others can come; `null` where there is none. */
export function lastMarkKey(body: string): string | null {
  return LAST.exec(body)?.[1] ?? null;
}

/** Which ledger it was, by when it began, and how many commits of this system's own it had. */
export type LedgerMark = Pick<Watermark, 'beganAtMs' | 'commits'>;

/** The invisible mark of how far the ledger was when a comment was said. */
export function ledgerMark({ beganAtMs, commits }: LedgerMark): string {
  return `<!-- tonic-ledger ${beganAtMs} ${commits} -->`;
}

/** The ledger's mark of an own comment; `null` where it has none. */
export function ledgerMarkIn(body: string): LedgerMark | null {
  const [, beganAtMs, commits] = LEDGER.exec(body) ?? [];
  return beganAtMs === undefined ? null : { beganAtMs: Number(beganAtMs), commits: Number(commits) };
}

/** A comment without the marks at its end. */
export function withoutMarks(body: string): string {
  return body.replace(AT_END, '');
}
