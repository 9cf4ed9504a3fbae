import { withoutSecrets } from '../redact.ts';

/**
 * Characters that can hide or reorder what a reader sees: control, zero-width, bidirectional and tag characters,
 * fillers that look like nothing, halves of a surrogate pair.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Where GitHub's renderer would make a mention, a link or a reference, also out of escaped characters. */
const COMES_ALIVE = /@|:(?=\/\/)|www(?=\.)|#(?=\d)|\bgh-(?=\d)/giu;

const LINE_END = /\r\n?|[\n\u2028\u2029]/u;

const MARKUP = /[\\`*_{}[\]()<>#+!|~&$-]/gu;

/** Puts untrusted text on one line of Markdown: no markup, no mention, no reference, no link comes alive. */
export function plain(untrusted: string, maxLength = 200): string {
  return oneLine(untrusted, maxLength)
    .replaceAll(COMES_ALIVE, '$&\u200B')
    .replaceAll(MARKUP, (char) => `&#${char.codePointAt(0)};`);
}

/** Puts untrusted text into a code span, whatever backticks it holds. */
export function code(untrusted: string, maxLength = 200): string {
  const cut = oneLine(untrusted, maxLength);
  const fence = '`'.repeat(1 + longestBackticks(cut));
  const pad = cut.startsWith('`') || cut.endsWith('`') || cut === '' ? ' ' : '';
  return `${fence}${pad}${cut}${pad}${fence}`;
}

/** Puts untrusted text of many lines into a code block that nothing in it can end. */
export function codeBlock(untrusted: string, maxLength = 10_000): string {
  const lines = untrusted
    .split(LINE_END)
    .map((line) => line.replaceAll('\t', '  ').replaceAll(INVISIBLE, ''));
  const shown = cutTo(maxLength, withoutSecrets(lines.join('\n').trimEnd()));
  const fence = '`'.repeat(Math.max(3, 1 + longestBackticks(shown)));
  return `${fence}\n${shown}\n${fence}`;
}

/**
 * Puts Markdown into a cell of a table: on one line, with no `|` that would end the cell.
 *
 * Source: cmark-gfm splits rows before it looks for code spans, and counts a backslash behind a backslash as text.
 */
export function tableCell(markdown: string): string {
  const line = markdown.split(LINE_END).join(' ');
  return line.replaceAll(/(?<!\\)(\\*)\|/gu, (bar, before: string) =>
    before.length % 2 === 0 ? `${before}\\|` : bar,
  );
}

function longestBackticks(text: string): number {
  return (text.match(/`+/gu) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}

/**
 * Visible characters only, on one line, cut to a length in UTF-16 units. Secrets go before the cut, and before the
 * escapes of markup, which nothing would recognise them through.
 */
export function oneLine(untrusted: string, maxLength: number): string {
  const spaced = untrusted.replaceAll(/\s+/gu, ' ').replaceAll(INVISIBLE, '');
  return cutTo(maxLength, withoutSecrets(spaced.replaceAll(/ {2,}/gu, ' ').trim()));
}

/** Cuts to a length in UTF-16 units, and never through a character. */
function cutTo(maxLength: number, text: string): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 1).replace(/\p{Cs}$/u, '')}…`;
}

/** The first seven digits of a commit's name, as code. */
export function shortOid(oid: string): string {
  return `\`${oid.slice(0, 7)}\``;
}

/** A person's name without calling them. */
export function nameOf(person: { readonly login: string } | null): string {
  return person === null ? 'Tonic' : `**${plain(person.login, 60)}**`;
}

/** `a`, `a and b`, `a, b and c` */
export function listOf(parts: readonly string[], last = 'and'): string {
  if (parts.length <= 1) return parts[0] ?? '';
  return `${parts.slice(0, -1).join(', ')} ${last} ${parts.at(-1)}`;
}
