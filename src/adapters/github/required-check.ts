import { z } from 'zod';
import type { RequiredCheck } from '../../domain/check.ts';
import { GitHubFailure } from '../../ports/github.ts';
import type { GraphqlBatch } from './graphql/batch.ts';
import { allPages } from './graphql/page.ts';
import { pageOf, type Page } from './graphql/selection.ts';

const STATUS_CHECKS = z.object({
  requiredStatusChecks: z
    .array(z.object({ context: z.string(), integrationId: z.int().nullable() }))
    .optional(),
});
const RULE = z.object({ parameters: STATUS_CHECKS.nullable() });
const RULES = z.object({ rules: pageOf(RULE).nullable() });
type Rule = z.infer<typeof RULE>;

const CLASSIC = z.object({
  branchProtectionRule: z
    .object({
      requiredStatusChecks: z
        .array(
          z.object({ context: z.string(), app: z.object({ databaseId: z.int().nullable() }).nullable() }),
        )
        .nullable(),
    })
    .nullable(),
});

const CLASSIC_NAMES = z.object({
  refUpdateRule: z
    .object({ requiredStatusCheckContexts: z.array(z.string().nullable()).nullable() })
    .nullable(),
});

/**
 * Reads which checks a branch asks for: rulesets of the repository and the organisation, and classic protection.
 *
 * Source: `Ref.rules` are the active rules that apply to the ref. `Ref.branchProtectionRule`, which has the App of
 * each check, is for administrators; everybody who reads sees the names in `Ref.refUpdateRule`.
 */
export async function requiredChecks(batch: GraphqlBatch, branch: string): Promise<RequiredCheck[]> {
  const [rules, classic] = await Promise.all([
    readRules(batch, branch, null).then((first) =>
      allPages(first, (after) => readRules(batch, branch, after)),
    ),
    readClassic(batch, branch),
  ]);
  const pinned = rules.flatMap(({ parameters }) =>
    (parameters?.requiredStatusChecks ?? []).map(({ context, integrationId }) => ({
      context,
      appId: integrationId,
    })),
  );
  return [...new Map([...pinned, ...classic].map((each) => [JSON.stringify(each), each])).values()];
}

const REF = 'ref(qualifiedName: $ref)';

function refOf(branch: string) {
  return { ref: ['String!', `refs/heads/${branch}`] } as const;
}

async function readRules(
  batch: GraphqlBatch,
  branch: string,
  after: string | null,
): Promise<Page<Rule> | null> {
  const answer = await batch.ask({
    field: `${REF} {
      rules(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          parameters { ... on RequiredStatusChecksParameters { requiredStatusChecks { context integrationId } } }
        }
      }
    }`,
    variables: { ...refOf(branch), after: ['String', after] },
    answer: RULES,
    weight: 4,
  });
  return answer?.rules ?? null;
}

async function readClassic(batch: GraphqlBatch, branch: string): Promise<RequiredCheck[]> {
  const [rule, names] = await Promise.all([
    orForbidden(
      batch.ask({
        field: `${REF} { branchProtectionRule { requiredStatusChecks { context app { databaseId } } } }`,
        variables: refOf(branch),
        answer: CLASSIC,
      }),
    ),
    batch.ask({
      field: `${REF} { refUpdateRule { requiredStatusCheckContexts } }`,
      variables: refOf(branch),
      answer: CLASSIC_NAMES,
    }),
  ]);
  const checks = (rule?.branchProtectionRule?.requiredStatusChecks ?? []).map(({ context, app }) => ({
    context,
    appId: app?.databaseId ?? null,
  }));
  const unseen = (names?.refUpdateRule?.requiredStatusCheckContexts ?? []).flatMap((context) =>
    context === null || checks.some((check) => check.context === context) ? [] : [{ context, appId: null }],
  );
  return [...checks, ...unseen];
}

/** What only administrators may read is `null` for everybody else. */
async function orForbidden<T>(reading: Promise<T | null>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof GitHubFailure && error.status === 403) return null;
    throw error;
  }
}
