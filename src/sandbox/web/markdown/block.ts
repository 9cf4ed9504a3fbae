import { escapeHtml, renderInline, type MarkdownLinks } from './inline.ts';
import { isTableStart, renderTable } from './table.ts';

/** Lines on their way into blocks; `take` gives the next and moves on. */
interface Lines {
  peek(ahead?: number): string | undefined;
  take(): string;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+-]*)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])( +|$)/;
const DETAILS = /^\s*<(\/?)details( open)?\s*>\s*$/i;
const SUMMARY = /^\s*<summary\s*>(.*?)<\/summary\s*>\s*$/i;

/** Quotes and lists inside each other end here; deeper ones are shown as text. */
const DEEPEST = 20;

/** Renders lines of Markdown into blocks. Every tag that is opened is closed. */
export function renderBlocks(source: string[], links: MarkdownLinks, depth = 0): string {
  if (depth > DEEPEST) return `<p>${escapeHtml(source.join('\n'))}</p>`;
  const lines = readLines(source);
  const out: string[] = [];
  let open = 0;
  for (let line = lines.peek(); line !== undefined; line = lines.peek()) {
    const details = DETAILS.exec(line);
    if (details) {
      lines.take();
      const closes = details[1] === '/';
      if (closes && open === 0) continue;
      open += closes ? -1 : 1;
      out.push(closes ? '</details>' : `<details${details[2] ? ' open' : ''}>`);
    } else out.push(renderBlock(lines, links, depth));
  }
  return [...out, ...Array.from({ length: open }, () => '</details>')].filter(Boolean).join('\n');
}

function renderBlock(lines: Lines, links: MarkdownLinks, depth: number): string {
  const line = lines.peek() ?? '';
  if (line.trim() === '') return drop(lines);
  if (FENCE.test(line)) return renderFence(lines);
  if (QUOTE.test(line)) return renderQuote(lines, links, depth);
  // A rule of dashes looks like the beginning of a list.
  if (RULE.test(line)) return drop(lines) || '<hr>';
  if (ITEM.test(line)) return renderList(lines, links, depth);
  if (isTableStart(line, lines.peek(1))) return renderTable(takeWhile(lines, isRow), links);
  return renderText(lines, links);
}

function renderText(lines: Lines, links: MarkdownLinks): string {
  const line = lines.peek() ?? '';
  const heading = HEADING.exec(line);
  const summary = SUMMARY.exec(line);
  if (heading || summary) lines.take();
  if (heading) {
    const level = heading[1]?.length ?? 1;
    return `<h${level}>${renderInline(heading[2] ?? '', links)}</h${level}>`;
  }
  if (summary) return `<summary>${renderInline(summary[1] ?? '', links)}</summary>`;
  const text = [lines.take(), ...takeWhile(lines, isContinuation)].map((one) => one.trim()).join('\n');
  // In comments, unlike in files, the end of a line is one.
  return `<p>${renderInline(text, links).replaceAll('\n', '<br>\n')}</p>`;
}

function renderFence(lines: Lines): string {
  const [, fence = '```', language = ''] = FENCE.exec(lines.take()) ?? [];
  const end = new RegExp(`^ {0,3}${fence.charAt(0)}{${fence.length},}\\s*$`);
  const code = takeWhile(lines, (line) => !end.test(line));
  if (lines.peek() !== undefined) lines.take();
  const attribute = language ? ` class="language-${escapeHtml(language)}"` : '';
  return `<pre><code${attribute}>${escapeHtml(code.map((line) => `${line}\n`).join(''))}</code></pre>`;
}

function renderQuote(lines: Lines, links: MarkdownLinks, depth: number): string {
  const quoted = takeWhile(lines, (line) => QUOTE.test(line)).map((line) => line.replace(QUOTE, ''));
  const alert = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*$/i.exec(quoted[0] ?? '')?.[1]?.toLowerCase();
  if (!alert) return `<blockquote>${renderBlocks(quoted, links, depth + 1)}</blockquote>`;
  const title = alert.charAt(0).toUpperCase() + alert.slice(1);
  const body = renderBlocks(quoted.slice(1), links, depth + 1);
  return `<blockquote class="alert ${alert}"><p><strong>${title}</strong></p>${body}</blockquote>`;
}

function renderList(lines: Lines, links: MarkdownLinks, depth: number): string {
  const first = bulletOf(lines.peek());
  const items: string[] = [];
  while (isSameList(lines.peek(), first)) items.push(renderItem(takeItem(lines), links, depth));
  const start = Number.parseInt(first, 10);
  const tag = Number.isNaN(start) ? 'ul' : 'ol';
  const attribute = Number.isNaN(start) || start === 1 ? '' : ` start="${start}"`;
  return `<${tag}${attribute}>\n${items.join('\n')}\n</${tag}>`;
}

/** `-`, `*`, `+`, or a number with its dot; empty where no item begins. */
function bulletOf(line: string | undefined): string {
  return ITEM.exec(line ?? '')?.[2] ?? '';
}

function isSameList(line: string | undefined, first: string): boolean {
  const bullet = bulletOf(line);
  return bullet !== '' && !RULE.test(line ?? '') && /\d/.test(bullet) === /\d/.test(first);
}

function takeItem(lines: Lines): string[] {
  const first = lines.take();
  const [marker = '', indent = '', bullet = ''] = ITEM.exec(first) ?? [];
  // Four blanks and more after the bullet would be code; one is enough for the text to begin.
  const isCode = marker.length - indent.length > bullet.length + 4;
  const width = isCode ? indent.length + bullet.length + 1 : marker.length;
  const inside = indent.length + 2;
  const further = takeWhile(lines, (line) =>
    line.trim() === '' ? goesOn(lines, inside) : indentOf(line) >= inside || isContinuation(line),
  );
  return [first.slice(width), ...further.map((line) => line.slice(Math.min(width, indentOf(line))))];
}

function indentOf(line: string): number {
  return Math.max(0, line.search(/\S/));
}

/** After a blank line an item goes on only with what is indented. */
function goesOn(lines: Lines, indent: number): boolean {
  for (let ahead = 1; lines.peek(ahead) !== undefined; ahead += 1) {
    const line = lines.peek(ahead) ?? '';
    if (line.trim() !== '') return indentOf(line) >= indent;
  }
  return false;
}

function renderItem(body: string[], links: MarkdownLinks, depth: number): string {
  const task = /^\[([ xX])\] /.exec(body[0] ?? '');
  const text = task ? [(body[0] ?? '').slice(4), ...body.slice(1)] : body;
  const box = task ? `<input type="checkbox" disabled${task[1] === ' ' ? '' : ' checked'}> ` : '';
  const inner = renderBlocks(text, links, depth + 1);
  // The text of a tight item stands without a paragraph around it.
  const tight = /^<p>((?:(?!<p>)[\s\S])*?)<\/p>/.exec(inner);
  const content = tight && !body.includes('') ? (tight[1] ?? '') + inner.slice(tight[0].length) : inner;
  return `<li${task ? ' class="task"' : ''}>${box}${content}</li>`;
}

function isRow(line: string): boolean {
  return line.trim() !== '' && line.includes('|');
}

function isContinuation(line: string): boolean {
  if (line.trim() === '') return false;
  return ![FENCE, HEADING, RULE, QUOTE, ITEM, DETAILS, SUMMARY].some((start) => start.test(line));
}

function takeWhile(lines: Lines, wanted: (line: string) => boolean): string[] {
  const taken: string[] = [];
  for (let line = lines.peek(); line !== undefined && wanted(line); line = lines.peek())
    taken.push(lines.take());
  return taken;
}

function drop(lines: Lines): string {
  lines.take();
  return '';
}

function readLines(source: string[]): Lines {
  let at = 0;
  return {
    peek: (ahead = 0) => source[at + ahead],
    take: () => {
      at += 1;
      return source[at - 1] ?? '';
    },
  };
}
