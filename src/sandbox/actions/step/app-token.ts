import { createSign } from 'node:crypto';
import { verifyAppJwt } from '../../auth/jwt.ts';
import { covers } from '../../auth/permission.ts';
import { addInstallationToken, revokeToken } from '../../auth/token.ts';
import type { App, Installation, PermissionLevel, Permissions } from '../../model/app.ts';
import type { Repository } from '../../model/repository.ts';
import { accountOf, findAccount, findRepository, reaches } from '../../world.ts';
import type { Desk } from '../desk.ts';
import { inputOf, type Perform, type ReadyStep } from './perform.ts';

/**
 * Does `actions/create-github-app-token`: the key has to sign as the App, the installation has to reach the
 * repositories and have the permissions; the token ends with the job.
 *
 * Source: github.com/actions/create-github-app-token, README (v3).
 */
export const performAppToken: Perform = async (desk, step, log) => {
  const { world } = desk.live.parts.kernel;
  const app = identifyApp(desk, step);
  const { installation, repositories } = findInstallation(desk, step, app);
  const permissions = wantedPermissions(step);
  if (!covers(installation.permissions, permissions)) {
    throw new Error('The permissions requested are not granted to this installation.');
  }
  const { token } = addInstallationToken(world, installation, {
    permissions:
      Object.keys(permissions).length > 0 ? { metadata: 'read', ...permissions } : installation.permissions,
    repositoryIds: repositories?.map((one) => one.id) ?? null,
  });
  desk.masks.add(token);
  if (inputOf(step, 'skip-token-revoke') !== 'true') {
    desk.posts.push({
      name: 'Post Run actions/create-github-app-token',
      perform: async (postLog) => {
        revokeToken(world, token);
        postLog.note('Token revoked');
        return true;
      },
    });
  }
  log.note(`Token for ${app.slug} created, installation ${installation.id}`);
  return {
    ok: true,
    outputs: { token, 'installation-id': String(installation.id), 'app-slug': app.slug },
    summary: '',
  };
};

function identifyApp(desk: Desk, step: ReadyStep): App {
  const issuer = inputOf(step, 'client-id') || inputOf(step, 'app-id');
  const privateKey = inputOf(step, 'private-key').replaceAll('\\n', '\n');
  if (issuer === '') throw new Error('Input required and not supplied: client-id');
  if (privateKey === '') throw new Error('Input required and not supplied: private-key');
  return verifyAppJwt(desk.live.parts.kernel.world, signJwt(issuer, privateKey));
}

function jwtPart(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signJwt(issuer: string, privateKey: string): string {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const unsigned = `${jwtPart({ alg: 'RS256', typ: 'JWT' })}.${jwtPart({ iss: issuer, iat: nowSeconds - 30, exp: nowSeconds + 300 })}`;
  return `${unsigned}.${createSign('sha256').update(unsigned).sign(privateKey, 'base64url')}`;
}

function findInstallation(
  desk: Desk,
  step: ReadyStep,
  app: App,
): { installation: Installation; repositories: Repository[] | null } {
  const { world } = desk.live.parts.kernel;
  const own = accountOf(world, desk.live.repository.ownerId);
  const ownerLogin = inputOf(step, 'owner');
  const owner = ownerLogin === '' ? own : findAccount(world, ownerLogin);
  const names = inputOf(step, 'repositories')
    .split(/[\s,]+/)
    .filter((name) => name !== '');
  const installation = world.installations.find((one) => one.appId === app.id && one.accountId === owner?.id);
  if (!owner || !installation)
    throw new Error(
      'Not Found - https://docs.github.com/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app',
    );
  if (ownerLogin !== '' && names.length === 0) return { installation, repositories: null };
  const repositories =
    names.length === 0 ? [desk.live.repository] : names.map((name) => findNamed(desk, owner.login, name));
  if (!repositories.every((one) => reaches(installation, one))) {
    throw new Error(
      'Not Found - https://docs.github.com/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app',
    );
  }
  return { installation, repositories };
}

function findNamed(desk: Desk, owner: string, name: string): Repository {
  const repository = findRepository(desk.live.parts.kernel.world, owner, name.split('/').at(-1) ?? name);
  if (!repository)
    throw new Error(
      `There is at least one repository that does not exist or is not accessible to the parent installation: ${name}`,
    );
  return repository;
}

/** `permission-pull-requests: write` asks for `pull_requests`. */
function wantedPermissions(step: ReadyStep): Permissions {
  const entries = Object.entries(step.inputs).flatMap(([name, level]) => {
    const match = /^permission-(.+)$/.exec(name.toLowerCase());
    if (!match?.[1] || level.trim() === '') return [];
    return [[match[1].replaceAll('-', '_'), asLevel(level.trim())] as const];
  });
  return Object.fromEntries(entries);
}

function asLevel(text: string): PermissionLevel {
  if (text === 'read' || text === 'write' || text === 'admin') return text;
  throw new Error(`'${text}' is no permission level: use read, write or admin`);
}
