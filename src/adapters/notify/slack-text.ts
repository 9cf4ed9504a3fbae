import { cutLines } from '../../domain/text/message/cut.ts';
import type { Message, Span } from '../../domain/text/message/render.ts';

/** Well below what Slack takes in one message. */
const LONGEST_TEXT = 3_000;

/**
 * A message as Slack takes it: rich text, in which nothing is read as markup, and plain text for notifications and for
 * servers that only speak like Slack.
 *
 * Source: docs.slack.dev, rich text block; an element without text is refused.
 */
export function toSlack(message: Message): { readonly text: string; readonly blocks: readonly object[] } {
  const lines = cutLines(message, LONGEST_TEXT);
  const elements = lines.flatMap((spans, at) => [
    ...(at === 0 ? [] : [{ type: 'text', text: '\n' }]),
    ...spans.filter(({ text }) => text !== '').map(toElement),
  ]);
  const text = lines.map((spans) => spans.map((span) => escape(span.text)).join('')).join('\n');
  return {
    text,
    blocks: [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }],
  };
}

function toElement({ text, style, href }: Span): object {
  const styled = style === 'plain' ? {} : { style: { [style]: true } };
  return href === null ? { type: 'text', text, ...styled } : { type: 'link', url: href, text, ...styled };
}

/** Source: docs.slack.dev, formatting text: these three characters, and no others. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
