import { html } from 'hono/html';
import { stateOf } from '../../deployment/status.ts';
import { deploymentsOf } from '../../deployment/store.ts';
import type { Deployment } from '../../model/deployment.ts';
import { accountOf } from '../../world.ts';
import { pathOf, showCommit, showPerson, showState, showTime } from '../element.ts';
import type { Markup, PageContent, RepositoryPage, RepositoryVisit } from '../visit.ts';

/** What was deployed where. */
export const deploymentPages: RepositoryPage[] = [
  { verb: 'GET', path: '/{owner}/{repo}/deployments', answer: (visit) => listPage(visit, null) },
  {
    verb: 'GET',
    path: '/{owner}/{repo}/deployments/{environment}',
    answer: (visit) => listPage(visit, visit.params['environment'] ?? null),
  },
];

const SHOWN = 100;

function listPage(visit: RepositoryVisit, environment: string | null): PageContent {
  const all = deploymentsOf(visit.repository)
    .filter((one) => environment === null || one.environment === environment)
    .toReversed()
    .slice(0, SHOWN);
  const title = environment === null ? 'Deployments' : `Deployments to ${environment}`;
  return {
    title,
    body: html`<h1>${title}</h1>
      <div class="box">
        ${
          all.length === 0
            ? html`<p class="empty">Nothing was deployed yet.</p>`
            : html`<ul class="rows">
                ${all.map((deployment) => row(visit, deployment))}
              </ul>`
        }
      </div>`,
  };
}

function row({ kernel, repository }: RepositoryVisit, deployment: Deployment): Markup {
  const environment = encodeURIComponent(deployment.environment);
  return html`<li>
    ${showState(stateOf(deployment))}
    <a href="${pathOf(kernel, repository, `deployments/${environment}`)}">${deployment.environment}</a>
    ${deployment.ref === deployment.sha ? '' : html`<code>${deployment.ref}</code>`}
    ${showCommit(kernel, repository, deployment.sha)}
    <div class="muted">
      ${showPerson(kernel, accountOf(kernel.world, deployment.creatorId))} ${deployment.task}
      ${deployment.description ?? ''} ${showTime(deployment.createdAt)}:
      ${deployment.statuses.map(({ state }) => state.replaceAll('_', ' ')).join(' → ')}
    </div>
  </li>`;
}
