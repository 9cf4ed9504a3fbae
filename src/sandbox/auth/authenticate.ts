import { badCredentials } from '../error.ts';
import { accountOf, appOf, type World } from '../world.ts';
import type { Actor } from './actor.ts';
import { looksLikeJwt, verifyAppJwt } from './jwt.ts';

/**
 * Finds out who calls from the `Authorization` header: `token x`, `Bearer x`, or Basic with the token as password.
 *
 * @throws ApiError 401 for a secret nobody has; it never falls back to some user.
 */
export function authenticate(world: World, authorization: string | undefined): Actor {
  if (!authorization) return { kind: 'anonymous' };
  const [scheme = '', value = ''] = authorization.trim().split(/\s+/, 2);
  const secret = scheme.toLowerCase() === 'basic' ? basicSecret(value) : value;
  if (!/^(basic|bearer|token)$/i.test(scheme) || !secret) throw badCredentials();
  return looksLikeJwt(secret)
    ? { kind: 'app', app: verifyAppJwt(world, secret) }
    : actorOfToken(world, secret);
}

/** The bare secret of an `Authorization` header, for revoking it. */
export function secretOf(authorization: string | undefined): string {
  return authorization?.trim().split(/\s+/, 2)[1] ?? '';
}

function basicSecret(encoded: string): string {
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  const [user, password] = [text.slice(0, colon), text.slice(colon + 1)];
  return password === '' || password === 'x-oauth-basic' ? user : password;
}

function actorOfToken(world: World, secret: string): Actor {
  const token = world.tokens.find((one) => one.token === secret);
  if (!token) throw badCredentials();
  if (token.kind === 'user') return { kind: 'user', user: accountOf(world, token.userId) };
  const installation = world.installations.find((one) => one.id === token.installationId);
  if (!installation || token.expiresAtMs <= Date.now()) throw badCredentials();
  const { permissions, repositoryIds, workflowRunId } = token;
  return {
    kind: 'installation',
    app: appOf(world, installation.appId),
    installation,
    permissions,
    repositoryIds,
    workflowRunId,
  };
}
