import { html } from 'hono/html';
import { meets } from '../../auth/permission.ts';
import { numberFrom } from '../../body.ts';
import { PRESS_CHECKS, requestAction, rerequestRun, rerequestSuite } from '../../check/press.ts';
import { findCheckRun, findCheckSuite } from '../../check/store.ts';
import type { CheckRun } from '../../model/check.ts';
import { accountOf, appOf } from '../../world.ts';
import { button, pathOf, showCommit, showMarkdown, showPerson, showState, showTime } from '../element.ts';
import type { Markup, PageAnswer, PageContent, RepositoryPage, RepositoryVisit } from '../visit.ts';

/** A check run with its buttons. */
export const checkPages: RepositoryPage[] = [
  { verb: 'GET', path: '/{owner}/{repo}/runs/{id}', answer: (visit) => checkPage(visit) },
  { verb: 'POST', path: '/{owner}/{repo}/runs/{id}/actions', answer: (visit) => pressAction(visit) },
  { verb: 'POST', path: '/{owner}/{repo}/runs/{id}/rerequest', answer: (visit) => pressAgain(visit) },
  { verb: 'POST', path: '/{owner}/{repo}/runs/{id}/rerequest-all', answer: (visit) => pressAllAgain(visit) },
];

function checkPage(visit: RepositoryVisit): PageContent {
  const { kernel, repository } = visit;
  const run = runOf(visit);
  const app = appOf(kernel.world, run.appId);
  return {
    title: `${run.name} · check`,
    body: html`<div class="headline">
        <h1>${run.name}</h1>
        <p>
          ${showState(run.conclusion ?? run.status)} ${showPerson(kernel, accountOf(kernel.world, app.botId))}
          <span class="muted">on</span> ${showCommit(kernel, repository, run.headSha)}
          ${showTime(run.completedAt ?? run.startedAt ?? '')}
        </p>
      </div>
      ${buttons(visit, run)}
      <article class="box">
        <header><strong>${run.title ?? 'No title'}</strong></header>
        <div class="content">
          ${run.summary ? showMarkdown({ kernel }, repository, run.summary) : html`<em class="muted">No summary.</em>`}
          ${run.text ? showMarkdown({ kernel }, repository, run.text) : ''}
        </div>
      </article>
      ${
        run.annotations.length === 0
          ? ''
          : html`<div class="box">
              <ul class="rows">
                ${run.annotations.map(
                  (one) =>
                    html`<li>
                      ${showState(one.level)} <code>${one.path}:${one.startLine}</code> ${one.message}
                    </li>`,
                )}
              </ul>
            </div>`
      }`,
  };
}

function buttons(visit: RepositoryVisit, run: CheckRun): Markup {
  const { kernel, repository, actor } = visit;
  if (!meets(kernel.world, actor, { repository, need: PRESS_CHECKS }))
    return html`<p class="muted">Pressing a button or running the check again needs write access.</p>`;
  const base = pathOf(kernel, repository, `runs/${run.id}`);
  const shown = run.status === 'completed' ? run.actions : [];
  return html`<p>
    ${shown.map(
      (one) =>
        html`${button(`${base}/actions`, one.label, { fields: { identifier: one.identifier }, look: 'primary' })}
          <span class="muted">${one.description}</span> `,
    )}
    ${button(`${base}/rerequest`, 'Re-run')} ${button(`${base}/rerequest-all`, 'Re-run all checks')}
  </p>`;
}

function runOf({ repository, params }: RepositoryVisit): CheckRun {
  return findCheckRun(repository, numberFrom(params['id'] ?? ''));
}

function pressAction(visit: RepositoryVisit): PageAnswer {
  const { kernel, repository, actor, form } = visit;
  const run = runOf(visit);
  requestAction(kernel, { repository, run }, { identifier: form.get('identifier') ?? '', actor });
  return { redirect: pathOf(kernel, repository, `runs/${run.id}`) };
}

function pressAgain(visit: RepositoryVisit): PageAnswer {
  const { kernel, repository, actor } = visit;
  const run = runOf(visit);
  rerequestRun(kernel, { repository, run }, actor);
  return { redirect: pathOf(kernel, repository, `runs/${run.id}`) };
}

/** The App's whole suite on the commit of the run that is shown. */
async function pressAllAgain(visit: RepositoryVisit): Promise<PageAnswer> {
  const { kernel, repository, actor } = visit;
  const run = runOf(visit);
  const suite = findCheckSuite(repository, run.suiteId);
  await rerequestSuite(kernel, { repository, suite }, actor);
  return { redirect: pathOf(kernel, repository, `runs/${run.id}`) };
}
