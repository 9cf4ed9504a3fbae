/** Control, zero-width and bidirectional characters that can hide or reorder what a reader sees. */
const INVISIBLE =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu;

/** Puts untrusted text on one line of Markdown: no markup, no mention, no reference, no link comes alive. */
export function plain(untrusted: string, maxLength = 200): string {
  const line = untrusted.replaceAll(INVISIBLE, '').replaceAll(/\s+/gu, ' ').trim();
  const cut = line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
  return cut
    .replaceAll(/[\\`*_{}[\]()<>#+!|~&$-]/gu, (char) => `&#${char.codePointAt(0)};`)
    .replaceAll('@', '@\u200B')
    .replaceAll(/:\/\//gu, ':\u200B//');
}

/** Puts untrusted text into a code span, whatever backticks it holds. */
export function code(untrusted: string, maxLength = 200): string {
  const line = untrusted.replaceAll(INVISIBLE, '').replaceAll(/\s+/gu, ' ').trim();
  const cut = line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
  const runs = cut.match(/`+/gu) ?? [];
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)));
  const pad = cut.startsWith('`') || cut.endsWith('`') || cut === '' ? ' ' : '';
  return `${fence}${pad}${cut}${pad}${fence}`;
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
