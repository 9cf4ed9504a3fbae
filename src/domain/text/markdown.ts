import { withoutSecrets } from '../redact.ts';

/**
 * Characters that can hide or reorder what a reader sees: control, zero-width, bidirectional and tag characters,
 * fillers that look like nothing, halves of a surrogate pair.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Where GitHub's renderer would make a mention, a link or a reference, also out of escaped characters. */
const COMES_ALIVE = /@|:(?=\/\/)|www(?=\.)|#(?=\d)|\bgh-(?=\d)/giu;

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
  const runs = cut.match(/`+/gu) ?? [];
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)));
  const pad = cut.startsWith('`') || cut.endsWith('`') || cut === '' ? ' ' : '';
  return `${fence}${pad}${cut}${pad}${fence}`;
}

/**
 * Visible characters only, on one line, cut to a length in UTF-16 units. Secrets go before the cut, and before the
 * escapes of markup, which nothing would recognise them through.
 */
function oneLine(untrusted: string, maxLength: number): string {
  const spaced = untrusted.replaceAll(/\s+/gu, ' ').replaceAll(INVISIBLE, '');
  const line = withoutSecrets(spaced.replaceAll(/ {2,}/gu, ' ').trim());
  if (line.length <= maxLength) return line;
  return `${line.slice(0, maxLength - 1).replace(/\p{Cs}$/u, '')}…`;
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
