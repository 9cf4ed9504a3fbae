import { html } from 'hono/html';
import type { Actor } from '../auth/actor.ts';
import { canSee } from '../auth/permission.ts';
import { ApiError, notFound } from '../error.ts';
import type { Incoming } from '../incoming.ts';
import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import { createRouter } from '../router.ts';
import type { Kernel } from '../sandbox.ts';
import { findAccount, findRepository } from '../world.ts';
import { drawAvatar } from './avatar.ts';
import { FREE_PAGES, REPOSITORY_PAGES } from './index.ts';
import { layOut } from './layout.ts';
import { STYLE } from './style.ts';
import type { PageAnswer, PageContent, Visit } from './visit.ts';

const findFree = createRouter(FREE_PAGES);
const findInRepository = createRouter(REPOSITORY_PAGES);

/** Answers a request for a page: everything that is not git, GraphQL or REST. */
export async function answerPage(kernel: Kernel, incoming: Incoming): Promise<Response> {
  const { url, entry } = incoming;
  entry.route = 'web';
  const response = asset(kernel, url) ?? (await answerHtml(kernel, incoming));
  entry.status = response.status;
  return response;
}

function asset(kernel: Kernel, { pathname }: URL): Response | null {
  if (pathname === '/style.css')
    return new Response(STYLE, { headers: { 'content-type': 'text/css; charset=utf-8' } });
  const id = /^\/avatars\/(\d+)$/.exec(pathname)?.[1];
  if (id === undefined) return null;
  const account = kernel.world.accounts.find((one) => String(one.id) === id) ?? null;
  return new Response(drawAvatar(account), { headers: { 'content-type': 'image/svg+xml' } });
}

async function answerHtml(kernel: Kernel, incoming: Incoming): Promise<Response> {
  const { request, url } = incoming;
  const who = whoVisits(kernel, incoming);
  const visit: Visit = { kernel, url, ...who, params: {}, form: new URLSearchParams() };
  let repository: Repository | null = null;
  try {
    if (request.method === 'POST') {
      checkOrigin(incoming);
      visit.form = new URLSearchParams(await request.text());
      if (url.pathname === '/acting-as') return actAs(kernel, visit.form);
    }
    repository = repositoryAt(kernel, who.actor, url.pathname);
    const answer = await dispatch(visit, repository, request.method);
    if ('redirect' in answer)
      return new Response(null, { status: 303, headers: { location: answer.redirect } });
    return await respond(visit, answer, { repository, status: 200 });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return respond(visit, problem(error), { repository, status: error.status });
  }
}

function dispatch(
  visit: Visit,
  repository: Repository | null,
  method: string,
): PageAnswer | Promise<PageAnswer> {
  const { pathname } = visit.url;
  const inside = repository ? findInRepository(method, pathname) : null;
  if (repository && inside) return inside.route.answer({ ...visit, params: inside.params, repository });
  const free = findFree(method, pathname);
  if (!free) throw notFound();
  return free.route.answer({ ...visit, params: free.params });
}

/** The repository that a path begins with, if there is one the visitor may know of. */
function repositoryAt(kernel: Kernel, actor: Actor, pathname: string): Repository | null {
  const [, owner = '', name = ''] = pathname.split('/').map((part) => decodePart(part));
  const repository = findRepository(kernel.world, owner, name);
  return repository && canSee(kernel.world, actor, repository) ? repository : null;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const COOKIE = 'sandbox_acting_as';

/** A token says who calls; without one it is whoever the visitor chose to be. */
function whoVisits(kernel: Kernel, { request, actor }: Incoming): { actor: Actor; viewer: Account | null } {
  if (actor.kind !== 'anonymous') return { actor, viewer: actor.kind === 'user' ? actor.user : null };
  const cookie = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]*)`).exec(request.headers.get('cookie') ?? '')?.[1];
  const account = cookie ? findAccount(kernel.world, decodePart(cookie)) : null;
  if (account?.type !== 'User') return { actor, viewer: null };
  return { actor: { kind: 'user', user: account }, viewer: account };
}

function actAs(kernel: Kernel, form: URLSearchParams): Response {
  const account = findAccount(kernel.world, form.get('login') ?? '');
  const value = account?.type === 'User' ? encodeURIComponent(account.login) : '';
  const back = form.get('back') ?? '/';
  return new Response(null, {
    status: 303,
    headers: {
      // A path of this site only: `//host` would lead away.
      location: /^\/(?![/\\])/.test(back) ? back : '/',
      'set-cookie': `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict`,
    },
  });
}

/**
 * Refuses a form that another site sent in the visitor's name.
 *
 * Browsers say where a request comes from; clients with a token are no browsers and need no such protection.
 */
function checkOrigin({ request, url, actor }: Incoming): void {
  if (actor.kind !== 'anonymous') return;
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  const host = request.headers.get('host') ?? url.host;
  const isOwn = site === null ? origin === `${url.protocol}//${host}` : site === 'same-origin';
  if (!isOwn) throw new ApiError(403, 'This form was not sent from one of these pages.');
}

function problem(error: ApiError): PageContent {
  const details = error.errors?.map((one) =>
    typeof one === 'string' ? one : (one.message ?? `${one.field ?? ''} ${one.code}`),
  );
  const title = error.status === 404 ? 'There is nothing here' : 'That did not work';
  return {
    title,
    body: html`<h1>${title}</h1>
      <p class="notice bad">${error.message}${details ? `: ${details.join(', ')}` : ''}</p>
      ${error.status === 404 ? html`<p class="muted">Somebody else may see more: choose above whom to act as.</p>` : ''}`,
  };
}

async function respond(
  visit: Visit,
  content: PageContent,
  { repository, status }: { repository: Repository | null; status: number },
): Promise<Response> {
  const page = await layOut(visit, content, repository);
  return new Response(String(page), {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  });
}
