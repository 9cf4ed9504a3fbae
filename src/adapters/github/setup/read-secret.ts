import { z } from 'zod';
import type { SetupFacts } from '../../../domain/setup/facts.ts';
import type { GitHubContext } from '../client.ts';
import { everyPage } from '../every-page.ts';
import { seen } from './seen.ts';

const Secrets = z.looseObject({ secrets: z.array(z.looseObject({ name: z.string() })) });
const Variables = z.looseObject({
  variables: z.array(z.looseObject({ name: z.string(), value: z.string() })),
});

/** Names of the secrets of an environment; GitHub shows no values. One call. */
export async function secretNames(
  { client, owner, repo }: GitHubContext,
  environment: string,
): Promise<readonly string[] | null> {
  return seen('list the secrets of an environment', () =>
    everyPage(100, async (query) => {
      const { data } = await client.request(
        'GET /repos/{owner}/{repo}/environments/{environment_name}/secrets',
        { owner, repo, environment_name: environment, ...query },
      );
      return namesOf(data);
    }),
  );
}

/** Names of the secrets that every workflow of the repository can read. Two calls. */
export async function readSharedSecrets(context: GitHubContext): Promise<SetupFacts['secrets']> {
  const { client, owner, repo } = context;
  const at = { owner, repo };
  const [repository, organization] = await Promise.all([
    seen('list the secrets', () =>
      everyPage(100, async (query) =>
        namesOf(
          (await client.request('GET /repos/{owner}/{repo}/actions/secrets', { ...at, ...query })).data,
        ),
      ),
    ),
    seen('list the secrets of the organisation', () =>
      everyPage(100, async (query) => {
        const route = 'GET /repos/{owner}/{repo}/actions/organization-secrets';
        return namesOf((await client.request(route, { ...at, ...query })).data);
      }),
    ),
  ]);
  // A person's repository has no secrets of an organisation.
  return repository === null ? null : { repository, organization: organization ?? [] };
}

function namesOf(data: unknown): readonly string[] {
  return Secrets.parse(data).secrets.map(({ name }) => name);
}

/** Variables of the repository. One call for thirty. */
export async function readVariables({
  client,
  owner,
  repo,
}: GitHubContext): Promise<ReadonlyMap<string, string> | null> {
  const found = await seen('list the variables', () =>
    everyPage(30, async (query) => {
      const at = { owner, repo, ...query };
      const { data } = await client.request('GET /repos/{owner}/{repo}/actions/variables', at);
      return Variables.parse(data).variables;
    }),
  );
  return found === null ? null : new Map(found.map(({ name, value }) => [name, value]));
}
