/** Why the lines that follow are none of the author's own words, and how that ends. */
type Hiding =
  /** A code block; `offset` is the width of the list marker that it hangs from, 0 outside lists. */
  | { readonly kind: 'fence'; readonly mark: string; readonly offset: number }
  /** `<pre>` and the like: up to the closing tag. */
  | { readonly kind: 'html'; readonly closingTag: string }
  /** A comment that is a block of its own goes on until it is closed, one inside a paragraph at most as long as that. */
  | { readonly kind: 'block_comment' | 'paragraph_comment' }
  /** A quote goes on in the lines below it until its paragraph ends, with or without a `>`. */
  | { readonly kind: 'quote' };

interface ReadLine {
  /** The author's own words of the line, `null` when it has none. */
  readonly own: string | null;
  readonly hides: Hiding | null;
}

/**
 * The lines that a reader sees as the author's own words: without quotes, code blocks and HTML comments, trimmed.
 *
 * A careful reading of GitHub's Markdown, no full one: where the two differ, this one hides more. Linear in the length.
 * Source: https://github.github.com/gfm/ sections 4.4 to 4.6, 5.1 and 6.10
 */
export function ownLines(markdown: string): string[] {
  const own: string[] = [];
  let hiding: Hiding | null = null;
  for (const line of markdown.split(/\r\n?|\n/u)) {
    const read: ReadLine = hiding === null ? readLine(line) : readHidden(line, hiding);
    if (read.own !== null) own.push(read.own.trim());
    hiding = read.hides;
  }
  return own;
}

function readHidden(line: string, hiding: Hiding): ReadLine {
  if (hiding.kind === 'fence' && leavesListItem(line, hiding.offset)) return readLine(line);
  const hides = isLastHidden(line, hiding) ? null : hiding;
  if (hiding.kind === 'paragraph_comment' || hiding.kind === 'quote') return readRestOfParagraph(line, hides);
  return { own: null, hides };
}

function isLastHidden(line: string, hiding: Hiding): boolean {
  if (hiding.kind === 'fence') return closesFence(line, hiding);
  if (hiding.kind === 'html') return line.toLowerCase().includes(hiding.closingTag);
  return hiding.kind !== 'quote' && closesComment(line);
}

/** A blank line and whatever begins a block of its own end a paragraph; all else belongs to it. */
function readRestOfParagraph(line: string, hiding: Hiding | null): ReadLine {
  return line.trim() === '' || beginsBlock(line) ? readLine(line) : { own: null, hides: hiding };
}

const LIST_MARKERS = String.raw`^ {0,3}(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*`;
const FENCE = new RegExp(String.raw`(${LIST_MARKERS})(\x60{3,}|~{3,})(.*)$`, 'u');
const QUOTE = new RegExp(String.raw`${LIST_MARKERS}>(.*)$`, 'u');
const HTML_BLOCK = /^ {0,3}<(pre|code|blockquote)(?:[\s>]|$)/iu;
const COMMENT_BLOCK = /^ {0,3}<!--/u;
const INDENTED = /^(?: {4}| {0,3}\t)/u;

function beginsBlock(line: string): boolean {
  return [FENCE, QUOTE, HTML_BLOCK, COMMENT_BLOCK].some((block) => block.test(line));
}

function readLine(line: string): ReadLine {
  return readFence(line) ?? readQuote(line) ?? readHtml(line) ?? readWords(line);
}

function readFence(line: string): ReadLine | null {
  const [, before = '', mark = '', info = ''] = FENCE.exec(line) ?? [];
  // Three backticks that close on the same line are a code span.
  if (mark === '' || (mark.startsWith('`') && info.includes('`'))) return null;
  return { own: null, hides: { kind: 'fence', mark, offset: before.trim() === '' ? 0 : before.length } };
}

function readQuote(line: string): ReadLine | null {
  const quoted = QUOTE.exec(line)?.[1];
  if (quoted === undefined) return null;
  return { own: null, hides: quoted.trim() === '' ? null : { kind: 'quote' } };
}

function readHtml(line: string): ReadLine | null {
  const tag = HTML_BLOCK.exec(line)?.[1]?.toLowerCase();
  if (tag === undefined) return null;
  const closingTag = `</${tag}>`;
  return { own: null, hides: line.toLowerCase().includes(closingTag) ? null : { kind: 'html', closingTag } };
}

function readWords(line: string): ReadLine {
  if (INDENTED.test(line)) return { own: null, hides: null };
  const { text, isOpen } = withoutComments(line);
  if (!isOpen) return { own: text, hides: null };
  return { own: text, hides: { kind: COMMENT_BLOCK.test(line) ? 'block_comment' : 'paragraph_comment' } };
}

/** Takes out the comments of one line. `isOpen`: the last one is not closed on it. */
function withoutComments(line: string): { text: string; isOpen: boolean } {
  const parts: string[] = [];
  let at = 0;
  for (let open = line.indexOf('<!--'); open !== -1; open = line.indexOf('<!--', at)) {
    parts.push(line.slice(at, open));
    // `<!-->` is a whole comment.
    const close = line.indexOf('-->', open + 2);
    if (close === -1) return { text: parts.join(''), isOpen: true };
    at = close + 3;
  }
  return { text: [...parts, line.slice(at)].join(''), isOpen: false };
}

function closesComment(line: string): boolean {
  return line.includes('-->') && line.lastIndexOf('-->') > line.lastIndexOf('<!--');
}

function closesFence(line: string, { mark, offset }: { mark: string; offset: number }): boolean {
  const text = line.trim();
  const isMark = text.length >= mark.length && text === mark.charAt(0).repeat(text.length);
  return isMark && indentOf(line) <= offset + 3;
}

function leavesListItem(line: string, offset: number): boolean {
  return line.trim() !== '' && indentOf(line) < offset;
}

/** Width of the white space that a line begins with; a tab is four columns here. */
function indentOf(line: string): number {
  return line.slice(0, line.length - line.trimStart().length).replaceAll('\t', '    ').length;
}
