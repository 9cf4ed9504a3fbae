import { z } from 'zod';
import type { BranchFacts, BranchRule, ClassicProtection } from '../../../domain/setup/facts.ts';
import type { GitHubContext } from '../client.ts';
import { everyPage } from '../every-page.ts';
import { isPlanLimit, seen } from './seen.ts';

const Parameters = z.looseObject({
  required_status_checks: z
    .array(z.looseObject({ context: z.string(), integration_id: z.int().nullish() }))
    .default([]),
  required_approving_review_count: z.int().default(0),
  dismiss_stale_reviews_on_push: z.boolean().default(false),
});
const Rules = z.array(
  z.looseObject({ type: z.string(), ruleset_id: z.int(), parameters: Parameters.optional() }),
);

const Switch = z.looseObject({ enabled: z.boolean() }).optional();
const Classic = z.looseObject({
  required_status_checks: z
    .looseObject({
      checks: z.array(z.looseObject({ context: z.string(), app_id: z.int().nullable() })).default([]),
    })
    .nullish(),
  required_pull_request_reviews: z
    .looseObject({
      dismiss_stale_reviews: z.boolean().default(false),
      required_approving_review_count: z.int().default(0),
    })
    .nullish(),
  enforce_admins: Switch,
  allow_force_pushes: Switch,
  allow_deletions: Switch,
});

/** Reads what guards a branch; it need not exist. Two calls, one without its classic protection. */
export async function readBranch(
  context: GitHubContext,
  branch: string,
  withClassic: boolean,
): Promise<Omit<BranchFacts, 'exists'>> {
  const [rules, classic] = await Promise.all([
    readRules(context, branch),
    withClassic ? readClassic(context, branch) : null,
  ]);
  return { rules, classic };
}

/**
 * Source: `GET /rules/branches/{branch}` gives every active rule that holds for a branch of this name, from rulesets of the
 * repository and those above it; whoever may read the repository sees them.
 */
async function readRules(
  { client, owner, repo }: GitHubContext,
  branch: string,
): Promise<readonly BranchRule[] | null> {
  return seen(
    'read the rules of a branch',
    () =>
      everyPage(100, async (query) => {
        const at = { owner, repo, branch, ...query };
        const { data } = await client.request('GET /repos/{owner}/{repo}/rules/branches/{branch}', at);
        return Rules.parse(data).map(toRule);
      }),
    (words) => (isPlanLimit(words) ? [] : null),
  );
}

function toRule({ type, ruleset_id: rulesetId, parameters }: z.output<typeof Rules>[number]): BranchRule {
  return {
    type,
    rulesetId,
    checks: (parameters?.required_status_checks ?? []).map(({ context, integration_id: appId }) => ({
      context,
      appId: appId ?? null,
    })),
    reviews:
      type === 'pull_request'
        ? {
            approvals: parameters?.required_approving_review_count ?? 0,
            dismissStale: parameters?.dismiss_stale_reviews_on_push ?? false,
          }
        : null,
  };
}

/** Source: without protection GitHub answers 404 "Branch not protected", and to whoever is no admin 404 "Not Found". */
async function readClassic(
  { client, owner, repo }: GitHubContext,
  branch: string,
): Promise<BranchFacts['classic']> {
  return seen<ClassicProtection | 'none'>(
    'read the protection of a branch',
    async () => {
      const { data } = await client.request('GET /repos/{owner}/{repo}/branches/{branch}/protection', {
        owner,
        repo,
        branch,
      });
      return toClassic(Classic.parse(data));
    },
    (words) => (/branch not (?:protected|found)/iu.test(words) || isPlanLimit(words) ? 'none' : null),
  );
}

function toClassic(found: z.output<typeof Classic>): ClassicProtection {
  return {
    // Source: classic protection writes -1 for "any App", and null where it does not know one.
    checks: (found.required_status_checks?.checks ?? []).map(({ context, app_id: appId }) => ({
      context,
      appId: appId === -1 ? null : appId,
    })),
    reviews: toReviews(found.required_pull_request_reviews ?? null),
    enforceAdmins: isOn(found.enforce_admins),
    allowsForcePushes: isOn(found.allow_force_pushes),
    allowsDeletions: isOn(found.allow_deletions),
  };
}

function toReviews(
  reviews: NonNullable<z.output<typeof Classic>['required_pull_request_reviews']> | null,
): ClassicProtection['reviews'] {
  if (reviews === null) return null;
  return {
    approvals: reviews.required_approving_review_count,
    dismissStale: reviews.dismiss_stale_reviews,
  };
}

function isOn(setting: { readonly enabled: boolean } | undefined): boolean {
  return setting?.enabled ?? false;
}
