import { ApiError, forbidden, notForIntegration, notFound } from '../error.ts';
import type { RepositoryRole } from '../model/account.ts';
import type { PermissionLevel, Permissions } from '../model/app.ts';
import type { Repository } from '../model/repository.ts';
import { reaches, type World } from '../world.ts';
import type { Actor } from './actor.ts';
import { atLeast, roleOf } from './role.ts';

/**
 * What a route on a repository asks of its caller.
 *
 * `app`: the permissions an installation token must have; a list means any one of them is enough.
 * `user`: the least role of a person. With `read`, public repositories are open to everybody, as GitHub documents
 * ("without authentication or the aforementioned permissions if only public resources are requested"),
 * unless `evenIfPublic` is set.
 */
export interface RepositoryNeed {
  app: Permissions | Permissions[];
  user: RepositoryRole;
  evenIfPublic?: true;
}

/** What any route asks of its caller. `signed_in` is a person or an installation. */
export type Need = 'anyone' | 'signed_in' | 'user' | 'app_jwt' | 'installation' | RepositoryNeed;

const LEVELS: PermissionLevel[] = ['read', 'write', 'admin'];

/** Tells whether granted App permissions cover the wanted ones; every installation has `metadata: read`. */
export function covers(granted: Permissions, wanted: Permissions): boolean {
  return Object.entries(wanted).every(([name, level]) => {
    const has = granted[name] ?? (name === 'metadata' ? 'read' : undefined);
    return has !== undefined && LEVELS.indexOf(has) >= LEVELS.indexOf(level);
  });
}

/** Tells whether the actor may know that the repository exists. */
export function canSee(world: World, actor: Actor, repository: Repository): boolean {
  if (!repository.private) return true;
  if (actor.kind === 'installation') return reachesAs(actor, repository);
  return actor.kind === 'user' && atLeast(roleOf(world, repository, actor.user), 'read');
}

/** Refuses a caller of the wrong kind for a route that is not about a repository. */
export function checkCaller(actor: Actor, need: Exclude<Need, RepositoryNeed>): void {
  if (need === 'anyone') return;
  if (actor.kind === 'anonymous') throw new ApiError(401, 'Requires authentication');
  if (need === 'app_jwt') {
    if (actor.kind !== 'app') throw new ApiError(401, 'A JSON web token could not be decoded');
    return;
  }
  if (actor.kind === 'app')
    throw new ApiError(403, 'This endpoint requires you to be authenticated as a user or installation');
  if (need === 'installation' && actor.kind !== 'installation') {
    throw forbidden(
      'You must authenticate with an installation access token in order to list repositories for an installation.',
    );
  }
  if (need === 'user' && actor.kind !== 'user') throw notForIntegration();
}

/**
 * Refuses a caller who may not do this to a repository.
 *
 * @throws ApiError 404 where the repository must stay unknown, 401 without a secret, 403 otherwise.
 */
export function checkRepositoryNeed(
  world: World,
  actor: Actor,
  request: { repository: Repository; need: RepositoryNeed },
): void {
  const { repository, need } = request;
  if (!canSee(world, actor, repository)) throw notFound();
  if (actor.kind === 'app')
    throw new ApiError(401, 'A JSON web token is not accepted here: use an installation access token');
  if (need.user === 'read' && !need.evenIfPublic && !repository.private) return;
  if (actor.kind === 'anonymous') throw new ApiError(401, 'Requires authentication');
  if (actor.kind === 'user') checkRole(world, actor.user, request);
  else if (!appMay(actor, repository, need)) throw notForIntegration();
}

/** Tells, without throwing, whether the actor meets a need on a repository. */
export function meets(
  world: World,
  actor: Actor,
  request: { repository: Repository; need: RepositoryNeed },
): boolean {
  try {
    checkRepositoryNeed(world, actor, request);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

function checkRole(
  world: World,
  user: Parameters<typeof roleOf>[2],
  request: { repository: Repository; need: RepositoryNeed },
): void {
  if (atLeast(roleOf(world, request.repository, user), request.need.user)) return;
  const wanted = request.need.user;
  throw forbidden(
    wanted === 'admin'
      ? 'Must have admin rights to Repository.'
      : `You must have ${wanted} access to this repository.`,
  );
}

function appMay(
  actor: Extract<Actor, { kind: 'installation' }>,
  repository: Repository,
  need: RepositoryNeed,
): boolean {
  const ways = Array.isArray(need.app) ? need.app : [need.app];
  return reachesAs(actor, repository) && ways.some((way) => covers(actor.permissions, way));
}

function reachesAs(actor: Extract<Actor, { kind: 'installation' }>, repository: Repository): boolean {
  return (
    reaches(actor.installation, repository) &&
    (actor.repositoryIds === null || actor.repositoryIds.includes(repository.id))
  );
}
