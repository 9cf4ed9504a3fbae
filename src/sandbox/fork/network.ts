import type { Pull } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import type { World } from '../world.ts';

/** Tells whether a repository is a fork. A world that was kept before there were forks has no word for it. */
export function isFork({ parentId }: Repository): boolean {
  return typeof parentId === 'number';
}

/** The repository that this one was forked from; `null` for an original. */
export function parentOf(world: World, { parentId }: Repository): Repository | null {
  return world.repositories.find((one) => one.id === parentId) ?? null;
}

/** The original at the root of a fork, or the repository itself. */
export function rootOf(world: World, repository: Repository): Repository {
  const parent = parentOf(world, repository);
  return parent ? rootOf(world, parent) : repository;
}

/** The forks made of this very repository, oldest first. */
export function forksOf(world: World, repository: Repository): Repository[] {
  return world.repositories.filter((one) => one.parentId === repository.id);
}

/** The repository of an owner in the network of this one: itself, or the owner's fork. */
export function relativeOf(world: World, repository: Repository, ownerId: number): Repository | null {
  if (repository.ownerId === ownerId) return repository;
  const root = rootOf(world, repository);
  return world.repositories.find((one) => one.ownerId === ownerId && rootOf(world, one) === root) ?? null;
}

/** Where the head of a pull lives. */
export function headRepositoryOf(world: World, base: Repository, pull: Pull): Repository {
  return world.repositories.find((one) => one.id === pull.headRepositoryId) ?? base;
}
