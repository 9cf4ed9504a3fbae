import type { Oid, Repository } from '../../ports/repository.ts';
import { parsePathPattern, type PathPattern } from '../../domain/path-pattern.ts';

/** The first that is there counts. Source: docs.github.com, About code owners, 2026-11. */
const PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];
/** GitHub does not load larger ones. */
const LARGEST_BYTES = 3 * 1024 * 1024;
const MOST_RULES = 5_000;

/** Gives the owners of a path as they are written, `@octocat`, `@acme/team` or an address. */
export type CodeOwners = (path: string) => readonly string[];

/** Reads CODEOWNERS as of a commit; without the file nobody owns anything. */
export async function loadCodeOwners(repository: Repository, commit: Oid): Promise<CodeOwners> {
  const texts = await repository.readFiles(commit, PLACES, LARGEST_BYTES);
  const [text] = PLACES.flatMap((place) => texts.get(place) ?? []);
  return text === undefined ? () => [] : parseCodeOwners(text);
}

/** Reads the text of CODEOWNERS: the last rule that matches counts, also when it names nobody. */
export function parseCodeOwners(text: string): CodeOwners {
  const rules = text
    .split(/\r?\n/u)
    .map(parseRule)
    .filter((rule) => rule !== null)
    .slice(0, MOST_RULES);
  return (path) => rules.findLast((rule) => rule.matches(path))?.owners ?? [];
}

function parseRule(
  line: string,
): { readonly matches: PathPattern; readonly owners: readonly string[] } | null {
  const words = line
    .replaceAll(String.raw`\ `, '\0')
    .split(/\s+/u)
    .filter((word) => word !== '');
  const comment = words.findIndex((word) => word.startsWith('#'));
  const [pattern, ...owners] = comment < 0 ? words : words.slice(0, comment);
  if (pattern === undefined) return null;
  return { matches: parsePathPattern(pattern.replaceAll('\0', ' ').replaceAll(String.raw`\#`, '#')), owners };
}
