/**
 * Tells whether a name is one that a pattern of GitHub's settings means: `release/*`, `v[0-9]*`, `v?`.
 *
 * Source: docs.github.com, "Managing environments for deployment": Ruby's `File.fnmatch` with `FNM_PATHNAME`, where `*`
 * and `?` stop at a slash, and two stars before one are any number of folders.
 */
export function matchesRefPattern(pattern: string, name: string): boolean {
  return new RegExp(`^${[...pattern.matchAll(PARTS)].map(([part]) => sourceOf(part)).join('')}$`, 'u').test(
    name,
  );
}

/** A folder wildcard, a set, an escaped character, or any one character. */
const PARTS = /\*\*\/|\*+|\[[!^]?\]?[^\]]*\]|\\.|./gsu;

function sourceOf(part: string): string {
  if (part === '**/') return '(?:[^/]+/)*';
  if (part.startsWith('*')) return '[^/]*';
  if (part === '?') return '[^/]';
  if (part.length > 1 && part.startsWith('[')) return setSource(part.slice(1, -1));
  return literal(part.length > 1 ? part.slice(1) : part);
}

function setSource(content: string): string {
  const negated = /^[!^]/.test(content);
  const members = (negated ? content.slice(1) : content).replaceAll(/[\\\]^]/g, String.raw`\$&`);
  return negated ? `[^${members}/]` : `[${members}]`;
}

function literal(character: string): string {
  return character.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`);
}
