import { html, raw } from 'hono/html';
import type { Repository } from '../model/repository.ts';
import { accountOf } from '../world.ts';
import { pathOf, showTime } from './element.ts';
import type { Markup, PageContent, Visit } from './visit.ts';

/** Puts a page between its bars: the way home, whom one acts as, and, in a repository, its parts. */
export function layOut(visit: Visit, content: PageContent, repository: Repository | null): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${content.title}</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="/avatars/0" />
      </head>
      <body>
        <header class="top">
          <a class="home" href="/">Sandbox</a>
          <span class="clock">${showTime(visit.kernel.clock.now())}</span>
          ${actingAs(visit)}
        </header>
        ${repository ? repositoryBar(visit, repository) : ''}
        <main>${content.body}</main>
      </body>
    </html>`;
}

/** The switch of whom to act as: a sandbox has no passwords. */
function actingAs({ kernel, viewer, url }: Visit): Markup {
  const people = kernel.world.accounts.filter((one) => one.type === 'User');
  return html`<form class="acting" method="post" action="/acting-as">
    <input type="hidden" name="back" value="${url.pathname}${url.search}" />
    <label for="acting-as">Acting as</label>
    <select id="acting-as" name="login">
      <option value="" ${viewer ? '' : 'selected'}>nobody</option>
      ${people.map(
        ({ login, id }) =>
          html`<option value="${login}" ${id === viewer?.id ? 'selected' : ''}>${login}</option>`,
      )}
    </select>
    <button>Switch</button>
  </form>`;
}

function repositoryBar({ kernel, url }: Visit, repository: Repository): Markup {
  const owner = accountOf(kernel.world, repository.ownerId);
  const base = pathOf(kernel, repository);
  const open = (isPull: boolean): number =>
    repository.issues.filter((issue) => issue.isPull === isPull && issue.state === 'open').length;
  const parts: [path: string, name: string, count: number | null][] = [
    ['', 'Code', null],
    ['/issues', 'Issues', open(false)],
    ['/pulls', 'Pull requests', open(true)],
    ['/actions', 'Actions', null],
    ['/deployments', 'Deployments', null],
  ];
  const here = url.pathname.slice(base.length).replace(/^\/pull\//, '/pulls/');
  return html`<nav class="repository">
    <p class="name">
      <a href="/${owner.login}">${owner.login}</a> <span>/</span>
      <a href="${base}"><strong>${repository.name}</strong></a>
      <span class="tag">${repository.private ? 'private' : 'public'}</span>
    </p>
    <ul>
      ${parts.map(([path, name, number]) => {
        const current = path === '' ? here === '' : here.startsWith(path);
        return html`<li>
          <a href="${base}${path}" ${current ? raw('aria-current="page"') : ''}
            >${name}${number === null ? '' : html` <span class="count">${number}</span>`}</a
          >
        </li>`;
      })}
    </ul>
  </nav>`;
}
