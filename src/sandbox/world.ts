import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './model/account.ts';
import type { App, Installation, Token } from './model/app.ts';
import type { Repository } from './model/repository.ts';

/** Everything the sandbox knows beside git: plain data, so that it fits in one JSON file. */
export interface World {
  lastId: number;
  accounts: Account[];
  apps: App[];
  installations: Installation[];
  tokens: Token[];
  repositories: Repository[];
  /** What other parts keep for the whole sandbox: see `worldStore`. */
  stores: { [name: string]: unknown };
}

/** Ids start high enough not to be taken for issue numbers. */
const FIRST_IDS_AFTER = 1000;

/** A world with nobody in it. */
function createWorld(lastId: number): World {
  return {
    lastId,
    accounts: [],
    apps: [],
    installations: [],
    tokens: [],
    repositories: [],
    stores: {},
  };
}

/** Gives a fresh numeric id; one counter serves every kind of thing. */
export function nextId(world: World): number {
  world.lastId += 1;
  return world.lastId;
}

/** Gives a fresh id with its GraphQL global id. `kind` is the GraphQL type name (`Issue`, `CheckRun`). */
export function nextIdentity(world: World, kind: string): { id: number; nodeId: string } {
  const id = nextId(world);
  return { id, nodeId: nodeIdOf(kind, id) };
}

/** The GraphQL global id of a thing. */
export function nodeIdOf(kind: string, id: number): string {
  return `${kind.replaceAll(/[a-z]/g, '') || 'N'}_${Buffer.from(`${kind}:${id}`).toString('base64url')}`;
}

/** Reads a GraphQL global id back; `null` for one that is not ours. */
export function parseNodeId(nodeId: string): { kind: string; id: number } | null {
  const text = Buffer.from(nodeId.slice(nodeId.indexOf('_') + 1), 'base64url').toString();
  const match = /^([A-Za-z]+):(\d+)$/.exec(text);
  return match?.[1] ? { kind: match[1], id: Number(match[2]) } : null;
}

/**
 * Declares data that a part of the sandbox keeps per repository, empty until first asked for.
 *
 * Bounds: plain JSON only, or it will not survive `--data`. `name` is unique in the sandbox.
 */
export function repositoryStore<T>(name: string, empty: () => T): (repository: Repository) => T {
  return (repository) => storeIn<T>(repository.stores, name, empty);
}

/** Declares data that a part of the sandbox keeps once; same bounds as `repositoryStore`. */
export function worldStore<T>(name: string, empty: () => T): (world: World) => T {
  return (world) => storeIn<T>(world.stores, name, empty);
}

function storeIn<T>(stores: { [name: string]: unknown }, name: string, empty: () => T): T {
  stores[name] ??= empty();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- stored JSON gets its type back here; only `name`'s owner writes it
  return stores[name] as T;
}

/** Finds an account by login, regardless of case. */
export function findAccount(world: World, login: string): Account | null {
  const wanted = login.toLowerCase();
  return world.accounts.find((account) => account.login.toLowerCase() === wanted) ?? null;
}

/** The account with this id; an unknown id is a bug. */
export function accountOf(world: World, id: number): Account {
  const account = world.accounts.find((candidate) => candidate.id === id);
  if (!account) throw new Error(`no account with id ${id}`);
  return account;
}

/** The App with this id; an unknown id is a bug. */
export function appOf(world: World, id: number): App {
  const app = world.apps.find((candidate) => candidate.id === id);
  if (!app) throw new Error(`no App with id ${id}`);
  return app;
}

/** Finds a repository by owner and name, regardless of case. */
export function findRepository(world: World, owner: string, name: string): Repository | null {
  const ownerId = findAccount(world, owner)?.id;
  const wanted = name.toLowerCase();
  return (
    world.repositories.find((one) => one.ownerId === ownerId && one.name.toLowerCase() === wanted) ?? null
  );
}

/** `owner/name` as written. */
export function fullNameOf(world: World, repository: Repository): string {
  return `${accountOf(world, repository.ownerId).login}/${repository.name}`;
}

/** Tells whether an installation reaches a repository. */
export function reaches(installation: Installation, repository: Repository): boolean {
  if (installation.accountId !== repository.ownerId) return false;
  return installation.repositoryIds === null || installation.repositoryIds.includes(repository.id);
}

const WORLD_FILE = 'world.json';

/** Loads the world kept in `folder`, or a new one. */
export function loadWorld(folder: string, idsAfter = FIRST_IDS_AFTER): World {
  const file = join(folder, WORLD_FILE);
  if (!existsSync(file)) return createWorld(idsAfter);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the file is written by `saveWorld` alone
  return JSON.parse(readFileSync(file, 'utf8')) as World;
}

const saved = new WeakMap<World, string>();

/** Keeps the world in `folder`, if it changed; a crash in the middle leaves the old file. */
export function saveWorld(folder: string, world: World): void {
  const text = JSON.stringify(world);
  if (saved.get(world) === text) return;
  saved.set(world, text);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, WORLD_FILE);
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** Makes sure of `web-flow`, the account under which GitHub commits merges, web edits and signed commits of Apps. */
export function addWebFlow(world: World): void {
  if (findAccount(world, 'web-flow')) return;
  const createdAt = '2017-01-01T00:00:00Z';
  const identity = { id: 19864447, nodeId: nodeIdOf('User', 19864447) };
  const account = {
    login: 'web-flow',
    type: 'User' as const,
    name: 'GitHub Web Flow',
    email: 'noreply@github.com',
  };
  world.accounts.push({
    ...identity,
    ...account,
    siteAdmin: false,
    createdAt,
    updatedAt: createdAt,
    organization: null,
  });
}
