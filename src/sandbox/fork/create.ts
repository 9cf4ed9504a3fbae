import type { Actor } from '../auth/actor.ts';
import { ApiError, notForIntegration, notFound } from '../error.ts';
import { addRepository } from '../found.ts';
import { git } from '../git/run.ts';
import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseRepository } from '../serialise/repository.ts';
import { emit } from '../webhook/emit.ts';
import { findAccount, findRepository } from '../world.ts';
import { relativeOf } from './network.ts';

/** A fork as asked for. */
export interface NewFork {
  actor: Actor;
  /** Default: the person's own account. */
  organization: string | null;
  name: string | null;
  defaultBranchOnly: boolean;
}

/**
 * Forks a repository to a person or an organisation; who has a fork already gets that one.
 *
 * Its objects are borrowed from the original, so a fork of a large repository costs next to nothing.
 * @throws ApiError 403 for Apps, for an organisation one is no member of, and for the owner.
 */
export async function createFork(kernel: Kernel, parent: Repository, wish: NewFork): Promise<Repository> {
  if (wish.actor.kind !== 'user') throw notForIntegration();
  const person = wish.actor.user;
  const owner = ownerFor(kernel, person, wish.organization);
  if (owner.id === parent.ownerId) throw new ApiError(403, 'You cannot fork a repository to its own owner.');
  const known = relativeOf(kernel.world, parent, owner.id);
  if (known) return known;
  const fork = addRepository(kernel, {
    owner,
    name: freeName(kernel, owner, wish.name ?? parent.name),
    private: parent.private,
    defaultBranch: parent.defaultBranch,
    parentId: parent.id,
    ...(parent.description === null ? {} : { description: parent.description }),
  });
  await takeOverRefs(kernel, { fork, parent }, wish.defaultBranchOnly);
  emit(kernel, 'fork', {
    repository: parent,
    sender: person,
    body: { forkee: { ...serialiseRepository(kernel, fork), fork: true } },
  });
  return fork;
}

function ownerFor(kernel: Kernel, person: Account, organization: string | null): Account {
  if (organization === null) return person;
  const owner = findAccount(kernel.world, organization);
  if (!owner?.organization) throw notFound();
  const isMember = owner.organization.members.some((one) => one.userId === person.id);
  if (!isMember) throw new ApiError(403, `You don't have permission to fork to ${owner.login}.`);
  return owner;
}

function freeName({ world }: Kernel, owner: Account, wanted: string): string {
  let name = wanted;
  for (let next = 1; findRepository(world, owner.login, name); next += 1) name = `${wanted}-${next}`;
  return name;
}

async function takeOverRefs(
  kernel: Kernel,
  { fork, parent }: { fork: Repository; parent: Repository },
  defaultBranchOnly: boolean,
): Promise<void> {
  kernel.git.borrow(fork, parent);
  const refs = defaultBranchOnly
    ? [`+refs/heads/${parent.defaultBranch}:refs/heads/${parent.defaultBranch}`]
    : ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  const from = kernel.git.folderOf(parent);
  await git(kernel.git.folderOf(fork), ['fetch', '--quiet', '--no-write-fetch-head', '--', from, ...refs]);
}
