import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Account, RepositoryRole, Team } from './model/account.ts';
import type { App, Installation, Permissions } from './model/app.ts';
import type { Repository } from './model/repository.ts';
import type { Kernel } from './sandbox.ts';
import { fullNameOf, nextId, nextIdentity, type World } from './world.ts';

/** What a new user may be given. */
export interface NewUser {
  login: string;
  name?: string;
  email?: string;
  siteAdmin?: boolean;
}

/** Adds a person. @throws Error when the login is taken. */
export function addUser(kernel: Kernel, user: NewUser): Account {
  return addAccount(kernel, { ...user, type: 'User' });
}

/** Adds a bot of GitHub's own, which belongs to no App here. @throws Error when the login is taken. */
export function addBot(kernel: Kernel, login: string): Account {
  return addAccount(kernel, { login, type: 'Bot' });
}

/** Adds an organisation without members. @throws Error when the login is taken. */
export function addOrganization(
  kernel: Kernel,
  organization: { login: string; name?: string; basePermission?: RepositoryRole | 'none' },
): Account {
  const account = addAccount(kernel, { ...organization, type: 'Organization' });
  account.organization = { members: [], basePermission: organization.basePermission ?? 'read', teams: [] };
  return account;
}

/** Adds a team to an organisation. */
export function addTeam(
  kernel: Kernel,
  organization: Account,
  team: { name: string; parentId?: number; members?: Account[] },
): Team {
  const added: Team = {
    ...nextIdentity(kernel.world, 'Team'),
    slug: team.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    name: team.name,
    description: null,
    privacy: 'closed',
    parentId: team.parentId ?? null,
    members: (team.members ?? []).map((member) => ({ userId: member.id, role: 'member' })),
    createdAt: kernel.clock.now(),
  };
  organization.organization?.teams.push(added);
  return added;
}

/** What a new repository may be given. */
export interface NewRepository {
  owner: Account;
  name: string;
  private?: boolean;
  description?: string;
  /** Default `main`. */
  defaultBranch?: string;
  /** Of a fork; `createFork` makes a whole one. */
  parentId?: number;
}

/** Adds a repository without commits, with its bare git repository. @throws Error when the name is taken. */
export function addRepository(kernel: Kernel, given: NewRepository): Repository {
  const { world, clock } = kernel;
  const now = clock.now();
  const repository: Repository = {
    ...nextIdentity(world, 'Repository'),
    ownerId: given.owner.id,
    parentId: given.parentId ?? null,
    name: given.name,
    description: given.description ?? null,
    private: given.private ?? false,
    archived: false,
    defaultBranch: given.defaultBranch ?? 'main',
    deleteBranchOnMerge: false,
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
    collaborators: [],
    teams: [],
    lastNumber: 0,
    labels: [],
    issues: [],
    pulls: [],
    stores: {},
  };
  const name = fullNameOf(world, repository);
  if (world.repositories.some((one) => fullNameOf(world, one).toLowerCase() === name.toLowerCase()))
    throw new Error(`repository ${name} exists`);
  world.repositories.push(repository);
  kernel.git.create(repository);
  return repository;
}

/** What a new App may be given. */
export interface NewApp {
  slug: string;
  name?: string;
  owner: Account;
  id?: number;
  permissions: Permissions;
  events: string[];
  webhook?: { url: string; secret: string };
  /** Default: a key pair that Apps of this slug share, in whatever world of this process. */
  keys?: { publicKeyPem: string; privateKeyPem: string | null };
}

/** Registers an App with its bot account. */
export function addApp(kernel: Kernel, given: NewApp): App {
  const { world, clock } = kernel;
  const bot = addAccount(kernel, { login: `${given.slug}[bot]`, type: 'Bot' });
  const identity = nextIdentity(world, 'App');
  const keys = given.keys ?? keysOf(given.slug);
  const app: App = {
    ...identity,
    id: given.id ?? identity.id,
    clientId: `Iv23li${randomBytes(7).toString('hex')}`,
    slug: given.slug,
    name: given.name ?? given.slug,
    description: null,
    ownerId: given.owner.id,
    botId: bot.id,
    ...keys,
    permissions: { metadata: 'read', ...given.permissions },
    events: given.events,
    hook: given.webhook ? { id: nextId(world), ...given.webhook, active: true } : null,
    createdAt: clock.now(),
    updatedAt: clock.now(),
  };
  world.apps.push(app);
  return app;
}

/** Installs an App on an account; `repositories` narrows it. No `installation` webhook is sent. */
export function installApp(
  kernel: Kernel,
  app: App,
  on: { account: Account; repositories?: Repository[] },
): Installation {
  const { world, clock } = kernel;
  const installation: Installation = {
    ...nextIdentity(world, 'Installation'),
    appId: app.id,
    accountId: on.account.id,
    repositoryIds: on.repositories?.map((one) => one.id) ?? null,
    permissions: { ...app.permissions },
    events: [...app.events],
    createdAt: clock.now(),
    updatedAt: clock.now(),
  };
  world.installations.push(installation);
  return installation;
}

/** The number GitHub Actions has as an App; its bot is `github-actions[bot]`. */
export const ACTIONS_APP_ID = 15368;

/**
 * The installation behind a workflow's `GITHUB_TOKEN` on an account; it is made when first asked for.
 *
 * Give it to `addInstallationToken` with the job's `permissions`, the repository and the run's id.
 */
export function actionsInstallation(kernel: Kernel, account: Account): Installation {
  const { world } = kernel;
  const known = world.apps.find((app) => app.id === ACTIONS_APP_ID);
  const app =
    known ??
    addApp(kernel, {
      slug: 'github-actions',
      name: 'GitHub Actions',
      id: ACTIONS_APP_ID,
      owner: account,
      permissions: {},
      events: [],
      keys: NO_KEYS,
    });
  return (
    world.installations.find((one) => one.appId === app.id && one.accountId === account.id) ??
    installApp(kernel, app, { account })
  );
}

const NO_KEYS = { publicKeyPem: '', privateKeyPem: null };

interface AppKeys {
  publicKeyPem: string;
  privateKeyPem: string;
}

const madeKeys = new Map<string, AppKeys>();

/** To make a key takes the processor a twentieth of a second; tests have many worlds in one process. */
function keysOf(slug: string): AppKeys {
  const keys = madeKeys.get(slug) ?? createKeys();
  madeKeys.set(slug, keys);
  return keys;
}

function createKeys(): AppKeys {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return { publicKeyPem: publicKey, privateKeyPem: privateKey };
}

function addAccount(kernel: Kernel, account: NewUser & { type: Account['type'] }): Account {
  const { world, clock } = kernel;
  if (isTaken(world, account.login)) throw new Error(`login ${account.login} is taken`);
  const added: Account = {
    ...nextIdentity(world, account.type),
    login: account.login,
    type: account.type,
    name: account.name ?? null,
    email: account.email ?? null,
    siteAdmin: account.siteAdmin ?? false,
    createdAt: clock.now(),
    updatedAt: clock.now(),
    organization: null,
  };
  world.accounts.push(added);
  return added;
}

function isTaken(world: World, login: string): boolean {
  return world.accounts.some((one) => one.login.toLowerCase() === login.toLowerCase());
}
