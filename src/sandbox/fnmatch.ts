/**
 * Tells whether a name fits a pattern as GitHub reads them in rulesets, branch protection and deployment branch policies:
 * `*` and `?` stop at a slash, a leading or middle `**` followed by a slash stands for any folders, none included,
 * and one at the end is like `*`.
 *
 * Source: docs.github.com, "Creating rulesets for a repository", "Using fnmatch syntax": Ruby's `File.fnmatch` with
 * `File::FNM_PATHNAME`.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  const tokens = pattern.match(/(?<=^|\/)\*\*\/|\*+|\?|\[[!^]?\]?[^\]]*\]|\\?[\s\S]/g) ?? [];
  return new RegExp(`^${tokens.map(translate).join('')}$`).test(name);
}

function translate(token: string): string {
  if (token === '**/') return '(?:[^/]+/)*';
  if (token.startsWith('*')) return '[^/]*';
  if (token === '?') return '[^/]';
  if (token.startsWith('[') && token.length > 2) {
    const negated = /^\[[!^]/.test(token);
    const set = token.slice(negated ? 2 : 1, -1).replaceAll(/[\\[\]^]/g, String.raw`\$&`);
    return negated ? `(?!/)[^${set}]` : `(?!/)[${set}]`;
  }
  const letter = token.length > 1 ? token.slice(1) : token;
  return letter.replaceAll(/[.*+?^$(){}|[\]\\/-]/g, String.raw`\$&`);
}
