import { renderInline, type MarkdownLinks } from './inline.ts';

const DELIMITER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Tells whether a line and the next begin a table: a row, and dashes of as many columns below it. */
export function isTableStart(line: string, next: string | undefined): boolean {
  return (
    line.includes('|') &&
    next !== undefined &&
    next.includes('-') &&
    DELIMITER.test(next) &&
    cellsOf(line).length === cellsOf(next).length
  );
}

/** Renders a table; short rows get empty cells, long ones lose what is too much. */
export function renderTable(rows: string[], links: MarkdownLinks): string {
  const [head = '', dashes = '', ...body] = rows;
  const columns = cellsOf(dashes).map(alignmentOf);
  const row = (line: string, tag: 'th' | 'td'): string => {
    const cells = cellsOf(line);
    const written = columns.map(
      (align, at) => `<${tag}${align}>${renderInline(cells[at] ?? '', links)}</${tag}>`,
    );
    return `<tr>${written.join('')}</tr>`;
  };
  const lines = body.map((line) => row(line, 'td')).join('\n');
  return `<div class="table"><table>\n<thead>${row(head, 'th')}</thead>\n<tbody>${lines}</tbody>\n</table></div>`;
}

/** Cuts a row at its bars, but not at `\|` and not inside code. */
function cellsOf(line: string): string[] {
  const cells = [''];
  let inCode = false;
  const text = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  for (const part of text.split(/(\\\||`|\|)/)) {
    if (part === '`') inCode = !inCode;
    if (part === '|' && !inCode) cells.push('');
    else cells[cells.length - 1] += part === '\\|' ? '|' : part;
  }
  return cells.map((cell) => cell.trim());
}

function alignmentOf(dashes: string): string {
  const [left, right] = [dashes.startsWith(':'), dashes.endsWith(':')];
  if (!right) return '';
  return ` class="${left ? 'center' : 'right'}"`;
}
