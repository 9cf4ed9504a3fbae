import { createHash, randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { describeActor } from './auth/actor.ts';
import { authenticate } from './auth/authenticate.ts';
import { ApiError, errorBody } from './error.ts';
import type { ApiFaultEffect } from './fault.ts';
import { answerGit, isGitPath } from './git-http.ts';
import { answerGraphql, isGraphqlPath, operationAsked } from './graphql/endpoint.ts';
import type { Incoming } from './incoming.ts';
import type { LoggedRequest } from './request-log.ts';
import { createRestAnswerer } from './rest.ts';
import type { Reply } from './route.ts';
import { restPath } from './router.ts';
import type { Kernel } from './sandbox.ts';
import { answerPage } from './web/page.ts';

/** Makes the function that answers every request: faults first, then git, GraphQL, REST or a page. */
export function createRequestHandler(
  kernel: Kernel,
): (request: Request, env: HttpBindings) => Promise<Response> {
  const answerRest = createRestAnswerer(kernel);

  const dispatch = (incoming: Incoming): Promise<Response> => {
    const { pathname } = incoming.url;
    if (isGitPath(pathname)) return answerGit(kernel, incoming);
    if (isGraphqlPath(pathname))
      return answerGraphql(kernel, incoming).then((reply) => toResponse(incoming, reply));
    const path = isPageFor(incoming) ? null : restPath(pathname);
    if (path !== null) return answerRest(incoming, path).then((reply) => toResponse(incoming, reply));
    return answerPage(kernel, incoming);
  };

  return async (request, env) => {
    const url = new URL(request.url);
    const entry = startEntry(kernel, request, url);
    const startedMs = performance.now();
    try {
      const actor = authenticate(kernel.world, request.headers.get('authorization') ?? undefined);
      entry.actor = describeActor(actor);
      return await withFaults(kernel, { request, env, url, actor, entry }, dispatch);
    } catch (error) {
      return toResponse({ request, entry }, failureReply(error, url));
    } finally {
      entry.durationMs = performance.now() - startedMs;
      if (kernel.requests.push(entry) > KEPT_REQUESTS) kernel.requests.shift();
    }
  };
}

/** A browser at `/apps/tonic` wants the page; a client that calls REST there does not ask for HTML. */
function isPageFor({ request, url }: Incoming): boolean {
  const wantsHtml = request.headers.get('accept')?.includes('text/html') ?? false;
  return wantsHtml && !url.pathname.startsWith('/api/');
}

/** A sandbox that runs for days forgets the oldest. */
const KEPT_REQUESTS = 100_000;

function startEntry(kernel: Kernel, request: Request, url: URL): LoggedRequest {
  return {
    method: request.method,
    path: url.pathname,
    route: null,
    operation: null,
    status: 0,
    actor: 'unknown',
    atMs: kernel.clock.nowMs(),
    durationMs: 0,
  };
}

async function withFaults(
  kernel: Kernel,
  incoming: Incoming,
  dispatch: (incoming: Incoming) => Promise<Response>,
): Promise<Response> {
  const { entry, url, request } = incoming;
  const path = restPath(url.pathname) ?? url.pathname;
  const operation = isGraphqlPath(url.pathname) ? await operationAsked(request.clone()) : null;
  const effect = kernel.faults.takeApi({ method: request.method, path, operation, actor: entry.actor });
  return effect ? strike(effect, incoming, dispatch) : dispatch(incoming);
}

/** Brings one fault about: an error, a delay, or a connection cut before or after the deed. */
async function strike(
  effect: ApiFaultEffect,
  incoming: Incoming,
  dispatch: (incoming: Incoming) => Promise<Response>,
): Promise<Response> {
  switch (effect.kind) {
    case 'status':
      throw statusFault(effect);
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, effect.delayMs));
      return dispatch(incoming);
    case 'cut_after':
      await dispatch(incoming);
      break;
    case 'cut_before':
      break;
  }
  effect.atCut?.();
  incoming.env.incoming.socket.destroy();
  return new Response(null, { status: 502 });
}

function statusFault({
  status,
  message,
  retryAfterSeconds,
}: Extract<ApiFaultEffect, { kind: 'status' }>): ApiError {
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return new ApiError(status, message ?? FAULT_WORDS[status] ?? 'Server Error', { headers });
}

const FAULT_WORDS: { [status: number]: string } = {
  403: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  429: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

function failureReply(error: unknown, url: URL): Reply {
  const known =
    error instanceof ApiError
      ? error
      : new ApiError(
          500,
          `Sandbox bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
  const challenge =
    known.status === 401 && isGitPath(url.pathname) ? { 'www-authenticate': 'Basic realm="GitHub"' } : {};
  return { status: known.status, body: errorBody(known), headers: { ...known.headers, ...challenge } };
}

/** Gives a reply the headers GitHub sends with everything, and answers 304 where the caller has it already. */
function toResponse(incoming: { request: Request; entry: LoggedRequest }, reply: Reply): Response {
  const { request, entry } = incoming;
  const { status, content, contentType, headers: own } = plain(reply);
  const headers = new Headers({ ...STANDARD_HEADERS, 'x-github-request-id': randomUUID(), ...own });
  entry.status = status;
  if (content === null) return new Response(null, { status, headers });
  headers.set('content-type', contentType);
  if (request.method === 'GET' && status === 200) {
    const etag = `W/"${createHash('sha1').update(content).digest('hex')}"`;
    headers.set('etag', etag);
    if (request.headers.get('if-none-match') === etag) {
      entry.status = 304;
      return new Response(null, { status: 304, headers });
    }
  }
  return new Response(typeof content === 'string' ? content : new Uint8Array(content), { status, headers });
}

interface PlainReply {
  status: number;
  content: string | Buffer | null;
  contentType: string;
  headers?: Record<string, string>;
}

function plain(reply: Reply): PlainReply {
  if ('raw' in reply) return reply.raw;
  const content = reply.body === undefined ? null : JSON.stringify(reply.body);
  return { ...reply, content, contentType: 'application/json; charset=utf-8' };
}

/** Limits are shown but never reached; tests bring them about with a fault. */
const STANDARD_HEADERS = {
  server: 'github.com',
  'x-github-media-type': 'github.v3; format=json',
  'x-github-api-version-selected': '2022-11-28',
  'x-ratelimit-limit': '5000',
  'x-ratelimit-remaining': '4999',
  'x-ratelimit-reset': '4102444800',
  'x-ratelimit-used': '1',
  'x-ratelimit-resource': 'core',
};
