import { z } from 'zod';
import type { GitHubContext } from '../client.ts';
import { calling, callingUnlessGone } from '../failure.ts';
import { readPatterns } from './read-environment.ts';
import { seen } from './seen.ts';

const Reviewer = z.looseObject({ type: z.string(), reviewer: z.looseObject({ id: z.int() }) });
const Present = z.looseObject({
  protection_rules: z
    .array(
      z.looseObject({
        type: z.string(),
        wait_timer: z.int().optional(),
        prevent_self_review: z.boolean().optional(),
        reviewers: z.array(Reviewer).optional(),
      }),
    )
    .default([]),
});

/** Makes an environment that only one branch may use. Waits and reviewers of one that is there stay. */
export async function applyEnvironment(
  context: GitHubContext,
  { name, branch }: { readonly name: string; readonly branch: string },
): Promise<void> {
  const { client, owner, repo } = context;
  const at = { owner, repo, environment_name: name };
  const present = await callingUnlessGone('read an environment', async () =>
    Present.parse(
      (await client.request('GET /repos/{owner}/{repo}/environments/{environment_name}', at)).data,
    ),
  );
  await calling('keep an environment', () =>
    client.request({
      method: 'PUT',
      url: '/repos/{owner}/{repo}/environments/{environment_name}',
      ...at,
      ...settingsOf(present),
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    }),
  );
  await keepPatterns(context, name, branch);
}

/** Source: what a PUT leaves out is taken off the environment. */
function settingsOf(present: z.output<typeof Present> | null): Readonly<Record<string, unknown>> {
  const rules = present?.protection_rules ?? [];
  const wait = rules.find(({ type }) => type === 'wait_timer');
  const reviews = rules.find(({ type }) => type === 'required_reviewers');
  return {
    ...(wait?.wait_timer === undefined ? {} : { wait_timer: wait.wait_timer }),
    ...(reviews === undefined
      ? {}
      : {
          prevent_self_review: reviews.prevent_self_review ?? false,
          reviewers: (reviews.reviewers ?? []).map(({ type, reviewer }) => ({ type, id: reviewer.id })),
        }),
  };
}

async function keepPatterns(context: GitHubContext, name: string, branch: string): Promise<void> {
  const { client, owner, repo } = context;
  const at = { owner, repo, environment_name: name };
  const patterns = await readPatterns(context, name);
  const isWanted = (pattern: { readonly name: string; readonly type: string }) =>
    pattern.type !== 'tag' && pattern.name === branch;
  if (!patterns.some(isWanted)) {
    await calling('let a branch use an environment', () =>
      client.request(
        'POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies',
        { ...at, name: branch },
      ),
    );
  }
  for (const { id } of patterns.filter((pattern) => !isWanted(pattern))) {
    await calling('keep other branches from an environment', () =>
      client.request(
        'DELETE /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}',
        { ...at, branch_policy_id: id },
      ),
    );
  }
}

/** Puts the App's rule on an environment. `unavailable` where the plan has no such rules. */
export async function applyProtectionRule(
  { client, owner, repo }: GitHubContext,
  { environment, appId }: { readonly environment: string; readonly appId: number },
): Promise<'done' | 'unavailable'> {
  const done = await seen('put a rule on an environment', () =>
    client.request('POST /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules', {
      owner,
      repo,
      environment_name: environment,
      integration_id: appId,
    }),
  );
  return done === null ? 'unavailable' : 'done';
}
