import { withoutSecrets } from '../../domain/redact.ts';
import { GitHubFailure } from '../../ports/github.ts';

const MESSAGE_LIMIT = 500;

/** What octokit says about an answer that was an error, or about none at all. */
export interface RequestTrouble {
  /** `null` when no answer came. */
  readonly status: number | null;
  readonly message: string;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

/** Words of others for a message: without secrets, and cut. */
export function wordsOf(words: string): string {
  return withoutSecrets(words).slice(0, MESSAGE_LIMIT);
}

/**
 * Reads an error that octokit threw; `null` for anything else, which is a bug and travels on.
 *
 * Source: `@octokit/request` throws `RequestError`; without an answer its status is 500 and `response` is missing.
 */
export function troubleOf(error: unknown): RequestTrouble | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  const response = 'response' in error ? error.response : undefined;
  if (typeof response !== 'object' || response === null) {
    return { status: null, message: error.message, headers: {} };
  }
  const headers = 'headers' in response && isRecord(response.headers) ? response.headers : {};
  return { status: error.status, message: error.message, headers };
}

function isRecord(value: unknown): value is Record<string, string | number | undefined> {
  return typeof value === 'object' && value !== null;
}

/**
 * Tells whether GitHub refused for now because too much was asked; nothing was done then.
 *
 * Source: GitHub's limits answer 403 or 429, with `retry-after`, with `x-ratelimit-remaining: 0`, or in words.
 */
export function isRateLimited({ status, message, headers }: RequestTrouble): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers['retry-after'] !== undefined ||
    String(headers['x-ratelimit-remaining']) === '0' ||
    /rate limit|abuse detection/iu.test(message)
  );
}

/** Tells whether it is not known if GitHub did what was asked: no answer, or one from a proxy that gave up. */
export function isUncertain({ status }: RequestTrouble): boolean {
  return status === null || status >= 500;
}

/** A {@link GitHubFailure} for an error of octokit; every other error is given back as it is. */
export function toFailure(operation: string, error: unknown): unknown {
  if (error instanceof GitHubFailure) return error;
  const trouble = troubleOf(error);
  if (trouble === null) return error;
  const { status } = trouble;
  const retryable = isRateLimited(trouble) || isUncertain(trouble) || status === 408;
  const words = wordsOf(trouble.message);
  const answer = status === null ? 'GitHub did not answer' : `GitHub answered ${status}`;
  // Without the cause: it carries the request, and nobody should have to trust its redaction.
  return new GitHubFailure(operation, `${operation}: ${answer}: ${words}`, { status, retryable });
}

/** Does a request and turns octokit's errors into a {@link GitHubFailure}. */
export async function calling<T>(operation: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw toFailure(operation, error);
  }
}

/** As {@link calling}, with `null` when GitHub says that there is no such thing. */
export async function callingUnlessGone<T>(operation: string, request: () => Promise<T>): Promise<T | null> {
  try {
    return await request();
  } catch (error) {
    if (troubleOf(error)?.status === 404 || troubleOf(error)?.status === 410) return null;
    throw toFailure(operation, error);
  }
}
