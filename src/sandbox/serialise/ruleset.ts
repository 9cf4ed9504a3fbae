import type { Actor } from '../auth/actor.ts';
import { meets } from '../auth/permission.ts';
import type { Repository } from '../model/repository.ts';
import type { Ruleset, RuleSuite } from '../model/ruleset.ts';
import { bypassOf } from '../rule/bypass.ts';
import { WRITE_RULES } from '../rule/need.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf, fullNameOf } from '../world.ts';
import type { Schema } from './schema.ts';

/** A ruleset as lists show it. */
export function serialiseRulesetSimple(kernel: Kernel, repository: Repository, ruleset: Ruleset) {
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: 'branch',
    source_type: 'Repository',
    source: fullNameOf(kernel.world, repository),
    enforcement: ruleset.enforcement,
    node_id: ruleset.nodeId,
    _links: {
      self: { href: kernel.urls.apiRepository(repository, `rulesets/${ruleset.id}`) },
      html: { href: kernel.urls.webRepository(repository, `rules/${ruleset.id}`) },
    },
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
  } satisfies Schema<'repository-ruleset'>;
}

/** A ruleset with its rules, as webhooks show it: whom it lets pass is not said there. */
export function serialiseRuleset(kernel: Kernel, repository: Repository, ruleset: Ruleset) {
  return {
    ...serialiseRulesetSimple(kernel, repository, ruleset),
    conditions: conditionsOf(ruleset),
    rules: ruleset.rules,
  } satisfies Schema<'repository-ruleset'>;
}

/**
 * A ruleset as its own address shows it to a caller: the bypass list only to those who may change it.
 *
 * Source: [OpenAPI] `get-repo-ruleset`: "To prevent leaking sensitive information, the `bypass_actors` property is only
 * returned if the user making the API request has write access to the ruleset."
 */
export function serialiseRulesetFor(
  kernel: Kernel,
  repository: Repository,
  seen: { ruleset: Ruleset; actor: Actor },
) {
  const { ruleset, actor } = seen;
  const bypass = bypassOf(kernel.world, actor, { repository, actors: ruleset.bypassActors });
  const mayWrite = meets(kernel.world, actor, { repository, need: WRITE_RULES });
  return {
    ...serialiseRuleset(kernel, repository, ruleset),
    ...(mayWrite ? { bypass_actors: ruleset.bypassActors } : {}),
    current_user_can_bypass: bypass === null ? 'never' : BYPASS_WORDS[bypass],
  } satisfies Schema<'repository-ruleset'>;
}

const BYPASS_WORDS = { always: 'always', pull_request: 'pull_requests_only', exempt: 'exempt' } as const;

/** Which refs a ruleset is about. */
export function conditionsOf({ include, exclude }: Pick<Ruleset, 'include' | 'exclude'>) {
  return { ref_name: { include, exclude } };
}

/** How the rules judged a move, as lists show it. */
export function serialiseSuiteSimple(kernel: Kernel, repository: Repository, suite: RuleSuite) {
  return {
    id: suite.id,
    actor_id: suite.actorId,
    actor_name: accountOf(kernel.world, suite.actorId).login,
    before_sha: suite.beforeSha,
    after_sha: suite.afterSha,
    ref: suite.ref,
    repository_id: repository.id,
    repository_name: repository.name,
    pushed_at: suite.pushedAt,
    result: suite.result,
    ...(suite.evaluationResult ? { evaluation_result: suite.evaluationResult } : {}),
  } satisfies Schema<'rule-suites'>[number];
}

/** How every single rule judged a move. */
export function serialiseSuite(kernel: Kernel, repository: Repository, suite: RuleSuite) {
  return {
    ...serialiseSuiteSimple(kernel, repository, suite),
    evaluation_result: suite.evaluationResult,
    rule_evaluations: suite.evaluations.map(({ source, enforcement, result, ruleType, details }) => ({
      rule_source: source,
      enforcement,
      result,
      rule_type: ruleType,
      details,
    })),
  } satisfies Schema<'rule-suite'>;
}
