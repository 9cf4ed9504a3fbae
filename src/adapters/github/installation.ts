import type { Installations, RepositoryName } from '../../ports/installations.ts';
import type { GitHubClient } from './client.ts';
import { calling, callingUnlessGone } from './failure.ts';

const PER_PAGE = 100;

/** What it takes to ask as the App, and as one of its installations. */
export interface AppClients {
  readonly app: GitHubClient;
  readonly installation: (id: number) => Promise<GitHubClient>;
}

/** Where the App is installed: one call for its installations, one for the repositories of each. */
export function createInstallations(clients: AppClients): Installations {
  return {
    ids: () =>
      calling('list the installations', async () => {
        const all = await readPages(async (page) => {
          const { data } = await clients.app.request('GET /app/installations', { per_page: PER_PAGE, page });
          return data;
        });
        return all.filter(({ suspended_at: suspended }) => !suspended).map(({ id }) => id);
      }),
    // Source: for an installation that is not its own an App gets no token, so nothing is read.
    repositories: (id) =>
      callingUnlessGone('list the repositories of an installation', async () => {
        const client = await clients.installation(id);
        return readPages((page) => readRepositories(client, page));
      }),
  };
}

async function readRepositories(client: GitHubClient, page: number): Promise<RepositoryName[]> {
  const { data } = await client.request('GET /installation/repositories', { per_page: PER_PAGE, page });
  return data.repositories.map(({ id, owner, name, default_branch: defaultBranch }) => ({
    id: Number(id),
    owner: owner.login,
    name,
    defaultBranch,
  }));
}

async function readPages<T>(read: (page: number) => Promise<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; ; page += 1) {
    const found = await read(page);
    all.push(...found);
    if (found.length < PER_PAGE) return all;
  }
}
