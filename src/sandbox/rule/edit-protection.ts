import { z } from 'zod';
import type { Actor } from '../auth/actor.ts';
import { authorOf } from '../auth/author.ts';
import { latestOfName } from '../check/store.ts';
import { ApiError, unprocessable } from '../error.ts';
import type { BranchProtection } from '../model/protection.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf, findAccount, nextIdentity, type World } from '../world.ts';
import { announceProtection, protectionChanges } from './announce-protection.ts';
import { protectionOf, protectionsOf } from './protection.ts';

const names = z.array(z.string()).default([]);
/** Parts that the sandbox would not enforce. */
const off = z.literal(false).nullish();
const nobody = z.object({ users: none(), teams: none(), apps: none() }).nullish();

/** The body of `PUT .../protection`: what is not enforced here has to be off. */
export const protectionFormat = z.object({
  required_status_checks: z
    .object({
      strict: z.boolean(),
      contexts: names,
      checks: z.array(z.object({ context: z.string(), app_id: z.number().int().nullish() })).optional(),
    })
    .nullable(),
  enforce_admins: z.boolean().nullable(),
  required_pull_request_reviews: z
    .object({
      required_approving_review_count: z.number().int().min(0).max(6).default(1),
      dismiss_stale_reviews: z.boolean().default(false),
      require_last_push_approval: z.boolean().default(false),
      require_code_owner_reviews: off,
      dismissal_restrictions: nobody,
      bypass_pull_request_allowances: nobody,
    })
    .nullable(),
  restrictions: z.object({ users: names, teams: names, apps: names }).nullable(),
  required_linear_history: z.boolean().nullish(),
  allow_force_pushes: z.boolean().nullish(),
  allow_deletions: z.boolean().nullish(),
  block_creations: off,
  lock_branch: off,
});

function none() {
  return z.array(z.string()).max(0).nullish();
}

type Wanted = z.output<typeof protectionFormat>;
type Parts = Omit<BranchProtection, 'id' | 'nodeId' | 'branch' | 'createdAt' | 'updatedAt'>;

/** Protects a branch as asked, whatever protected it before. @throws ApiError 422 for names that lead nowhere. */
export function protectBranch(
  kernel: Kernel,
  repository: Repository,
  wish: { branch: string; wanted: Wanted; actor: Actor },
): BranchProtection {
  const { branch, wanted, actor } = wish;
  const parts = partsOf(kernel.world, repository, wanted);
  const author = authorOf(kernel.world, actor);
  const now = kernel.clock.now();
  const known = protectionOf(repository, branch);
  if (known) {
    const before = { ...known };
    Object.assign(known, parts, { updatedAt: now });
    const changes = protectionChanges(kernel.world, before, known);
    announceProtection(kernel, { repository, protection: known }, { action: 'edited', author, changes });
    return known;
  }
  const identity = nextIdentity(kernel.world, 'BranchProtectionRule');
  const protection = { ...identity, branch, ...parts, createdAt: now, updatedAt: now };
  protectionsOf(repository).push(protection);
  announceProtection(kernel, { repository, protection }, { action: 'created', author });
  return protection;
}

/** Takes the protection of a branch away. */
export function unprotectBranch(
  kernel: Kernel,
  place: { repository: Repository; protection: BranchProtection },
  actor: Actor,
): void {
  const all = protectionsOf(place.repository);
  all.splice(all.indexOf(place.protection), 1);
  announceProtection(kernel, place, { action: 'deleted', author: authorOf(kernel.world, actor) });
}

function partsOf(world: World, repository: Repository, wanted: Wanted): Parts {
  const { required_pull_request_reviews: reviews, restrictions } = wanted;
  return {
    statusChecks: statusChecksOf(repository, wanted.required_status_checks),
    enforceAdmins: wanted.enforce_admins ?? false,
    reviews: reviews && {
      count: reviews.required_approving_review_count,
      dismissStale: reviews.dismiss_stale_reviews,
      lastPushApproval: reviews.require_last_push_approval,
    },
    restrictions: restrictions && restrictionsOf(world, repository, restrictions),
    linearHistory: wanted.required_linear_history ?? false,
    allowForcePushes: wanted.allow_force_pushes ?? false,
    allowDeletions: wanted.allow_deletions ?? false,
  };
}

/** Without an `app_id` the App that last reported the check is the one; -1 is anybody. Source: [OpenAPI] `checks[].app_id`. */
function statusChecksOf(
  repository: Repository,
  wanted: Wanted['required_status_checks'],
): BranchProtection['statusChecks'] {
  if (!wanted) return null;
  const checks = wanted.checks ?? wanted.contexts.map((context) => ({ context, app_id: undefined }));
  return {
    strict: wanted.strict,
    checks: checks.map(({ context, app_id: asked }) => ({
      context,
      appId: asked === -1 ? null : (asked ?? latestOfName(repository, context)?.appId ?? null),
    })),
  };
}

function restrictionsOf(
  world: World,
  repository: Repository,
  { users, teams, apps }: NonNullable<Wanted['restrictions']>,
): BranchProtection['restrictions'] {
  const owner = accountOf(world, repository.ownerId);
  if (!owner.organization)
    throw unprocessable('Validation Failed', [
      'Only organization repositories can have users and team restrictions',
    ]);
  const known = owner.organization.teams;
  return {
    userIds: users.map((login) => idOf(findAccount(world, login), login)),
    teamIds: teams.map((slug) =>
      idOf(
        known.find((one) => one.slug === slug),
        slug,
      ),
    ),
    appIds: apps.map((slug) =>
      idOf(
        world.apps.find((one) => one.slug === slug),
        slug,
      ),
    ),
  };
}

function idOf(found: { id: number } | null | undefined, name: string): number {
  if (!found) throw new ApiError(422, `Could not resolve ${name}`);
  return found.id;
}
