import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import { accountOf, type World } from '../world.ts';

/** How an author stands to a repository, as GitHub writes beside each text. It is not a permission. */
export function associationOf(
  world: World,
  repository: Repository,
  account: Account,
): 'OWNER' | 'MEMBER' | 'COLLABORATOR' | 'CONTRIBUTOR' | 'NONE' {
  const owner = accountOf(world, repository.ownerId);
  if (owner.id === account.id) return 'OWNER';
  if (owner.organization?.members.some((member) => member.userId === account.id)) return 'MEMBER';
  if (repository.collaborators.some((one) => one.userId === account.id)) return 'COLLABORATOR';
  return hasContributed(repository, account) ? 'CONTRIBUTOR' : 'NONE';
}

function hasContributed(repository: Repository, account: Account): boolean {
  return repository.issues
    .filter((issue) => issue.isPull && issue.authorId === account.id)
    .some(({ number }) => repository.pulls.some((pull) => pull.number === number && pull.merged));
}
