import type { Actor } from '../auth/actor.ts';
import { atLeast, roleOf } from '../auth/role.ts';
import type { Account, OrganizationDetail, RepositoryRole } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { RuleEvaluation } from '../model/ruleset.ts';
import { accountOf, type World } from '../world.ts';
import type { BypassActor, Rule } from './format.ts';

/** When somebody may pass rules by: never (`null`), in pull requests, always, or as if there were no rules. */
export type Bypass = BypassActor['bypass_mode'] | null;

/** Rules over one ref, where they stand written, and whether the one who moves it may pass them by. */
export interface RuleSource {
  from: RuleEvaluation['source'];
  enforcement: RuleEvaluation['enforcement'];
  rules: Rule[];
  bypass: Bypass;
}

/** GitHub's numbers of the roles that may be on a bypass list. */
export const ROLE_NUMBERS: { readonly [number: number]: RepositoryRole } = {
  2: 'maintain',
  4: 'write',
  5: 'admin',
};

const STRONGEST_FIRST = ['exempt', 'always', 'pull_request'] as const;

/** The strongest way in which a list lets an actor pass. */
export function bypassOf(
  world: World,
  actor: Actor,
  { repository, actors }: { repository: Repository; actors: BypassActor[] },
): Bypass {
  const modes = actors
    .filter((listed) => isMeant(world, actor, { repository, listed }))
    .map((listed) => listed.bypass_mode);
  return STRONGEST_FIRST.find((mode) => modes.includes(mode)) ?? null;
}

function isMeant(
  world: World,
  actor: Actor,
  { repository, listed }: { repository: Repository; listed: BypassActor },
): boolean {
  const { actor_type: type, actor_id: id } = listed;
  if (actor.kind === 'installation') return type === 'Integration' && actor.app.id === id;
  return actor.kind === 'user' && isPersonMeant(world, actor.user, { repository, type, id: id ?? 0 });
}

function isPersonMeant(
  world: World,
  user: Account,
  listed: { repository: Repository; type: BypassActor['actor_type']; id: number },
): boolean {
  const { repository, type, id } = listed;
  const owner = accountOf(world, repository.ownerId).organization;
  if (type === 'User') return user.id === id;
  if (type === 'OrganizationAdmin')
    return owner?.members.some((one) => one.userId === user.id && one.role === 'admin') ?? false;
  if (type === 'Team') return owner ? isInTeam(owner, user, id) : false;
  const role = type === 'RepositoryRole' ? ROLE_NUMBERS[id] : undefined;
  return role !== undefined && atLeast(roleOf(world, repository, user), role);
}

function isInTeam({ teams }: OrganizationDetail, user: Account, id: number): boolean {
  return teams.some(
    (team) => (team.id === id || team.parentId === id) && team.members.some((one) => one.userId === user.id),
  );
}
