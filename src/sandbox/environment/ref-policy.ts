import { notFound } from '../error.ts';
import type { Environment, RefPattern } from '../model/environment.ts';
import { matchesPattern } from '../fnmatch.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity } from '../world.ts';

/**
 * Tells whether a job of a run on this ref may deploy to the environment. A pull request's ref counts in full:
 * `refs/pull/7/merge`.
 *
 * Source: docs.github.com, "Deployments and environments": with `protected` and no protected branch in the repository,
 * all branches may; here no branch is protected.
 */
export function allowsRef({ refPolicy, refPatterns }: Environment, ref: string): boolean {
  if (refPolicy === null) return true;
  const type = ref.startsWith('refs/tags/') ? 'tag' : 'branch';
  if (refPolicy.kind === 'protected') return type === 'branch';
  return refPatterns.some((one) => one.type === type && matchesPattern(shortRef(ref), one.name));
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
