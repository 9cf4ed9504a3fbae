import type { Permissions } from '../model/app.ts';
import type { Sandbox } from '../sandbox.ts';
import { accountOf, fullNameOf } from '../world.ts';

/** Everything a client needs to use a running sandbox: the one line that `npm run sandbox` prints. */
export interface SandboxDescription {
  url: string;
  api: string;
  graphql: string;
  users: { login: string; token: string }[];
  repositories: { name: string; clone: string; page: string }[];
  apps: {
    slug: string;
    id: number;
    client_id: string;
    private_key: string | null;
    webhook_secret: string | null;
    permissions: Permissions;
    installations: { id: number; account: string }[];
  }[];
}

/** Describes a sandbox with its secrets. */
export function describeSandbox({ world, urls }: Sandbox): SandboxDescription {
  return {
    url: urls.web,
    api: urls.api,
    graphql: urls.graphql,
    users: world.tokens.flatMap((token) =>
      token.kind === 'user' ? [{ login: accountOf(world, token.userId).login, token: token.token }] : [],
    ),
    repositories: world.repositories.map((repository) => ({
      name: fullNameOf(world, repository),
      clone: `${urls.webRepository(repository)}.git`,
      page: urls.webRepository(repository),
    })),
    apps: world.apps
      .filter((app) => app.privateKeyPem !== null)
      .map((app) => ({
        slug: app.slug,
        id: app.id,
        client_id: app.clientId,
        private_key: app.privateKeyPem,
        webhook_secret: app.hook?.secret ?? null,
        permissions: app.permissions,
        installations: world.installations
          .filter((one) => one.appId === app.id)
          .map((one) => ({ id: one.id, account: accountOf(world, one.accountId).login })),
      })),
  };
}
