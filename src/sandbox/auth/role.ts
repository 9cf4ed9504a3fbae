import { REPOSITORY_ROLES, type Account, type RepositoryRole } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import { accountOf, type World } from '../world.ts';

/** A role, or `none` where a person has no business at all. */
export type Access = RepositoryRole | 'none';

/** Tells whether `access` is at least `wanted`. */
export function atLeast(access: Access, wanted: RepositoryRole): boolean {
  return access !== 'none' && REPOSITORY_ROLES.indexOf(access) >= REPOSITORY_ROLES.indexOf(wanted);
}

/**
 * The strongest of what a person has by ownership, organisation, teams and as a collaborator.
 *
 * Bounds: everybody has `read` on a public repository; teams hand their role down to child teams.
 */
export function roleOf(world: World, repository: Repository, person: Account): Access {
  const given: Access[] = [
    ownRole(world, repository, person),
    repository.collaborators.find((one) => one.userId === person.id)?.role ?? 'none',
    ...teamRoles(world, repository, person),
    repository.private ? 'none' : 'read',
  ];
  return given.reduce(
    (best, one) => (one !== 'none' && atLeast(one, best === 'none' ? 'read' : best) ? one : best),
    'none',
  );
}

function ownRole(world: World, repository: Repository, person: Account): Access {
  const owner = accountOf(world, repository.ownerId);
  if (owner.id === person.id || person.siteAdmin) return 'admin';
  const membership = owner.organization?.members.find((one) => one.userId === person.id);
  if (!owner.organization || !membership) return 'none';
  return membership.role === 'admin' ? 'admin' : owner.organization.basePermission;
}

function teamRoles(world: World, repository: Repository, person: Account): Access[] {
  const teams = accountOf(world, repository.ownerId).organization?.teams ?? [];
  return teams
    .filter((team) => team.members.some((member) => member.userId === person.id))
    .flatMap((team) => {
      const line = [team.id, team.parentId];
      return repository.teams.filter((grant) => line.includes(grant.teamId)).map((grant) => grant.role);
    });
}

const LEGACY = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
} as const;

/** The old four-valued `permission` field: triage shows as read, maintain as write. */
export function legacyPermission(access: Access): 'none' | 'read' | 'write' | 'admin' {
  return LEGACY[access];
}

/** The five booleans GitHub shows under `permissions`. */
export function permissionFlags(access: Access): {
  admin: boolean;
  maintain: boolean;
  push: boolean;
  triage: boolean;
  pull: boolean;
} {
  return {
    admin: atLeast(access, 'admin'),
    maintain: atLeast(access, 'maintain'),
    push: atLeast(access, 'write'),
    triage: atLeast(access, 'triage'),
    pull: atLeast(access, 'read'),
  };
}
