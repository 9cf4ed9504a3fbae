import type { Author } from '../auth/author.ts';
import type { BranchProtection } from '../model/protection.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { emit } from '../webhook/emit.ts';
import { accountOf, type World } from '../world.ts';

/** What happened to the protection of a branch. */
type ProtectionEvent = { author: Author } & (
  | { action: 'created' | 'deleted' }
  | { action: 'edited'; changes: ReturnType<typeof protectionChanges> }
);

/** Sends `branch_protection_rule`. */
export function announceProtection(
  kernel: Kernel,
  { repository, protection }: { repository: Repository; protection: BranchProtection },
  event: ProtectionEvent,
): void {
  const { author } = event;
  const where = { repository, sender: author.account, workflowRunId: author.workflowRunId };
  const body = { rule: payloadRule(kernel.world, repository, protection) };
  switch (event.action) {
    case 'created':
      return emit(kernel, 'branch-protection-rule/created', { ...where, body });
    case 'deleted':
      return emit(kernel, 'branch-protection-rule/deleted', { ...where, body });
    case 'edited':
      return emit(kernel, 'branch-protection-rule/edited', {
        ...where,
        body: { ...body, changes: event.changes },
      });
  }
}

/** What an edit replaced. */
export function protectionChanges(world: World, before: BranchProtection, after: BranchProtection) {
  const [old, fresh] = [summaryOf(world, before), summaryOf(world, after)];
  return {
    ...(old.admin_enforced === fresh.admin_enforced ? {} : { admin_enforced: { from: old.admin_enforced } }),
    ...(isSame(old.authorized_actor_names, fresh.authorized_actor_names)
      ? {}
      : { authorized_actor_names: { from: old.authorized_actor_names } }),
    ...(isSame(old.required_status_checks, fresh.required_status_checks)
      ? {}
      : { required_status_checks: { from: old.required_status_checks } }),
    ...(old.pull_request_reviews_enforcement_level === fresh.pull_request_reviews_enforcement_level
      ? {}
      : {
          pull_request_reviews_enforcement_level: { from: old.pull_request_reviews_enforcement_level },
        }),
  };
}

function payloadRule(world: World, repository: Repository, protection: BranchProtection) {
  const { statusChecks, reviews, restrictions, allowDeletions, allowForcePushes } = protection;
  const { count = 0, dismissStale = false, lastPushApproval = false } = reviews ?? {};
  return {
    id: protection.id,
    repository_id: repository.id,
    name: protection.branch,
    created_at: protection.createdAt,
    updated_at: protection.updatedAt,
    ...summaryOf(world, protection),
    authorized_actors_only: restrictions !== null,
    authorized_dismissal_actors_only: false,
    create_protected: false,
    dismiss_stale_reviews_on_push: dismissStale,
    ignore_approvals_from_contributors: false,
    require_code_owner_review: false,
    require_last_push_approval: lastPushApproval,
    required_approving_review_count: count,
    strict_required_status_checks_policy: statusChecks?.strict ?? false,
    allow_deletions_enforcement_level: ALLOWED[`${allowDeletions}`],
    allow_force_pushes_enforcement_level: ALLOWED[`${allowForcePushes}`],
    ...UNUSED,
  };
}

const ALLOWED = { true: 'everyone', false: 'off' } as const;

/** What only rulesets do here. */
const UNUSED = {
  lock_branch_enforcement_level: 'off',
  merge_queue_enforcement_level: 'off',
  required_conversation_resolution_level: 'off',
  required_deployments_enforcement_level: 'off',
  signature_requirement_enforcement_level: 'off',
} as const;

function summaryOf(world: World, protection: BranchProtection) {
  const { enforceAdmins, statusChecks, reviews, restrictions, linearHistory } = protection;
  const level = (wanted: boolean): 'off' | 'everyone' | 'non_admins' => {
    if (!wanted) return 'off';
    return enforceAdmins ? 'everyone' : 'non_admins';
  };
  return {
    admin_enforced: enforceAdmins,
    authorized_actor_names: restrictions?.userIds.map((id) => accountOf(world, id).login) ?? [],
    linear_history_requirement_enforcement_level: level(linearHistory),
    pull_request_reviews_enforcement_level: level(reviews !== null),
    required_status_checks: statusChecks?.checks.map(({ context }) => context) ?? [],
    required_status_checks_enforcement_level: level(statusChecks !== null),
  };
}

function isSame(one: string[], other: string[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
