import { checkCaller, checkRepositoryNeed } from './auth/permission.ts';
import { ApiError, notFound } from './error.ts';
import type { Incoming } from './incoming.ts';
import { parseJson } from './body.ts';
import { ROUTES } from './rest/index.ts';
import type { Call, Reply, Route } from './route.ts';
import { createRouter, type Match } from './router.ts';
import type { Kernel } from './sandbox.ts';
import { findRepository } from './world.ts';

/** Makes the function that answers REST: route, repository, permission, then the route's own answer. */
export function createRestAnswerer(kernel: Kernel): (incoming: Incoming, path: string) => Promise<Reply> {
  const find = createRouter(ROUTES);

  return async (incoming, path) => {
    const { request, entry } = incoming;
    const match = find(request.method, path);
    if (!match) throw new ApiError(501, `The sandbox has no route ${request.method} ${path}`);
    entry.route = match.route.path;
    const call = await buildCall(kernel, incoming, match);
    return match.route.answer(call);
  };
}

async function buildCall(kernel: Kernel, incoming: Incoming, { route, params }: Match<Route>): Promise<Call> {
  const { request, url, actor } = incoming;
  const repository = route.path.startsWith('/repos/{owner}/{repo}')
    ? findRepository(kernel.world, params['owner'] ?? '', (params['repo'] ?? '').replace(/\.git$/, ''))
    : undefined;
  if (repository === null) throw notFound();
  const { needs } = route;
  if (typeof needs === 'string') checkCaller(actor, needs);
  else if (repository) checkRepositoryNeed(kernel.world, actor, { repository, need: needs });
  const body = request.method === 'GET' ? {} : parseJson(await request.text());
  const call = {
    kernel,
    actor,
    repository,
    params,
    query: url.searchParams,
    body,
    headers: request.headers,
    url,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `repository` is there exactly for the paths whose type says so
  return call as Call;
}
