import { notFound } from '../error.ts';
import type { Deployment } from '../model/deployment.ts';
import type { Repository } from '../model/repository.ts';
import { repositoryStore } from '../world.ts';

/** The deployments of a repository, oldest first. */
export const deploymentsOf = repositoryStore<Deployment[]>('deployments', () => []);

/** The deployment with this id. @throws ApiError 404. */
export function findDeployment(repository: Repository, id: number): Deployment {
  const deployment = deploymentsOf(repository).find((one) => one.id === id);
  if (!deployment) throw notFound();
  return deployment;
}
