import { z } from 'zod';
import { GitHubFailure } from '../../../ports/github.ts';
import type { GitHubClient } from '../client.ts';
import { toFailure, wordsOf } from '../failure.ts';

/** One entry of `errors` in GitHub's GraphQL answers. */
export interface GraphqlError {
  /** `NOT_FOUND`, `FORBIDDEN`, `STALE_DATA`, `RATE_LIMITED`, …; GitHub leaves it out for its own trouble. */
  readonly type?: string | undefined;
  readonly path?: readonly (string | number)[] | null | undefined;
  readonly message: string;
}

/** What came back: each part of `data` may be there or be explained by an error. */
export interface GraphqlAnswer {
  readonly data: Readonly<Record<string, Readonly<Record<string, unknown>> | null | undefined>>;
  readonly errors: readonly GraphqlError[];
}

/**
 * Sends a GraphQL document. Errors of single fields are in the answer.
 *
 * @throws GitHubFailure when there is no data at all.
 */
export async function runGraphql(
  client: GitHubClient,
  operation: string,
  document: { readonly query: string; readonly variables: Readonly<Record<string, unknown>> },
): Promise<GraphqlAnswer> {
  try {
    const data = await client.graphql<GraphqlAnswer['data']>(document.query, { ...document.variables });
    return { data, errors: [] };
  } catch (error) {
    const answer = partialAnswer(error);
    if (answer === null) throw toFailure(operation, error);
    const cause = answer.errors.find(({ path }) => (path ?? []).length === 0);
    if (cause !== undefined || answer.errors.length === 0) throw fieldFailure(operation, cause);
    return answer;
  }
}

/** A {@link GitHubFailure} for an error that GitHub gave for one field. */
export function fieldFailure(operation: string, error: GraphqlError | undefined): GitHubFailure {
  const { type, message } = error ?? { type: undefined, message: 'no data and no error' };
  const status = type === 'NOT_FOUND' ? 404 : type === 'FORBIDDEN' ? 403 : null;
  return new GitHubFailure(operation, `${operation}: GitHub says ${type ?? 'error'}: ${wordsOf(message)}`, {
    status,
    retryable: isPassing(type, message),
  });
}

/** Source: GitHub's own trouble has no type and says "Something went wrong" or speaks of a timeout. */
function isPassing(type: string | undefined, message: string): boolean {
  if (type === 'RATE_LIMITED' || type === 'STALE_DATA') return true;
  return type === undefined && /something went wrong|timed? ?out|couldn't respond|try again/iu.test(message);
}

/** Source: `@octokit/graphql` throws `GraphqlResponseError` with `data` and `errors` as soon as there is one error. */
function partialAnswer(error: unknown): GraphqlAnswer | null {
  if (!(error instanceof Error) || error.name !== 'GraphqlResponseError') return null;
  const answer = PARTIAL_ANSWER.safeParse(error);
  return answer.success ? { data: answer.data.data ?? {}, errors: answer.data.errors } : null;
}

const PARTIAL_ANSWER = z.object({
  data: z.record(z.string(), z.record(z.string(), z.unknown()).nullable()).nullish(),
  errors: z.array(
    z.object({
      type: z.string().optional(),
      path: z.array(z.union([z.string(), z.number()])).nullish(),
      message: z.string(),
    }),
  ),
});
