import { notFound } from '../error.ts';
import { matchesPattern } from '../fnmatch.ts';
import type { Repository } from '../model/repository.ts';
import type { Ruleset, RuleSuite } from '../model/ruleset.ts';
import { repositoryStore } from '../world.ts';

/** The rulesets of a repository, oldest first. */
export const rulesetsOf = repositoryStore<Ruleset[]>('rulesets', () => []);

/** How the rules judged the moves of a repository's branches, oldest first. */
export const ruleSuitesOf = repositoryStore<RuleSuite[]>('rule-suites', () => []);

/** The ruleset with this id. @throws ApiError 404. */
export function findRuleset(repository: Repository, id: number): Ruleset {
  const ruleset = rulesetsOf(repository).find((one) => one.id === id);
  if (!ruleset) throw notFound();
  return ruleset;
}

/** Tells whether a ruleset is about a ref, whether that is there or not; tags are outside every ruleset. */
export function isTargeted(
  repository: Repository,
  { include, exclude }: Pick<Ruleset, 'include' | 'exclude'>,
  ref: string,
): boolean {
  if (!ref.startsWith('refs/heads/')) return false;
  const isNamed = (pattern: string): boolean => {
    if (pattern === '~ALL') return true;
    if (pattern === '~DEFAULT_BRANCH') return ref === `refs/heads/${repository.defaultBranch}`;
    return matchesPattern(ref, pattern);
  };
  return include.some(isNamed) && !exclude.some(isNamed);
}

/** The rulesets that are enforced on a branch, whether that is there or not. */
export function activeRulesets(repository: Repository, branch: string): Ruleset[] {
  return rulesetsOf(repository).filter(
    (one) => one.enforcement === 'active' && isTargeted(repository, one, `refs/heads/${branch}`),
  );
}
