import { z } from 'zod';
import type { Actor } from '../auth/actor.ts';
import { covers } from '../auth/permission.ts';
import { addInstallationToken } from '../auth/token.ts';
import { numberFrom, readBody } from '../body.ts';
import { timestamp } from '../clock.ts';
import { ApiError, notFound, unprocessable } from '../error.ts';
import type { App, Installation, Permissions } from '../model/app.ts';
import { paginate } from '../page.ts';
import { created, noContent, ok, route } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import { publishedPermissions, serialiseApp, serialiseInstallation } from '../serialise/app.ts';
import { serialiseRepository } from '../serialise/repository.ts';
import { announceInstallation } from '../webhook/installation.ts';
import { accountOf, findAccount, reaches } from '../world.ts';

const TokenRequest = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])).optional(),
});

/** What an App does in its own name, with its JWT: itself, its installations, their tokens. */
export const appRoutes = [
  route({
    on: 'GET /app',
    needs: 'app_jwt',
    answer: ({ kernel, actor }) => ok(serialiseApp(kernel, appBehind(actor))),
  }),
  route({
    on: 'GET /apps/{app_slug}',
    needs: 'anyone',
    answer: ({ kernel, params }) => {
      const app = kernel.world.apps.find((one) => one.slug === params.app_slug);
      if (!app) throw notFound();
      return ok(serialiseApp(kernel, app));
    },
  }),
  route({
    on: 'GET /app/installations',
    needs: 'app_jwt',
    answer: (call) => {
      const { kernel, actor } = call;
      const own = kernel.world.installations.filter((one) => one.appId === appBehind(actor).id);
      const { items, headers } = paginate(call, own);
      return ok(
        items.map((one) => serialiseInstallation(kernel, one)),
        headers,
      );
    },
  }),
  route({
    on: 'GET /app/installations/{installation_id}',
    needs: 'app_jwt',
    answer: ({ kernel, actor, params }) =>
      ok(serialiseInstallation(kernel, ownInstallation(kernel, actor, params.installation_id))),
  }),
  route({
    on: 'DELETE /app/installations/{installation_id}',
    needs: 'app_jwt',
    answer: ({ kernel, actor, params }) => {
      const gone = ownInstallation(kernel, actor, params.installation_id);
      const sender = accountOf(kernel.world, appBehind(actor).botId);
      announceInstallation(kernel, gone, { action: 'deleted', sender });
      kernel.world.installations = kernel.world.installations.filter((one) => one !== gone);
      return noContent();
    },
  }),
  route({
    on: 'POST /app/installations/{installation_id}/access_tokens',
    needs: 'app_jwt',
    answer: (call) => {
      const { kernel, actor, params } = call;
      const installation = ownInstallation(kernel, actor, params.installation_id);
      const asked = readBody(call, TokenRequest);
      const permissions = narrowPermissions(installation, asked.permissions);
      const repositoryIds = narrowRepositories(kernel, installation, asked);
      const { token, expiresAtMs } = addInstallationToken(kernel.world, installation, {
        permissions,
        repositoryIds,
      });
      const chosen = kernel.world.repositories.filter((one) => repositoryIds?.includes(one.id));
      return created({
        token,
        expires_at: timestamp(expiresAtMs),
        permissions: publishedPermissions(permissions),
        repository_selection: repositoryIds === null ? ('all' as const) : ('selected' as const),
        ...(repositoryIds === null
          ? {}
          : { repositories: chosen.map((one) => serialiseRepository(kernel, one)) }),
      });
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/installation',
    needs: 'app_jwt',
    answer: ({ kernel, actor, repository }) => {
      const found = kernel.world.installations.find(
        (one) => one.appId === appBehind(actor).id && reaches(one, repository),
      );
      if (!found) throw notFound();
      return ok(serialiseInstallation(kernel, found));
    },
  }),
  route({
    on: 'GET /orgs/{org}/installation',
    needs: 'app_jwt',
    answer: ({ kernel, actor, params }) =>
      ok(serialiseInstallation(kernel, installationOn(kernel, actor, params.org))),
  }),
  route({
    on: 'GET /users/{username}/installation',
    needs: 'app_jwt',
    answer: ({ kernel, actor, params }) =>
      ok(serialiseInstallation(kernel, installationOn(kernel, actor, params.username))),
  }),
];

/** The App of a JWT. @throws ApiError 401 for anybody else. */
export function appBehind(actor: Actor): App {
  if (actor.kind !== 'app') throw new ApiError(401, 'A JSON web token could not be decoded');
  return actor.app;
}

function ownInstallation(kernel: Kernel, actor: Actor, id: string): Installation {
  const found = kernel.world.installations.find(
    (one) => one.id === numberFrom(id) && one.appId === appBehind(actor).id,
  );
  if (!found) throw notFound();
  return found;
}

function installationOn(kernel: Kernel, actor: Actor, login: string): Installation {
  const account = findAccount(kernel.world, login);
  const found = kernel.world.installations.find(
    (one) => one.accountId === account?.id && one.appId === appBehind(actor).id,
  );
  if (!found) throw notFound();
  return found;
}

/** A token may have less than the installation, never more. */
function narrowPermissions(installation: Installation, asked: Permissions | undefined): Permissions {
  if (asked === undefined) return { ...installation.permissions };
  if (!covers(installation.permissions, asked)) {
    throw unprocessable('The permissions requested are not granted to this installation.');
  }
  return { metadata: 'read', ...asked };
}

function narrowRepositories(
  kernel: Kernel,
  installation: Installation,
  asked: z.infer<typeof TokenRequest>,
): number[] | null {
  if (asked.repositories === undefined && asked.repository_ids === undefined)
    return installation.repositoryIds;
  const own = kernel.world.repositories.filter((one) => reaches(installation, one));
  const names = (asked.repositories ?? []).map((name) =>
    own.find((one) => one.name.toLowerCase() === name.toLowerCase()),
  );
  const numbers = (asked.repository_ids ?? []).map((id) => own.find((one) => one.id === id));
  return [...names, ...numbers].map((one) => {
    if (!one)
      throw unprocessable(
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      );
    return one.id;
  });
}
