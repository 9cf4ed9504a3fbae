import type { Octokit } from '@octokit/rest';
import { isRateLimited, isUncertain, troubleOf, type RequestTrouble } from './failure.ts';

/** How long to be patient with GitHub. */
export interface RetryRules {
  /** Tries after the first one. */
  readonly retries: number;
  /** Longest single wait, milliseconds: where GitHub asks for more, the request fails at once. */
  readonly longestWaitMs: number;
  /** An answer that takes longer counts as none, milliseconds. */
  readonly timeoutMs: number;
  readonly wait: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
}

export const PATIENT: RetryRules = {
  retries: 3,
  longestWaitMs: 65_000,
  timeoutMs: 30_000,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  nowMs: () => Date.now(),
};

/** GitHub says nothing about how long when a secondary limit comes without a header. */
const SECONDARY_LIMIT_WAIT_MS = 60_000;
const FIRST_WAIT_MS = 500;

/**
 * Makes an Octokit try again: after rate limits (nothing was done then) always, after lost answers and 5xx only
 * what may be done twice. Never longer than the rules allow.
 */
export function installRetry(octokit: Pick<Octokit, 'hook'>, rules: RetryRules): void {
  octokit.hook.wrap('request', async (request, options) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await request(withTimeout(options, rules));
      } catch (error) {
        const trouble = troubleOf(error);
        const waitMs =
          trouble === null || attempt >= rules.retries
            ? null
            : waitBefore(trouble, { attempt, repeatable: isRepeatable(options, trouble), rules });
        if (waitMs === null) throw error;
        await rules.wait(waitMs);
      }
    }
  });
}

function withTimeout<T extends { readonly request?: object }>(options: T, rules: RetryRules): T {
  return { ...options, request: { ...options.request, signal: AbortSignal.timeout(rules.timeoutMs) } };
}

/**
 * Tells whether doing a request twice does no harm and helps. A GraphQL mutation and a POST may have been carried
 * out although the answer was lost, so they are left to callers, who can look. A GraphQL query that GitHub gave up
 * on after ten seconds takes as long the next time: the batch cuts it into smaller ones.
 */
function isRepeatable(
  { method, query }: { readonly method: string; readonly query?: unknown },
  { status }: RequestTrouble,
): boolean {
  if (method !== 'POST') return true;
  if (typeof query !== 'string' || query.trimStart().startsWith('mutation')) return false;
  return status !== 502 && status !== 504;
}

function waitBefore(
  trouble: RequestTrouble,
  { attempt, repeatable, rules }: { attempt: number; repeatable: boolean; rules: RetryRules },
): number | null {
  if (isRateLimited(trouble)) {
    const waitMs = waitAskedFor(trouble, rules.nowMs());
    return waitMs <= rules.longestWaitMs ? waitMs : null;
  }
  if (!repeatable || !isUncertain(trouble)) return null;
  return Math.min(FIRST_WAIT_MS * 2 ** attempt * (1 + Math.random() / 2), rules.longestWaitMs);
}

/** Source: `retry-after` in seconds, else `x-ratelimit-reset` in epoch seconds once nothing remains. */
function waitAskedFor({ headers }: RequestTrouble, nowMs: number): number {
  const retryAfter = Number(headers['retry-after']);
  if (Number.isFinite(retryAfter)) return retryAfter * 1_000;
  const reset = Number(headers['x-ratelimit-reset']);
  if (String(headers['x-ratelimit-remaining']) === '0' && Number.isFinite(reset)) {
    return Math.max(reset * 1_000 - nowMs, 1_000);
  }
  return SECONDARY_LIMIT_WAIT_MS;
}
