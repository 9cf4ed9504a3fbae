import { createPublicKey, verify } from 'node:crypto';
import { badCredentials, ApiError } from '../error.ts';
import type { App } from '../model/app.ts';
import type { World } from '../world.ts';

const MAX_LIFE_SECONDS = 600;
const CLOCK_SKEW_SECONDS = 60;

/** Tells whether a bearer secret has the three parts of a JWT. */
export function looksLikeJwt(secret: string): boolean {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(secret);
}

/**
 * Answers the App that signed a JWT.
 *
 * Bounds: RS256 only; at most ten minutes long; checked against real time, because clients sign with their own clock.
 * `iss` is the App's id or its client id.
 * @throws ApiError 401 with GitHub's words.
 * Source: docs.github.com, "Generating a JSON Web Token (JWT) for a GitHub App".
 */
export function verifyAppJwt(world: World, jwt: string): App {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const claims = decodePart(body);
  if (decodePart(head)['alg'] !== 'RS256') throw new ApiError(401, 'A JSON web token could not be decoded');
  const issuer = typeof claims['iss'] === 'number' ? String(claims['iss']) : claims['iss'];
  const app = world.apps.find((one) => String(one.id) === issuer || one.clientId === issuer);
  if (!app) throw new ApiError(401, "'Issuer' claim ('iss') must be an Integer");
  const key = createPublicKey(app.publicKeyPem);
  if (!verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))) {
    throw new ApiError(401, 'A JSON web token could not be decoded');
  }
  checkTimes(Number(claims['iat']), Number(claims['exp']));
  return app;
}

function decodePart(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
  } catch {
    throw badCredentials();
  }
}

function checkTimes(issuedAt: number, expiresAt: number): void {
  const nowSeconds = Date.now() / 1000;
  if (!Number.isFinite(expiresAt) || expiresAt <= nowSeconds) {
    throw new ApiError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (expiresAt > nowSeconds + MAX_LIFE_SECONDS + CLOCK_SKEW_SECONDS) {
    throw new ApiError(401, "'Expiration time' claim ('exp') is too far in the future");
  }
  if (!Number.isFinite(issuedAt) || issuedAt > nowSeconds + CLOCK_SKEW_SECONDS) {
    throw new ApiError(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
}
