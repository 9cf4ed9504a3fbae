import { z } from 'zod';
import type { RulesetFacts } from '../../../domain/setup/facts.ts';
import type { GitHubContext } from '../client.ts';
import { calling } from '../failure.ts';
import { everyPage } from '../every-page.ts';
import { seen } from './seen.ts';

const Listed = z.array(z.looseObject({ id: z.int(), name: z.string() }));

const Ruleset = z.looseObject({
  id: z.int(),
  name: z.string(),
  enforcement: z.enum(['active', 'evaluate', 'disabled']),
  source_type: z.string().default('Repository'),
  bypass_actors: z
    .array(
      z.looseObject({
        actor_type: z.string(),
        actor_id: z.int().nullish(),
        bypass_mode: z.enum(['always', 'pull_request', 'exempt']).default('always'),
      }),
    )
    .optional(),
});

/** Names and ids of the rulesets of a repository and of those above it; none where the plan has none. One call a hundred. */
export async function listRulesets({
  client,
  owner,
  repo,
}: GitHubContext): Promise<readonly { readonly id: number; readonly name: string }[]> {
  const found = await seen('list the rulesets', () =>
    everyPage(100, async (query) => {
      const at = { owner, repo, includes_parents: true, ...query };
      return Listed.parse((await client.request('GET /repos/{owner}/{repo}/rulesets', at)).data);
    }),
  );
  return found ?? [];
}

/** Reads one ruleset. Source: `bypass_actors` is left out for whoever may not change the ruleset. */
export async function readRuleset(
  { client, owner, repo }: GitHubContext,
  id: number,
): Promise<RulesetFacts | null> {
  return seen('read a ruleset', async () => {
    const { data } = await client.request('GET /repos/{owner}/{repo}/rulesets/{ruleset_id}', {
      owner,
      repo,
      ruleset_id: id,
      includes_parents: true,
    });
    const ruleset = Ruleset.parse(data);
    return {
      id: ruleset.id,
      name: ruleset.name,
      enforcement: ruleset.enforcement,
      isOwn: ruleset.source_type === 'Repository',
      bypass:
        ruleset.bypass_actors?.map((actor) => ({
          kind: actor.actor_type,
          id: actor.actor_id ?? null,
          mode: actor.bypass_mode,
        })) ?? null,
    };
  });
}

const RawRules = z.looseObject({
  rules: z
    .array(z.looseObject({ type: z.string(), parameters: z.record(z.string(), z.unknown()).optional() }))
    .default([]),
});
export type RawRule = z.output<typeof RawRules>['rules'][number];

/** The rules of one ruleset as GitHub has them. */
export async function readRawRules(
  { client, owner, repo }: GitHubContext,
  id: number,
): Promise<readonly RawRule[]> {
  const { data } = await calling('read a ruleset', () =>
    client.request('GET /repos/{owner}/{repo}/rulesets/{ruleset_id}', { owner, repo, ruleset_id: id }),
  );
  return RawRules.parse(data).rules;
}
