import type { Message, Span } from './render.ts';

/** The lines of a message in at most `longest` UTF-16 units of text; what was cut off is a `…` at the end. */
export function cutLines({ lines }: Pick<Message, 'lines'>, longest: number): readonly (readonly Span[])[] {
  const kept: Span[][] = [];
  let left = longest;
  for (const line of lines) {
    const spans: Span[] = [];
    kept.push(spans);
    for (const span of line) {
      if (span.text.length > left - 1) {
        const text = `${span.text.slice(0, left - 1).replace(/\p{Cs}$/u, '')}…`;
        spans.push({ ...span, text });
        return kept;
      }
      spans.push(span);
      left -= span.text.length;
    }
    left -= 1;
    if (left <= 1) return kept;
  }
  return kept;
}
