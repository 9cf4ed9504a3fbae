/** GitHub's limit of a comment, characters. Longer ones are refused. */
const BODY_LIMIT = 65_536;

/** The mark of the status card, of which an issue has one. */
export const CARD_KEY = 'card';

const NOTE = '\n\n_The rest is cut: GitHub takes no longer comment._';
const KEY = /^[\w.:-]{1,200}$/u;

/**
 * A comment as it is posted: cut to GitHub's limit, with an invisible mark at its end that says which it is, so that
 * it can be found again.
 *
 * @throws Error for a key that does not fit into the mark.
 */
export function markedBody(key: string, body: string): string {
  if (!KEY.test(key)) throw new Error(`the key "${key}" does not fit into a comment's mark`);
  const mark = `\n\n<!-- tonic:${key} -->`;
  return `${cutTo(BODY_LIMIT - mark.length, body)}${mark}`;
}

/** The keys of the marks in a comment, in order. Anybody can write one: only those of own comments count. */
export function markKeys(body: string): string[] {
  return [...body.matchAll(/<!-- tonic:([\w.:-]{1,200}) -->/gu)].map(([, key = '']) => key);
}

function cutTo(limit: number, body: string): string {
  if (body.length <= limit) return body;
  // Room for the end of a code block that the cut would leave open.
  const kept = body.slice(0, limit - NOTE.length - 4).replace(/[\uD800-\uDBFF]$/u, '');
  const isInCode = (kept.match(/^```/gmu)?.length ?? 0) % 2 === 1;
  return `${kept}${isInCode ? '\n```' : ''}${NOTE}`;
}
