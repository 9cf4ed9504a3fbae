import type { Actor } from '../auth/actor.ts';
import { authorOf } from '../auth/author.ts';
import { checkRepositoryNeed } from '../auth/permission.ts';
import { ApiError, unprocessable } from '../error.ts';
import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { Ruleset } from '../model/ruleset.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf, nextIdentity, type World } from '../world.ts';
import { announceRuleset, changesOf } from './announce.ts';
import { ROLE_NUMBERS } from './bypass.ts';
import { readRules, type BypassActor, type NewRuleset, type RulesetChange } from './format.ts';
import { WRITE_RULES } from './need.ts';
import { rulesetsOf } from './store.ts';

/** Makes a ruleset and tells the Apps. @throws ApiError as `addRuleset`, 403 for those who may not. */
export function createRuleset(
  kernel: Kernel,
  repository: Repository,
  { given, actor }: { given: NewRuleset; actor: Actor },
): Ruleset {
  checkRepositoryNeed(kernel.world, actor, { repository, need: WRITE_RULES });
  const ruleset = addRuleset(kernel, repository, given);
  announceRuleset(
    kernel,
    { repository, ruleset },
    { action: 'created', author: authorOf(kernel.world, actor) },
  );
  return ruleset;
}

/**
 * Makes a ruleset without telling anybody.
 *
 * @throws ApiError 422 for a name that is taken, a pattern that is no full ref name, an actor who is not there; 501 for
 * what the sandbox does not enforce.
 */
export function addRuleset(kernel: Kernel, repository: Repository, given: NewRuleset): Ruleset {
  const now = kernel.clock.now();
  const ruleset: Ruleset = {
    ...nextIdentity(kernel.world, 'RepositoryRuleset'),
    name: given.name,
    enforcement: given.enforcement,
    include: [],
    exclude: [],
    bypassActors: [],
    rules: [],
    createdAt: now,
    updatedAt: now,
    ...partsOf(kernel.world, repository, given),
  };
  checkName(repository, ruleset);
  rulesetsOf(repository).push(ruleset);
  return ruleset;
}

/** Changes a ruleset: a part that is given replaces the whole part. @throws ApiError as `createRuleset`. */
export function editRuleset(
  kernel: Kernel,
  place: { repository: Repository; ruleset: Ruleset },
  { change, actor }: { change: RulesetChange; actor: Actor },
): void {
  const { repository, ruleset } = place;
  checkRepositoryNeed(kernel.world, actor, { repository, need: WRITE_RULES });
  const before = { ...ruleset };
  const { name = ruleset.name, enforcement = ruleset.enforcement } = change;
  const after = { ...ruleset, ...partsOf(kernel.world, repository, change), name, enforcement };
  checkName(repository, after);
  Object.assign(ruleset, after, { updatedAt: kernel.clock.now() });
  const author = authorOf(kernel.world, actor);
  announceRuleset(kernel, place, { action: 'edited', author, changes: changesOf(before, ruleset) });
}

/** Deletes a ruleset: from then on it rules nothing. */
export function deleteRuleset(
  kernel: Kernel,
  place: { repository: Repository; ruleset: Ruleset },
  actor: Actor,
): void {
  const { repository, ruleset } = place;
  checkRepositoryNeed(kernel.world, actor, { repository, need: WRITE_RULES });
  const all = rulesetsOf(repository);
  all.splice(all.indexOf(ruleset), 1);
  announceRuleset(kernel, place, { action: 'deleted', author: authorOf(kernel.world, actor) });
}

/** The parts of a ruleset that a request gives, checked. */
function partsOf(world: World, repository: Repository, given: RulesetChange): Partial<Ruleset> {
  const { target = 'branch', conditions, bypass_actors: bypassActors, rules } = given;
  if (target !== 'branch') throw new ApiError(501, `The sandbox enforces no rulesets over a ${target}`);
  const refs = conditions?.ref_name;
  if (refs) checkPatterns([...refs.include, ...refs.exclude]);
  for (const actor of bypassActors ?? []) checkActor(world, repository, actor);
  return {
    ...refs,
    ...(bypassActors ? { bypassActors } : {}),
    ...(rules ? { rules: readRules(rules) } : {}),
  };
}

function checkName(repository: Repository, { id, name }: Ruleset): void {
  const taken = rulesetsOf(repository).some((one) => one.id !== id && one.name === name);
  if (taken) throw unprocessable('Validation Failed', ['Name must be unique']);
}

function checkPatterns(patterns: string[]): void {
  const bad = patterns.filter((pattern) => !/^(?:refs\/heads\/.+|~ALL|~DEFAULT_BRANCH)$/.test(pattern));
  if (bad.length === 0) return;
  const names = bad.map((pattern) => `'${pattern}'`).join(', ');
  throw unprocessable('Validation Failed', [`Invalid target patterns: ${names}`]);
}

function checkActor(world: World, repository: Repository, actor: BypassActor): void {
  if (IS_THERE[actor.actor_type](world, accountOf(world, repository.ownerId), actor.actor_id)) return;
  const name = [actor.actor_type, actor.actor_id].filter((part) => part !== null).join(' ');
  const problem = `Actor ${name} must be part of the ruleset source or owner organization`;
  throw unprocessable('Validation Failed', [problem]);
}

const IS_THERE: {
  readonly [Type in BypassActor['actor_type']]: (world: World, owner: Account, id: number | null) => boolean;
} = {
  Integration: (world, owner, id) =>
    world.installations.some((one) => one.appId === id && one.accountId === owner.id),
  OrganizationAdmin: (_world, owner) => owner.organization !== null,
  RepositoryRole: (_world, _owner, id) => ROLE_NUMBERS[id ?? 0] !== undefined,
  Team: (_world, owner, id) => owner.organization?.teams.some((team) => team.id === id) ?? false,
  User: (world, _owner, id) => world.accounts.some((one) => one.id === id && one.type === 'User'),
  DeployKey: () => true,
};
