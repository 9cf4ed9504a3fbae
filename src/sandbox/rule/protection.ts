import type { Actor } from '../auth/actor.ts';
import { atLeast, roleOf } from '../auth/role.ts';
import type { BranchProtection } from '../model/protection.ts';
import type { Repository } from '../model/repository.ts';
import { repositoryStore, type World } from '../world.ts';
import type { BypassActor, Rule } from './format.ts';
import { bypassOf, type RuleSource } from './bypass.ts';

/** The protected branches of a repository. */
export const protectionsOf = repositoryStore<BranchProtection[]>('branch-protections', () => []);

/** The protection of a branch; `null` where there is none. */
export function protectionOf(repository: Repository, branch: string): BranchProtection | null {
  return protectionsOf(repository).find((one) => one.branch === branch) ?? null;
}

/**
 * What the protection of a branch asks of an actor, said as rules.
 *
 * Admins pass by where they are not included; our reading: not by what keeps history and the branch itself.
 */
export function protectionSources(
  world: World,
  repository: Repository,
  { branch, actor }: { branch: string; actor: Actor },
): RuleSource[] {
  const protection = protectionOf(repository, branch);
  if (!protection) return [];
  const from = { type: 'protected_branch' as const, id: null, name: null };
  const isAdmin = actor.kind === 'user' && atLeast(roleOf(world, repository, actor.user), 'admin');
  const bypass = isAdmin && !protection.enforceAdmins ? 'always' : null;
  const restricted = !mayPush(world, repository, { protection, actor });
  const rules = [...demandsOf(protection), ...(restricted ? [{ type: 'update' as const }] : [])];
  return [
    { from, enforcement: 'active', rules, bypass },
    { from, enforcement: 'active', rules: keepersOf(protection), bypass: null },
  ];
}

/** What has to be there before a protected branch moves. */
export function demandsOf({ statusChecks, reviews, linearHistory }: BranchProtection): Rule[] {
  return [
    ...(statusChecks ? [checkRule(statusChecks)] : []),
    ...(reviews ? [pullRule(reviews)] : []),
    ...(linearHistory ? [{ type: 'required_linear_history' as const }] : []),
  ];
}

function keepersOf({ allowForcePushes, allowDeletions }: BranchProtection): Rule[] {
  return [
    ...(allowForcePushes ? [] : [{ type: 'non_fast_forward' as const }]),
    ...(allowDeletions ? [] : [{ type: 'deletion' as const }]),
  ];
}

function checkRule({ strict, checks }: NonNullable<BranchProtection['statusChecks']>): Rule {
  return {
    type: 'required_status_checks',
    parameters: {
      required_status_checks: checks.map(({ context, appId }) =>
        appId === null ? { context } : { context, integration_id: appId },
      ),
      strict_required_status_checks_policy: strict,
      // A branch that is not there yet is not protected.
      do_not_enforce_on_create: true,
    },
  };
}

function pullRule(reviews: NonNullable<BranchProtection['reviews']>): Rule {
  return {
    type: 'pull_request',
    parameters: {
      allowed_merge_methods: ['merge', 'squash', 'rebase'],
      required_approving_review_count: reviews.count,
      dismiss_stale_reviews_on_push: reviews.dismissStale,
      require_last_push_approval: reviews.lastPushApproval,
      require_code_owner_review: false,
      required_review_thread_resolution: false,
    },
  };
}

function mayPush(
  world: World,
  repository: Repository,
  { protection, actor }: { protection: BranchProtection; actor: Actor },
): boolean {
  const { restrictions } = protection;
  if (!restrictions) return true;
  const { userIds, teamIds, appIds } = restrictions;
  const actors = [...listed('User', userIds), ...listed('Team', teamIds), ...listed('Integration', appIds)];
  return bypassOf(world, actor, { repository, actors }) !== null;
}

function listed(type: BypassActor['actor_type'], ids: number[]): BypassActor[] {
  return ids.map((id) => ({ actor_type: type, actor_id: id, bypass_mode: 'always' }));
}
