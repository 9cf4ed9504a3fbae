import { notFound } from '../error.ts';
import type { Deployment, Environment } from '../model/deployment.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity, repositoryStore } from '../world.ts';

/** The deployments of a repository, oldest first. */
export const deploymentsOf = repositoryStore<Deployment[]>('deployments', () => []);

/** The environments of a repository, in the order they were made. */
export const environmentsOf = repositoryStore<Environment[]>('environments', () => []);

/** The deployment with this id. @throws ApiError 404. */
export function findDeployment(repository: Repository, id: number): Deployment {
  const deployment = deploymentsOf(repository).find((one) => one.id === id);
  if (!deployment) throw notFound();
  return deployment;
}

/** Finds an environment by name, regardless of case. */
export function findEnvironment(repository: Repository, name: string): Environment | null {
  const wanted = name.toLowerCase();
  return environmentsOf(repository).find((one) => one.name.toLowerCase() === wanted) ?? null;
}

/** The environment of this name, made without protection where there is none, as GitHub does for any name it meets. */
export function obtainEnvironment(kernel: Kernel, repository: Repository, name: string): Environment {
  const known = findEnvironment(repository, name);
  if (known) return known;
  const now = kernel.clock.now();
  const environment = { ...nextIdentity(kernel.world, 'Environment'), name, createdAt: now, updatedAt: now };
  environmentsOf(repository).push(environment);
  return environment;
}
