import type { BranchProtection } from '../model/protection.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf, appOf } from '../world.ts';
import { serialiseUser } from './account.ts';
import { serialiseIntegration } from './integration.ts';
import type { Schema } from './schema.ts';
import { serialiseTeam } from './team.ts';

/** The protection of a branch; a part that does not protect is left out. */
export function serialiseProtection(kernel: Kernel, repository: Repository, protection: BranchProtection) {
  const url = kernel.urls.apiRepository(repository, `branches/${protection.branch}/protection`);
  const { statusChecks, reviews, restrictions } = protection;
  return {
    url,
    ...(statusChecks ? { required_status_checks: checkPolicy(url, statusChecks) } : {}),
    ...(reviews
      ? {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: reviews.dismissStale,
            require_code_owner_reviews: false,
            required_approving_review_count: reviews.count,
            require_last_push_approval: reviews.lastPushApproval,
          },
        }
      : {}),
    ...(restrictions ? { restrictions: restrictionPolicy(kernel, repository, { url, restrictions }) } : {}),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: { enabled: protection.linearHistory },
    allow_force_pushes: { enabled: protection.allowForcePushes },
    allow_deletions: { enabled: protection.allowDeletions },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: false },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
  } satisfies Schema<'branch-protection'> & Schema<'protected-branch'>;
}

/** The checks of a protected branch, as the branch itself shows them, too. */
export function serialiseCheckSummary({ statusChecks, enforceAdmins }: BranchProtection) {
  const checks = statusChecks?.checks ?? [];
  const level = enforceAdmins ? 'everyone' : 'non_admins';
  return {
    enforcement_level: statusChecks ? level : 'off',
    contexts: checks.map(({ context }) => context),
    checks: checks.map(({ context, appId }) => ({ context, app_id: appId })),
  };
}

function checkPolicy(url: string, { strict, checks }: NonNullable<BranchProtection['statusChecks']>) {
  return {
    url: `${url}/required_status_checks`,
    contexts_url: `${url}/required_status_checks/contexts`,
    strict,
    contexts: checks.map(({ context }) => context),
    checks: checks.map(({ context, appId }) => ({ context, app_id: appId })),
  };
}

function restrictionPolicy(
  kernel: Kernel,
  repository: Repository,
  { url, restrictions }: { url: string; restrictions: NonNullable<BranchProtection['restrictions']> },
) {
  const owner = accountOf(kernel.world, repository.ownerId);
  const teams = owner.organization?.teams ?? [];
  return {
    url: `${url}/restrictions`,
    users_url: `${url}/restrictions/users`,
    teams_url: `${url}/restrictions/teams`,
    apps_url: `${url}/restrictions/apps`,
    users: restrictions.userIds.map((id) => serialiseUser(kernel, accountOf(kernel.world, id))),
    teams: teams
      .filter(({ id }) => restrictions.teamIds.includes(id))
      .map((team) => serialiseTeam(kernel, owner, team)),
    // The published schema of this place, unlike that of others, wants a text here.
    apps: restrictions.appIds.map((id) => {
      const app = appOf(kernel.world, id);
      return { ...serialiseIntegration(kernel, app), description: app.description ?? '' };
    }),
  };
}
