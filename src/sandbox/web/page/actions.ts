import { html } from 'hono/html';
import { findRun } from '../../actions/find.ts';
import type { WorkflowRun } from '../../actions/model.ts';
import { renderActionsPage } from '../../actions/page.ts';
import { rerun } from '../../actions/rerun.ts';
import { authorOf } from '../../auth/author.ts';
import { checkRepositoryNeed, meets, type RepositoryNeed } from '../../auth/permission.ts';
import { notFound } from '../../error.ts';
import { button, pathOf, showMarkdown } from '../element.ts';
import type { Markup, PageAnswer, PageContent, RepositoryPage, RepositoryVisit } from '../visit.ts';
import { showGates } from './gate.ts';

/** Workflow runs and their logs. */
export const actionsPages: RepositoryPage[] = [
  { verb: 'GET', path: '/{owner}/{repo}/actions', answer: (visit) => actionsPage(visit, '') },
  {
    verb: 'GET',
    path: '/{owner}/{repo}/actions/{path}',
    answer: (visit) => actionsPage(visit, `/${visit.params['path']}`),
  },
  { verb: 'POST', path: '/{owner}/{repo}/actions/runs/{id}/rerun', answer: (visit) => pressRerun(visit) },
];

const RERUN: RepositoryNeed = { app: { actions: 'write' }, user: 'write' };

function actionsPage(visit: RepositoryVisit, path: string): PageContent {
  const { kernel, repository } = visit;
  const content = renderActionsPage(kernel, repository, {
    path,
    markdown: (text) => showMarkdown({ kernel }, repository, text),
    beforeJobs: (run) => html`${rerunButtons(visit, run)} ${showGates(visit, run)}`,
  });
  if (!content) throw notFound();
  return content;
}

function rerunButtons({ kernel, repository, actor }: RepositoryVisit, run: WorkflowRun): Markup {
  if (run.status !== 'completed' || !meets(kernel.world, actor, { repository, need: RERUN })) return html``;
  const action = pathOf(kernel, repository, `actions/runs/${run.id}/rerun`);
  const press = (which: string, text: string): Markup => button(action, text, { fields: { which } });
  return html`<p>
    ${press('all', 'Re-run all jobs')}
    ${run.conclusion === 'success' ? '' : press('failed', 'Re-run failed jobs')}
  </p>`;
}

async function pressRerun(visit: RepositoryVisit): Promise<PageAnswer> {
  const { kernel, repository, actor, params, form } = visit;
  checkRepositoryNeed(kernel.world, actor, { repository, need: RERUN });
  const run = findRun(repository, params['id'] ?? '');
  const which = form.get('which') === 'failed' ? 'failed' : 'all';
  await rerun(kernel, { repository, run }, { actorId: authorOf(kernel.world, actor).account.id, which });
  return { redirect: pathOf(kernel, repository, `actions/runs/${run.id}`) };
}
