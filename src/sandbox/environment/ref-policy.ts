import { notFound } from '../error.ts';
import type { Environment, RefPattern } from '../model/environment.ts';
import { matchesPattern } from '../fnmatch.ts';
import { protectionOf, protectionsOf } from '../rule/protection.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity } from '../world.ts';
import type { EnvironmentPlace } from './store.ts';

/**
 * Tells whether a job of a run on this ref may deploy to the environment. A pull request's ref counts in full:
 * `refs/pull/7/merge`.
 *
 * Source: docs.github.com, "Deployments and environments": where only protected branches may and none is, all branches
 * may. Rulesets protect no branch in this sense; that is our reading.
 */
export function allowsRef({ repository, environment }: EnvironmentPlace, ref: string): boolean {
  const { refPolicy, refPatterns } = environment;
  if (refPolicy === null) return true;
  const type = ref.startsWith('refs/tags/') ? 'tag' : 'branch';
  const name = shortRef(ref);
  if (refPolicy.kind === 'patterns')
    return refPatterns.some((one) => one.type === type && matchesPattern(name, one.name));
  if (type === 'tag') return false;
  return protectionsOf(repository).length === 0 || protectionOf(repository, name) !== null;
}

/** A branch's or tag's name; any other ref in full, as GitHub's messages show it. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(heads|tags)\//, '');
}

/** The pattern of an environment with this id. @throws ApiError 404. */
export function findRefPattern(environment: Environment, id: number): RefPattern {
  const pattern = environment.refPatterns.find((one) => one.id === id);
  if (!pattern) throw notFound();
  return pattern;
}

/** Lets a branch, a tag or a pattern of them deploy; `null` where it may already. */
export function addRefPattern(
  kernel: Kernel,
  environment: Environment,
  given: Pick<RefPattern, 'name' | 'type'>,
): RefPattern | null {
  const { refPatterns } = environment;
  if (refPatterns.some((one) => one.name === given.name && one.type === given.type)) return null;
  const pattern = { ...nextIdentity(kernel.world, 'GateBranchPolicy'), ...given };
  refPatterns.push(pattern);
  return pattern;
}
