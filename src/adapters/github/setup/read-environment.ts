import { z } from 'zod';
import type { EnvironmentFacts } from '../../../domain/setup/facts.ts';
import type { GitHubContext } from '../client.ts';
import { everyPage } from '../every-page.ts';
import { secretNames } from './read-secret.ts';
import { isPlanLimit, seen } from './seen.ts';

const RefPolicy = z.looseObject({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() });
const Environment = z.looseObject({
  name: z.string(),
  deployment_branch_policy: RefPolicy.nullish(),
  // Source: not in the published schema; GitHub shows it in some answers.
  can_admins_bypass: z.boolean().optional(),
});
const Environments = z.looseObject({ environments: z.array(Environment).default([]) });
type Environment = z.output<typeof Environment>;

const Patterns = z.looseObject({
  branch_policies: z.array(
    z.looseObject({ id: z.int(), name: z.string(), type: z.string().default('branch') }),
  ),
});
const Rules = z.looseObject({
  custom_deployment_protection_rules: z
    .array(z.looseObject({ enabled: z.boolean(), app: z.looseObject({ id: z.int() }) }))
    .default([]),
});

/** A pattern of refs that may use an environment. */
export interface RefPattern {
  readonly id: number;
  readonly name: string;
  readonly type: string;
}

/** Reads the environments of these names. One call, and up to three for each that exists. */
export async function readEnvironments(
  context: GitHubContext,
  names: readonly string[],
): Promise<ReadonlyMap<string, EnvironmentFacts | 'missing'> | null> {
  const { client, owner, repo } = context;
  const found = await seen(
    'list the environments',
    () =>
      everyPage(100, async (query) => {
        const at = { owner, repo, ...query };
        const { data } = await client.request('GET /repos/{owner}/{repo}/environments', at);
        return Environments.parse(data).environments;
      }),
    (words) => (isPlanLimit(words) ? [] : null),
  );
  if (found === null) return null;
  const facts = names.map(async (name) => {
    const environment = found.find((each) => each.name.toLowerCase() === name.toLowerCase());
    return [name, environment === undefined ? 'missing' : await factsOf(context, environment)] as const;
  });
  return new Map(await Promise.all(facts));
}

async function factsOf(context: GitHubContext, environment: Environment): Promise<EnvironmentFacts> {
  const [branches, ruleApps, secrets] = await Promise.all([
    branchesOf(context, environment),
    readRuleApps(context, environment.name),
    secretNames(context, environment.name),
  ]);
  return { branches, ruleApps, secrets, adminsMayBypass: environment.can_admins_bypass ?? null };
}

async function branchesOf(
  context: GitHubContext,
  { name, deployment_branch_policy: policy }: Environment,
): Promise<EnvironmentFacts['branches']> {
  if (policy === null || policy === undefined) return 'all';
  if (policy.protected_branches) return 'protected';
  const patterns = await readPatterns(context, name);
  return patterns.map((pattern) => (pattern.type === 'tag' ? `tag ${pattern.name}` : pattern.name));
}

/** The refs that may use an environment. */
export async function readPatterns(
  { client, owner, repo }: GitHubContext,
  environment: string,
): Promise<readonly RefPattern[]> {
  const found = await seen('read who may use an environment', () =>
    everyPage(100, async (query) => {
      const { data } = await client.request(
        'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies',
        { owner, repo, environment_name: environment, ...query },
      );
      return Patterns.parse(data).branch_policies;
    }),
  );
  return found ?? [];
}

async function readRuleApps(
  { client, owner, repo }: GitHubContext,
  environment: string,
): Promise<readonly number[] | null> {
  return seen('read the rules on an environment', async () => {
    const { data } = await client.request(
      'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules',
      { owner, repo, environment_name: environment },
    );
    const rules = Rules.parse(data).custom_deployment_protection_rules;
    return rules.filter(({ enabled }) => enabled).map(({ app }) => app.id);
  });
}
