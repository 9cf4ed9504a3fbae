import { accountOf, fullNameOf, type World } from './world.ts';
import type { Repository } from './model/repository.ts';

/** Where everything is, as GitHub Enterprise Server lays it out: pages at the root, REST under `/api/v3`. */
export interface Urls {
  /** Pages and git: `http://127.0.0.1:1234`. */
  web: string;
  /** REST: `http://127.0.0.1:1234/api/v3`. */
  api: string;
  /** GraphQL: `http://127.0.0.1:1234/api/graphql`. */
  graphql: string;
  /** An account's API address; `[bot]` is escaped. */
  apiUser(login: string): string;
  webUser(login: string): string;
  /** A repository's API address, `path` appended: `apiRepository(r, 'issues/1')`. */
  apiRepository(repository: Repository, path?: string): string;
  webRepository(repository: Repository, path?: string): string;
}

/** Makes the addresses of one sandbox. */
export function createUrls(world: World, web: string): Urls {
  const api = `${web}/api/v3`;
  return {
    web,
    api,
    graphql: `${web}/api/graphql`,
    apiUser: (login) => `${api}/users/${encodeURIComponent(login)}`,
    webUser: (login) => {
      const bot = /^(.*)\[bot\]$/.exec(login);
      return bot ? `${web}/apps/${bot[1]}` : `${web}/${login}`;
    },
    apiRepository: (repository, path) => under(`${api}/repos/${fullNameOf(world, repository)}`, path),
    webRepository: (repository, path) =>
      under(`${web}/${accountOf(world, repository.ownerId).login}/${repository.name}`, path),
  };
}

function under(base: string, path?: string): string {
  return path ? `${base}/${path}` : base;
}
