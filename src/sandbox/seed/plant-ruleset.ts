import { ApiError } from '../error.ts';
import type { Repository } from '../model/repository.ts';
import { ROLE_NUMBERS } from '../rule/bypass.ts';
import { addRuleset } from '../rule/edit.ts';
import { rulesetFormat, type BypassActor } from '../rule/format.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf, findAccount } from '../world.ts';
import { SeedError } from './error.ts';
import type { SeedRepository } from './format.ts';

type SeedRuleset = SeedRepository['rulesets'][number];

/**
 * Adds the rulesets of a repository; where the API wants the number of an App, a team, a role or a person, a seed may say
 * its name.
 *
 * @throws SeedError for names that lead nowhere and for what the API would refuse.
 */
export function plantRulesets(kernel: Kernel, repository: Repository, given: SeedRuleset[]): void {
  for (const ruleset of given) {
    try {
      addRuleset(kernel, repository, rulesetFormat.parse(withNumbers(kernel, repository, ruleset)));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const problem = error.errors?.map(String).join(', ') ?? error.message;
      throw new SeedError(`ruleset ${ruleset.name}: ${problem}`);
    }
  }
}

function withNumbers(kernel: Kernel, repository: Repository, ruleset: SeedRuleset): unknown {
  const actors = ruleset.bypass_actors.map((listed) => ({
    ...listed,
    actor_id: typeof listed.actor_id === 'string' ? numberOf(kernel, repository, listed) : listed.actor_id,
  }));
  const text = JSON.stringify({ ...ruleset, bypass_actors: actors });
  return JSON.parse(text, (key, value: unknown) =>
    key === 'integration_id' && typeof value === 'string'
      ? numberOf(kernel, repository, { actor_type: 'Integration', actor_id: value })
      : value,
  );
}

function numberOf(
  { world }: Kernel,
  repository: Repository,
  { actor_type: type, actor_id: name }: { actor_type: BypassActor['actor_type']; actor_id: unknown },
): number {
  const candidates = {
    Integration: world.apps.find(({ slug }) => slug === name)?.id,
    Team: accountOf(world, repository.ownerId).organization?.teams.find(({ slug }) => slug === name)?.id,
    User: findAccount(world, String(name))?.id,
    RepositoryRole: Number(Object.entries(ROLE_NUMBERS).find(([, role]) => role === name)?.[0]) || undefined,
    OrganizationAdmin: undefined,
    DeployKey: undefined,
  };
  const id = candidates[type];
  if (id === undefined) throw new SeedError(`there is no ${type} ${String(name)}`);
  return id;
}
