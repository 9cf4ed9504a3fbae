import type { Http, HttpAnswer, HttpRequest } from '../../ports/http.ts';

/** What is read of an answer; the rest is left on the line. */
const LONGEST_BODY_BYTES = 1024 * 1024;

type Variables = Readonly<Record<string, string | undefined>>;

/** Sends requests with this process's own `fetch`. Secrets come from its variables, by name. */
export function createHttp({ variables }: { readonly variables: Variables }): Http {
  return {
    async send(request) {
      const headers = headersOf(request, variables);
      if (typeof headers === 'string') return { kind: 'none', reason: headers };
      try {
        return await exchange(request, headers);
      } catch (error) {
        return { kind: 'none', reason: describeFailure(error, request) };
      }
    },
  };
}

function headersOf(request: HttpRequest, variables: Variables): Record<string, string> | string {
  const { authorizationEnv } = request;
  if (authorizationEnv === null) return { ...request.headers };
  const secret = variables[authorizationEnv]?.trim() ?? '';
  if (secret === '') return `the variable ${authorizationEnv} is not set`;
  return { ...request.headers, authorization: secret.includes(' ') ? secret : `Bearer ${secret}` };
}

async function exchange(
  { url, method, body, timeoutMs }: HttpRequest,
  headers: Record<string, string>,
): Promise<HttpAnswer> {
  const response = await fetch(url, {
    method,
    headers: { 'user-agent': 'tonic-deploy', ...headers },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const { status } = response;
  return {
    kind: 'answer',
    status,
    headers: Object.fromEntries(response.headers),
    ...(await readBody(response)),
  };
}

/** The time that is left for the request is there for the body, too. */
async function readBody({ body }: Response): Promise<{ readonly body: string; readonly isCut: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > LONGEST_BODY_BYTES) break;
  }
  const text = Buffer.concat(chunks).subarray(0, LONGEST_BODY_BYTES).toString('utf8');
  return { body: text, isCut: size > LONGEST_BODY_BYTES };
}

/** Source: Node's fetch says "fetch failed" for everything and keeps the reason in `cause`. */
function describeFailure(error: unknown, { timeoutMs }: HttpRequest): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1_000} s`;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
  return `no answer: ${code.slice(0, 100)}`;
}
