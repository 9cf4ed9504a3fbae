import type { Failed } from '../../ports/notifier.ts';
import type { Http, HttpAnswer } from '../../ports/http.ts';

/** How channels are reached. */
export interface Line {
  readonly http: Http;
  /** For one attempt, from the connection to the end of the answer. */
  readonly timeoutMs: number;
}

/** What a server said. */
export type Answer = Extract<HttpAnswer, { readonly kind: 'answer' }>;

/**
 * Posts JSON once. Where nobody answers, that may pass.
 *
 * Redirects are failures: following one would carry the secret elsewhere.
 */
export async function post(
  { http, timeoutMs }: Line,
  letter: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  },
): Promise<Answer | Failed> {
  const answer = await http.send({
    method: 'POST',
    url: letter.url,
    headers: { 'content-type': 'application/json; charset=utf-8', ...letter.headers },
    body: letter.body,
    authorizationEnv: null,
    timeoutMs,
  });
  if (answer.kind === 'answer') return answer;
  return { kind: 'failed', why: answer.reason, askedMs: null, fault: 'passing' };
}

/** What an answer that is no success means, by its status alone. */
export function failureOf({ status, headers }: Answer): Failed {
  return {
    kind: 'failed',
    why: `it answered ${status}`,
    askedMs: secondsMs(headers['retry-after']),
    fault: faultOf(status),
  };
}

function faultOf(status: number): Failed['fault'] {
  if (status === 429 || status === 408 || status >= 500) return 'passing';
  return status === 400 || status === 413 || status === 422 ? 'message' : 'channel';
}

function secondsMs(header: string | undefined): number | null {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
}

/** The object that an answer's body is; empty where it is none. */
export function objectIn({ body }: Answer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
