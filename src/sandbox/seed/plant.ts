import { addUserToken } from '../auth/token.ts';
import { addApp, addOrganization, addTeam, addUser, installApp } from '../found.ts';
import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { findAccount, findRepository, worldStore } from '../world.ts';
import { SeedError } from './error.ts';
import type { Seed, SeedApp, SeedRepository } from './format.ts';
import { plantCustomRules } from './plant-environment.ts';
import { plantRepository, type Ground } from './plant-repository.ts';
import { plantRulesets } from './plant-ruleset.ts';

const plantedIn = worldStore<{ at: string | null }>('seed', () => ({ at: null }));

/**
 * Fills a new sandbox; one that was filled before, and came back from its data folder, stays as it is.
 *
 * Apps come late, so that nothing of the seed is sent to them, and what names Apps last: rulesets and environments' rules.
 *
 * `folder` is where relative paths begin. @throws SeedError for names that lead nowhere.
 */
export async function plantSeed(kernel: Kernel, seed: Seed, folder: string): Promise<void> {
  const planted = plantedIn(kernel.world);
  if (planted.at !== null) return;
  planted.at = kernel.clock.now();
  for (const { token, login, name = login, email } of seed.users) {
    const account = addUser(kernel, { login, name, ...(email ? { email } : {}) });
    addUserToken(kernel.world, account, token);
  }
  for (const organization of seed.organizations) plantOrganization(kernel, organization);
  const ground = { folder, personOf: (login: string) => personOf(kernel, login) };
  for (const repository of seed.repositories) await plantNamed(kernel, repository, ground);
  for (const app of seed.apps) plantApp(kernel, app);
  for (const { name, rulesets, environments } of seed.repositories) {
    const repository = repositoryNamed(kernel, name);
    plantRulesets(kernel, repository, rulesets);
    for (const environment of environments) plantCustomRules(kernel, repository, environment);
  }
}

async function plantNamed(kernel: Kernel, repository: SeedRepository, ground: Ground): Promise<void> {
  try {
    await plantRepository(kernel, repository, ground);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new SeedError(`repository ${repository.name}: ${message}`);
  }
}

function plantOrganization(kernel: Kernel, given: Seed['organizations'][number]): void {
  const account = addOrganization(kernel, {
    login: given.login,
    name: given.name ?? given.login,
    basePermission: given.base_permission,
  });
  account.organization?.members.push(
    ...given.owners.map((login) => ({ userId: personOf(kernel, login).id, role: 'admin' as const })),
    ...given.members.map((login) => ({ userId: personOf(kernel, login).id, role: 'member' as const })),
  );
  const byName = new Map<string, number>();
  for (const { name, parent, members } of given.teams) {
    const parentId = parent === undefined ? undefined : byName.get(parent);
    if (parent !== undefined && parentId === undefined)
      throw new SeedError(`team ${name}: its parent ${parent} has to come before it`);
    const team = addTeam(kernel, account, {
      name,
      members: members.map((login) => personOf(kernel, login)),
      ...(parentId === undefined ? {} : { parentId }),
    });
    byName.set(name, team.id);
  }
}

function plantApp(kernel: Kernel, given: SeedApp): void {
  const app = addApp(kernel, {
    slug: given.slug,
    owner: accountNamed(kernel, given.owner),
    permissions: given.permissions,
    events: given.events,
    ...(given.name ? { name: given.name } : {}),
    ...(given.id ? { id: given.id } : {}),
    ...(given.webhook ? { webhook: given.webhook } : {}),
  });
  for (const { account, repositories } of given.installations ?? [{ account: given.owner }]) {
    const found = repositories?.map((name) => repositoryNamed(kernel, `${account}/${name}`));
    installApp(kernel, app, {
      account: accountNamed(kernel, account),
      ...(found ? { repositories: found } : {}),
    });
  }
}

function repositoryNamed(kernel: Kernel, fullName: string): Repository {
  const [owner = '', name = ''] = fullName.split('/');
  const repository = findRepository(kernel.world, owner, name);
  if (!repository) throw new SeedError(`there is no repository ${fullName}`);
  return repository;
}

function accountNamed(kernel: Kernel, login: string): Account {
  const account = findAccount(kernel.world, login);
  if (!account) throw new SeedError(`there is no account ${login}`);
  return account;
}

function personOf(kernel: Kernel, login: string): Account {
  const account = accountNamed(kernel, login);
  if (account.type !== 'User') throw new SeedError(`${login} is not a person`);
  return account;
}
