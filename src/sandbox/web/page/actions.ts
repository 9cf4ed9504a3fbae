import { renderActionsPage } from '../../actions/page.ts';
import { notFound } from '../../error.ts';
import { showMarkdown } from '../element.ts';
import type { PageContent, RepositoryPage, RepositoryVisit } from '../visit.ts';

/** Workflow runs and their logs. */
export const actionsPages: RepositoryPage[] = [
  { verb: 'GET', path: '/{owner}/{repo}/actions', answer: (visit) => actionsPage(visit, '') },
  {
    verb: 'GET',
    path: '/{owner}/{repo}/actions/{path}',
    answer: (visit) => actionsPage(visit, `/${visit.params['path']}`),
  },
];

function actionsPage({ kernel, repository }: RepositoryVisit, path: string): PageContent {
  const content = renderActionsPage(kernel, repository, {
    path,
    markdown: (text) => showMarkdown({ kernel }, repository, text),
  });
  if (!content) throw notFound();
  return content;
}
