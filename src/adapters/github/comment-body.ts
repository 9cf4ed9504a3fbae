import { commentMark } from '../../domain/text/comment-mark.ts';

/** GitHub's limit of a comment, characters. Longer ones are refused. */
const BODY_LIMIT = 65_536;

const NOTE = '\n\n_The rest is cut: GitHub takes no longer comment._';

/**
 * A comment as it is posted: cut to GitHub's limit, with an invisible mark at its end that says which it is, so that
 * it can be found again.
 *
 * @throws Error for a key that does not fit into the mark.
 */
export function markedBody(key: string, body: string): string {
  const mark = `\n\n${commentMark(key)}`;
  return `${cutTo(BODY_LIMIT - mark.length, body)}${mark}`;
}

function cutTo(limit: number, body: string): string {
  if (body.length <= limit) return body;
  // Room for the end of a code block that the cut would leave open.
  const kept = body.slice(0, limit - NOTE.length - 4).replace(/[\uD800-\uDBFF]$/u, '');
  const isInCode = (kept.match(/^```/gmu)?.length ?? 0) % 2 === 1;
  return `${kept}${isInCode ? '\n```' : ''}${NOTE}`;
}
