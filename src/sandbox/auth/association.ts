import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import { accountOf, type World } from '../world.ts';

/** How an author stands to a repository, as GitHub writes beside each text. It is not a permission. */
export function associationOf(
  world: World,
  repository: Repository,
  account: Account,
): 'OWNER' | 'MEMBER' | 'COLLABORATOR' | 'NONE' {
  const owner = accountOf(world, repository.ownerId);
  if (owner.id === account.id) return 'OWNER';
  if (owner.organization?.members.some((member) => member.userId === account.id)) return 'MEMBER';
  return repository.collaborators.some((one) => one.userId === account.id) ? 'COLLABORATOR' : 'NONE';
}
