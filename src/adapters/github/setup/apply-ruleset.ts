import type { SetupChange } from '../../../domain/setup/change.ts';
import type { WantedRuleset } from '../../../domain/setup/wanted-ruleset.ts';
import type { GitHubContext } from '../client.ts';
import { calling } from '../failure.ts';
import { readRawRules, type RawRule } from './read-ruleset.ts';

type RulesetChange = Extract<SetupChange, { kind: 'ruleset' }>;

/**
 * Makes a ruleset, or makes the one that is there what is wanted. What it demands besides stays; who may pass it does not.
 * One call, two for one that is there.
 */
export async function applyRuleset(
  context: GitHubContext,
  { ruleset, id, appId }: RulesetChange,
): Promise<void> {
  const { client, owner, repo } = context;
  const present = id === null ? [] : await readRawRules(context, id);
  const body = {
    owner,
    repo,
    name: ruleset.name,
    target: 'branch',
    enforcement: 'active',
    bypass_actors: ruleset.appPasses
      ? [{ actor_id: appId, actor_type: 'Integration', bypass_mode: 'always' }]
      : [],
    conditions: { ref_name: { include: [...ruleset.refs], exclude: [] } },
    rules: mergeRules(ruleset, appId, present),
  };
  await calling(`keep the ruleset "${ruleset.name}"`, () =>
    id === null
      ? client.request({ method: 'POST', url: '/repos/{owner}/{repo}/rulesets', ...body })
      : client.request({
          method: 'PUT',
          url: '/repos/{owner}/{repo}/rulesets/{ruleset_id}',
          ...body,
          ruleset_id: id,
        }),
  );
}

/** The wanted rules, and those that somebody put beside them. */
export function mergeRules(
  { restrictions, checks, reviews }: WantedRuleset,
  appId: number,
  present: readonly RawRule[],
): readonly RawRule[] {
  const parametersOf = (type: string) => present.find((rule) => rule.type === type)?.parameters ?? {};
  const wanted: RawRule[] = [
    ...restrictions.map((type) => ({ type })),
    ...(checks.length === 0
      ? []
      : [
          {
            type: 'required_status_checks',
            parameters: withChecks(parametersOf('required_status_checks'), checks, appId),
          },
        ]),
    ...(reviews === null
      ? []
      : [{ type: 'pull_request', parameters: withReviews(parametersOf('pull_request'), reviews) }]),
  ];
  const besides = present.filter((rule) => wanted.every(({ type }) => type !== rule.type));
  return [...wanted, ...besides];
}

type Parameters = Readonly<Record<string, unknown>>;

function withChecks(present: Parameters, checks: readonly string[], appId: number): Parameters {
  const others = Array.isArray(present['required_status_checks']) ? present['required_status_checks'] : [];
  return {
    strict_required_status_checks_policy: false,
    ...present,
    // A branch that is made anew has no checks yet.
    do_not_enforce_on_create: true,
    required_status_checks: [
      ...checks.map((context) => ({ context, integration_id: appId })),
      ...others.filter((other) => !checks.some((context) => other?.context === context)),
    ],
  };
}

function withReviews(present: Parameters, approvals: number): Parameters {
  const before = present['required_approving_review_count'];
  return {
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
    ...present,
    dismiss_stale_reviews_on_push: true,
    required_approving_review_count: Math.max(approvals, typeof before === 'number' ? before : 0),
  };
}
