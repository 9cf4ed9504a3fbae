import { z } from 'zod';
import { ApiError, unprocessable } from '../error.ts';

const statusCheck = z.object({
  context: z.string().min(1),
  /** The App whose word counts; without it anybody's does. */
  integration_id: z.number().int().exactOptional(),
});

/** Said of what GitHub enforces and the sandbox does not: better than to seem to. */
const NOT_ENFORCED = 'is not enforced by the sandbox';

/** How a pull may be merged. */
const MERGE_METHODS = ['merge', 'squash', 'rebase'] as const;

/** The rules that are enforced here, in the words of the API: they go out as they came in. */
const rule = z.discriminatedUnion('type', [
  z.object({ type: z.literal('creation') }),
  z.object({
    type: z.literal('update'),
    parameters: z.strictObject({ update_allows_fetch_and_merge: z.boolean() }).exactOptional(),
  }),
  z.object({ type: z.literal('deletion') }),
  z.object({ type: z.literal('non_fast_forward') }),
  z.object({ type: z.literal('required_linear_history') }),
  z.object({ type: z.literal('required_signatures') }),
  z.object({
    type: z.literal('required_deployments'),
    parameters: z.strictObject({ required_deployment_environments: z.array(z.string()) }),
  }),
  z.object({
    type: z.literal('required_status_checks'),
    parameters: z.strictObject({
      required_status_checks: z.array(statusCheck),
      strict_required_status_checks_policy: z.boolean(),
      do_not_enforce_on_create: z.boolean().default(false),
    }),
  }),
  z.object({
    type: z.literal('pull_request'),
    parameters: z.strictObject({
      allowed_merge_methods: z
        .array(z.enum(MERGE_METHODS))
        .min(1)
        .default([...MERGE_METHODS]),
      dismiss_stale_reviews_on_push: z.boolean(),
      require_code_owner_review: z.literal(false, NOT_ENFORCED),
      require_last_push_approval: z.boolean(),
      required_approving_review_count: z.number().int().min(0).max(10),
      // There are no review threads here, so all of them are always resolved.
      required_review_thread_resolution: z.boolean(),
      dismissal_restriction: z.object({ enabled: z.literal(false, NOT_ENFORCED) }).exactOptional(),
      required_reviewers: z.array(z.never(NOT_ENFORCED)).exactOptional(),
    }),
  }),
  z.object({
    type: z.literal('merge_queue'),
    parameters: z.strictObject({
      check_response_timeout_minutes: z.number().int().min(1).max(360),
      grouping_strategy: z.enum(['ALLGREEN', 'HEADGREEN']),
      max_entries_to_build: z.number().int().min(0).max(100),
      max_entries_to_merge: z.number().int().min(0).max(100),
      merge_method: z.enum(['MERGE', 'SQUASH', 'REBASE']),
      min_entries_to_merge: z.number().int().min(0).max(100),
      min_entries_to_merge_wait_minutes: z.number().int().min(0).max(360),
    }),
  }),
]);

/** One rule over branches. */
export type Rule = z.output<typeof rule>;
/** The name of a kind of rule. */
export type RuleType = Rule['type'];
/** What a kind of rule is told beside its name. */
export type RuleOf<Type extends RuleType> = Extract<Rule, { type: Type }>;

/** Rules that GitHub has and the sandbox has not. */
const TYPES_NOT_ENFORCED = new Set([
  'branch_name_pattern',
  'code_scanning',
  'commit_author_email_pattern',
  'commit_message_pattern',
  'committer_email_pattern',
  'copilot_code_review',
  'file_extension_restriction',
  'file_path_restriction',
  'max_file_path_length',
  'max_file_size',
  'tag_name_pattern',
  'workflows',
]);

/**
 * Reads one rule of a request.
 *
 * @throws ApiError 501 for what GitHub enforces and the sandbox does not, 422 for a rule that nobody knows or whose
 * parameters are wrong; both name it.
 */
function readRule(given: unknown): Rule {
  const type = z.looseObject({ type: z.string() }).safeParse(given).data?.type ?? '';
  if (TYPES_NOT_ENFORCED.has(type)) throw new ApiError(501, `Rule '${type}' ${NOT_ENFORCED}`);
  const read = rule.safeParse(given);
  if (read.success) return read.data;
  const fault = read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim())[0];
  if (fault?.endsWith(NOT_ENFORCED)) throw new ApiError(501, `Rule '${type}': ${fault}`);
  throw unprocessable('Validation Failed', [`Invalid rule '${type}': ${fault}`]);
}

/** Who may pass a ruleset by, as a request gives it. */
export const bypassActorFormat = z.object({
  actor_id: z.number().int().nullable().default(null),
  actor_type: z.enum(['Integration', 'OrganizationAdmin', 'RepositoryRole', 'Team', 'DeployKey', 'User']),
  bypass_mode: z.enum(['always', 'pull_request', 'exempt']).default('always'),
});

const patterns = z.array(z.string()).default([]);

/** A ruleset as a request gives it; `rules` still have to be read by `readRules`. */
export const rulesetFormat = z.object({
  name: z.string().min(1),
  target: z.string().exactOptional(),
  enforcement: z.enum(['disabled', 'active', 'evaluate']),
  bypass_actors: z.array(bypassActorFormat).exactOptional(),
  conditions: z
    .object({ ref_name: z.object({ include: patterns, exclude: patterns }).exactOptional() })
    .exactOptional(),
  rules: z.array(z.unknown()).exactOptional(),
});

/** The same with everything to be left out that stays. */
export const rulesetChangeFormat = rulesetFormat.extend({
  name: rulesetFormat.shape.name.exactOptional(),
  enforcement: rulesetFormat.shape.enforcement.exactOptional(),
});

/** A ruleset as read. */
export type NewRuleset = z.output<typeof rulesetFormat>;
/** What of a ruleset changes; what is not given stays. */
export type RulesetChange = z.output<typeof rulesetChangeFormat>;

/** Who may pass a ruleset by. */
export type BypassActor = z.output<typeof bypassActorFormat>;

/** Reads the rules of a request. @throws ApiError as `readRule`. */
export function readRules(given: unknown[]): Rule[] {
  return given.map(readRule);
}
