import { teamWithId } from '../environment/reviewer.ts';
import type { App } from '../model/app.ts';
import type { CustomRule, Environment, RefPattern, Reviewer } from '../model/environment.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf, appOf } from '../world.ts';
import { serialiseUser } from './account.ts';
import type { Schema } from './schema.ts';
import { serialiseTeam } from './team.ts';

/** An environment as lists of approvals show it. */
export function serialiseEnvironmentSimple(kernel: Kernel, repository: Repository, environment: Environment) {
  const name = encodeURIComponent(environment.name);
  return {
    id: environment.id,
    node_id: environment.nodeId,
    name: environment.name,
    url: kernel.urls.apiRepository(repository, `environments/${name}`),
    html_url: kernel.urls.webRepository(repository, `deployments/${name}`),
    created_at: environment.createdAt,
    updated_at: environment.updatedAt,
  };
}

/**
 * An environment with its own rules. Those of Apps are not among them, and `can_admins_bypass` is not published, as on
 * GitHub.
 */
export function serialiseEnvironment(kernel: Kernel, repository: Repository, environment: Environment) {
  const { waitTimer, reviewRule, refPolicy } = environment;
  return {
    ...serialiseEnvironmentSimple(kernel, repository, environment),
    protection_rules: [
      ...(waitTimer
        ? [{ ...ruleIdentity(waitTimer), type: 'wait_timer', wait_timer: waitTimer.minutes }]
        : []),
      ...(reviewRule
        ? [
            {
              ...ruleIdentity(reviewRule),
              type: 'required_reviewers',
              prevent_self_review: environment.preventSelfReview,
              reviewers: reviewRule.reviewers.map((one) => serialiseReviewer(kernel, repository, one)),
            },
          ]
        : []),
      ...(refPolicy ? [{ ...ruleIdentity(refPolicy), type: 'branch_policy' }] : []),
    ],
    deployment_branch_policy: refPolicy && {
      protected_branches: refPolicy.kind === 'protected',
      custom_branch_policies: refPolicy.kind === 'patterns',
    },
  } satisfies Schema<'environment'>;
}

/** A person or a team whose word counts. */
export function serialiseReviewer(kernel: Kernel, repository: Repository, { type, id }: Reviewer) {
  if (type === 'User') return { type, reviewer: serialiseUser(kernel, accountOf(kernel.world, id)) };
  const team = teamWithId(kernel.world, repository, id);
  const owner = accountOf(kernel.world, repository.ownerId);
  return { type, ...(team ? { reviewer: serialiseTeam(kernel, owner, team) } : {}) };
}

/** A name, or a pattern of names, that may deploy. */
export function serialiseRefPattern({ id, nodeId, name, type }: RefPattern) {
  return { id, node_id: nodeId, name, type } satisfies Schema<'deployment-branch-policy'>;
}

/** A rule that is an App's word. */
export function serialiseCustomRule(kernel: Kernel, rule: CustomRule) {
  const app = serialiseRuleApp(kernel, appOf(kernel.world, rule.appId));
  return { ...ruleIdentity(rule), enabled: true, app } satisfies Schema<'deployment-protection-rule'>;
}

/** An App as what provides a rule. */
export function serialiseRuleApp(kernel: Kernel, app: App) {
  return {
    id: app.id,
    slug: app.slug,
    integration_url: `${kernel.urls.api}/apps/${app.slug}`,
    node_id: app.nodeId,
  } satisfies Schema<'custom-deployment-rule-app'>;
}

function ruleIdentity({ id, nodeId }: { id: number; nodeId: string }) {
  return { id, node_id: nodeId };
}
