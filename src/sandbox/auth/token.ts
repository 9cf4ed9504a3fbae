import { randomBytes } from 'node:crypto';
import type { Account } from '../model/account.ts';
import type { Installation, Permissions } from '../model/app.ts';
import type { World } from '../world.ts';

const INSTALLATION_TOKEN_LIFE_MS = 3_600_000;

/** Gives a user a token of the classic personal shape, or registers the given one. */
export function addUserToken(world: World, user: Account, token = `ghp_${letters(36)}`): string {
  world.tokens.push({ kind: 'user', token, userId: user.id });
  return token;
}

/** What an installation token may do and where. */
export interface InstallationTokenRequest {
  permissions: Permissions;
  repositoryIds: number[] | null;
  /** Set for a workflow's `GITHUB_TOKEN`. */
  workflowRunId?: number;
}

/**
 * Makes an installation token of the shape GitHub gives since 2026: `ghs_<app id>_<three dotted parts>`, about 520 characters.
 *
 * Units: the expiry is real time, one hour ahead, whatever the sandbox's clock says.
 */
export function addInstallationToken(
  world: World,
  installation: Installation,
  request: InstallationTokenRequest,
): { token: string; expiresAtMs: number } {
  const nowMs = Date.now();
  world.tokens = world.tokens.filter((one) => one.kind === 'user' || one.expiresAtMs > nowMs);
  const token = `ghs_${installation.appId}_${letters(40)}.${letters(300)}.${letters(160)}`;
  const expiresAtMs = nowMs + INSTALLATION_TOKEN_LIFE_MS;
  const { permissions, repositoryIds, workflowRunId = null } = request;
  world.tokens.push({
    kind: 'installation',
    token,
    installationId: installation.id,
    permissions,
    repositoryIds,
    expiresAtMs,
    workflowRunId,
  });
  return { token, expiresAtMs };
}

/** Makes a token worthless at once. */
export function revokeToken(world: World, token: string): void {
  world.tokens = world.tokens.filter((one) => one.token !== token);
}

function letters(count: number): string {
  return randomBytes(count)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, count)
    .padEnd(count, 'x');
}
