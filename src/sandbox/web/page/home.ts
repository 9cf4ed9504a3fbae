import { html } from 'hono/html';
import { canSee } from '../../auth/permission.ts';
import { notFound } from '../../error.ts';
import type { Account } from '../../model/account.ts';
import type { Repository } from '../../model/repository.ts';
import { accountOf, findAccount, fullNameOf } from '../../world.ts';
import { count, pathOf, showPerson, showTime } from '../element.ts';
import type { FreePage, Markup, PageContent, Visit } from '../visit.ts';

/** Where to begin: all repositories, and those of one account. */
export const homePages: FreePage[] = [
  { verb: 'GET', path: '/', answer: (visit) => home(visit) },
  { verb: 'GET', path: '/apps/{slug}', answer: (visit) => account(visit, `${visit.params['slug']}[bot]`) },
  { verb: 'GET', path: '/{login}', answer: (visit) => account(visit, visit.params['login'] ?? '') },
];

function home(visit: Visit): PageContent {
  const { kernel } = visit;
  const apps = kernel.world.apps.filter((app) => app.privateKeyPem !== null);
  return {
    title: 'Sandbox',
    body: html`<h1>A GitHub on this machine</h1>
      <p class="muted">
        Choose above whom to act as. REST answers at <code>${kernel.urls.api}</code>, GraphQL at
        <code>${kernel.urls.graphql}</code>.
      </p>
      ${repositories(visit, () => true)}
      ${
        apps.length === 0
          ? ''
          : html`<h2>Apps</h2>
              <div class="box">
                <ul class="rows">
                  ${apps.map(
                    (app) =>
                      html`<li>
                        ${showPerson(kernel, accountOf(kernel.world, app.botId))}
                        <span class="muted"
                          >App ${app.id}, ${app.hook ? `webhooks to ${app.hook.url}` : 'no webhooks'}</span
                        >
                      </li>`,
                  )}
                </ul>
              </div>`
      }`,
  };
}

function account(visit: Visit, login: string): PageContent {
  const found = findAccount(visit.kernel.world, login);
  if (!found) throw notFound();
  return {
    title: found.login,
    body: html`<h1>${found.name ?? found.login}</h1>
      <p>${showPerson(visit.kernel, found)} ${found.organization ? members(visit, found) : ''}</p>
      ${repositories(visit, (repository) => repository.ownerId === found.id)}`,
  };
}

function members({ kernel }: Visit, { organization }: Account): Markup {
  const people = organization?.members.map(({ userId }) => accountOf(kernel.world, userId)) ?? [];
  return html`<span class="muted">with</span>
    ${people.map((person) => html`${showPerson(kernel, person)} `)}`;
}

function repositories(visit: Visit, wanted: (repository: Repository) => boolean): Markup {
  const { kernel, actor } = visit;
  const seen = kernel.world.repositories.filter(
    (repository) => wanted(repository) && canSee(kernel.world, actor, repository),
  );
  if (seen.length === 0) return html`<p class="notice">There is no repository here that you can see.</p>`;
  return html`<h2>Repositories</h2>
    <div class="box">
      <ul class="rows">
        ${seen.map((repository) => row(visit, repository))}
      </ul>
    </div>`;
}

function row({ kernel }: Visit, repository: Repository): Markup {
  const open = repository.issues.filter((issue) => issue.state === 'open');
  const pulls = open.filter((issue) => issue.isPull).length;
  return html`<li>
    <span class="row-title"
      ><a href="${pathOf(kernel, repository)}">${fullNameOf(kernel.world, repository)}</a></span
    >
    <span class="tag">${repository.private ? 'private' : 'public'}</span>
    <div class="muted">${repository.description ?? ''}</div>
    <div class="muted">
      ${count(open.length - pulls, 'open issue')}, ${count(pulls, 'open pull request')}, pushed
      ${showTime(repository.pushedAt)}
    </div>
  </li>`;
}
