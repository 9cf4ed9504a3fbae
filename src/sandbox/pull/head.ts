import { headRepositoryOf, relativeOf } from '../fork/network.ts';
import { setRef } from '../git/ref.ts';
import { git } from '../git/run.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { findAccount, type World } from '../world.ts';
import type { PullPlace } from './state.ts';

/** A branch that a pull wants to bring. */
export interface PullHead {
  repository: Repository;
  branch: string;
}

/** Finds the head a caller names, as `branch` or `owner:branch`; `null` when the owner has no part in the network. */
export function findHead(world: World, base: Repository, name: string): PullHead | null {
  const colon = name.indexOf(':');
  const branch = name.slice(colon + 1);
  if (colon < 0) return { repository: base, branch };
  const owner = findAccount(world, name.slice(0, colon));
  const repository = owner && relativeOf(world, base, owner.id);
  return repository && { repository, branch };
}

/** Makes the commits of a fork's branch readable in the base repository; one's own are there. */
export async function bringHead(
  kernel: Kernel,
  base: Repository,
  { from, sha }: { from: Repository; sha: string },
): Promise<void> {
  if (from === base) return;
  const args = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--',
    kernel.git.folderOf(from),
    sha,
  ];
  await git(kernel.git.folderOf(base), args);
}

/** Points `refs/pull/N/head` of the base repository at a pull's head, wherever that lives. */
export async function mirrorHead(kernel: Kernel, { repository, pull }: PullPlace): Promise<void> {
  const from = headRepositoryOf(kernel.world, repository, pull);
  await bringHead(kernel, repository, { from, sha: pull.headSha });
  await setRef(kernel.git.folderOf(repository), `refs/pull/${pull.number}/head`, pull.headSha);
}
