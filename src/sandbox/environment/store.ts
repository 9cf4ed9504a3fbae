import { notFound } from '../error.ts';
import type { Environment } from '../model/environment.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity, repositoryStore } from '../world.ts';

/** The environments of a repository, in the order they were made. */
export const environmentsOf = repositoryStore<Environment[]>('environments', () => []);

/** An environment and where it is. */
export interface EnvironmentPlace {
  repository: Repository;
  environment: Environment;
}

/** Finds an environment by name, regardless of case. */
export function findEnvironment(repository: Repository, name: string): Environment | null {
  const wanted = name.toLowerCase();
  return environmentsOf(repository).find((one) => one.name.toLowerCase() === wanted) ?? null;
}

/** The environment of this name. @throws ApiError 404. */
export function environmentNamed(repository: Repository, name: string): Environment {
  const environment = findEnvironment(repository, name);
  if (!environment) throw notFound();
  return environment;
}

/** The environment of this name, made without protection where there is none, as GitHub does for any name it meets. */
export function obtainEnvironment(kernel: Kernel, repository: Repository, name: string): Environment {
  const known = findEnvironment(repository, name);
  if (known) return known;
  const now = kernel.clock.now();
  const environment: Environment = {
    ...nextIdentity(kernel.world, 'Environment'),
    name,
    createdAt: now,
    updatedAt: now,
    waitTimer: null,
    reviewRule: null,
    preventSelfReview: false,
    refPolicy: null,
    refPatterns: [],
    customRules: [],
    canAdminsBypass: true,
  };
  environmentsOf(repository).push(environment);
  return environment;
}
