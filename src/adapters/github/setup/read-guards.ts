import { z } from 'zod';
import { LEDGER_BRANCH } from '../../../domain/ledger.ts';
import type { BranchFacts, BranchRule } from '../../../domain/setup/facts.ts';
import { GitHubFailure } from '../../../ports/github.ts';
import type { GraphqlBatch } from '../graphql/batch.ts';

const Parameters = z.object({
  requiredStatusChecks: z
    .array(z.object({ context: z.string(), integrationId: z.int().nullable() }))
    .default([]),
  requiredApprovingReviewCount: z.int().default(0),
  dismissStaleReviewsOnPush: z.boolean().default(false),
});
const Rule = z.object({
  type: z.string(),
  repositoryRuleset: z.object({ databaseId: z.int().nullable() }).nullable(),
  parameters: Parameters.nullable(),
});
const Ruled = z.object({ name: z.string(), rules: z.object({ nodes: z.array(Rule) }).nullable() });

const RULES = `rules(first: 100) {
  nodes {
    type
    repositoryRuleset { databaseId }
    parameters {
      ... on RequiredStatusChecksParameters { requiredStatusChecks { context integrationId } }
      ... on PullRequestParameters { requiredApprovingReviewCount dismissStaleReviewsOnPush }
    }
  }
}`;

/** What a slot looks at before it deploys to PROD. */
export interface Guards {
  readonly defaultBranch: string;
  readonly branches: ReadonlyMap<string, BranchFacts>;
}

/**
 * Reads the active rules of the branches of PROD, the ledger and the configuration, by GraphQL: it travels with whatever
 * is read at the same moment. What may not be read counts as not there.
 */
export async function readGuards(batch: GraphqlBatch, prodBranch: string): Promise<Guards> {
  const [head, prod, ledger] = await Promise.all([
    orNothing(batch.ask({ field: `defaultBranchRef { name ${RULES} }`, answer: Ruled, weight: 4 })),
    readRef(batch, prodBranch),
    readRef(batch, LEDGER_BRANCH),
  ]);
  const defaultBranch = head?.name ?? '';
  const branches = new Map([
    [defaultBranch, factsOf(head)],
    [prodBranch, factsOf(prod)],
    [LEDGER_BRANCH, factsOf(ledger)],
  ]);
  return { defaultBranch, branches };
}

function readRef(batch: GraphqlBatch, branch: string): Promise<z.output<typeof Ruled> | null> {
  return orNothing(
    batch.ask({
      field: `ref(qualifiedName: $ref) { name ${RULES} }`,
      variables: { ref: ['String!', `refs/heads/${branch}`] },
      answer: Ruled,
      weight: 4,
    }),
  );
}

async function orNothing<T>(reading: Promise<T | null>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof GitHubFailure && error.status === 403 && !error.retryable) return null;
    throw error;
  }
}

function factsOf(ref: z.output<typeof Ruled> | null): BranchFacts {
  const rules = (ref?.rules?.nodes ?? []).map(toRule);
  return { exists: ref !== null, rules, classic: null };
}

/** Source: GraphQL writes the types of rules in capitals. */
function toRule({ type, repositoryRuleset, parameters }: z.output<typeof Rule>): BranchRule {
  return {
    type: type.toLowerCase(),
    rulesetId: repositoryRuleset?.databaseId ?? 0,
    checks: (parameters?.requiredStatusChecks ?? []).map(({ context, integrationId: appId }) => ({
      context,
      appId,
    })),
    reviews:
      type === 'PULL_REQUEST'
        ? {
            approvals: parameters?.requiredApprovingReviewCount ?? 0,
            dismissStale: parameters?.dismissStaleReviewsOnPush ?? false,
          }
        : null,
  };
}
