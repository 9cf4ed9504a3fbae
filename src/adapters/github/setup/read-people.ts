import { GitHubFailure } from '../../../ports/github.ts';
import type { GitHubContext } from '../client.ts';
import { runGraphql, type GraphqlError } from '../graphql/run.ts';

/** Which of some logins no account has, in one call; `null` when that could not be seen. */
export async function readUnknownLogins(
  { client }: Pick<GitHubContext, 'client'>,
  logins: readonly string[],
): Promise<readonly string[] | null> {
  if (logins.length === 0) return [];
  const aliases = logins.map((_, at) => `u${at}`);
  const declared = aliases.map((alias) => `$${alias}: String!`).join(', ');
  const fields = aliases.map((alias) => `  ${alias}: user(login: $${alias}) { login }`).join('\n');
  const variables = Object.fromEntries(logins.map((login, at) => [`u${at}`, login]));
  try {
    const query = `query TonicAccounts(${declared}) {\n${fields}\n}`;
    const { data, errors } = await runGraphql(client, 'read accounts', { query, variables });
    if (!errors.every(isAbsence)) return null;
    return logins.filter((_, at) => (data[`u${at}`] ?? null) === null);
  } catch (error) {
    if (error instanceof GitHubFailure && !error.retryable) return null;
    throw error;
  }
}

/** Source: GitHub answers a login that nobody has with an error of that field. */
function isAbsence({ type, path }: GraphqlError): boolean {
  return type === 'NOT_FOUND' && path?.length === 1;
}
