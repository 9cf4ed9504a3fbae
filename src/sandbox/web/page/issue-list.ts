import { html } from 'hono/html';
import { openIssue } from '../../issue/edit.ts';
import { labelsOf } from '../../issue/find.ts';
import { listIssues } from '../../issue/list.ts';
import type { Issue } from '../../model/issue.ts';
import { accountOf } from '../../world.ts';
import { count, pathOf, showLabel, showPerson, showState, showTime } from '../element.ts';
import type { Markup, PageAnswer, PageContent, RepositoryPage, RepositoryVisit } from '../visit.ts';

/** Lists of issues and pulls, and the form for a new issue. */
export const issueListPages: RepositoryPage[] = [
  { verb: 'GET', path: '/{owner}/{repo}/issues', answer: (visit) => listPage(visit, false) },
  { verb: 'GET', path: '/{owner}/{repo}/pulls', answer: (visit) => listPage(visit, true) },
  { verb: 'GET', path: '/{owner}/{repo}/issues/new', answer: (visit) => newIssuePage(visit) },
  { verb: 'POST', path: '/{owner}/{repo}/issues', answer: (visit) => postIssue(visit) },
];

function listPage(visit: RepositoryVisit, isPull: boolean): PageContent {
  const { kernel, repository, url } = visit;
  const state = url.searchParams.get('state') === 'closed' ? 'closed' : 'open';
  const labels = url.searchParams.getAll('label').filter((name) => name !== '');
  const base = pathOf(kernel, repository, isPull ? 'pulls' : 'issues');
  const all = listIssues(kernel.world, repository, {
    state: 'all',
    labels,
    sinceMs: null,
    creator: null,
    assignee: null,
    sort: 'created',
    direction: 'desc',
  }).filter((issue) => issue.isPull === isPull);
  const shown = all.filter((issue) => issue.state === state);
  const tab = (one: 'open' | 'closed'): Markup => {
    const text = `${all.filter((issue) => issue.state === one).length} ${one}`;
    return one === state ? html`<strong>${text}</strong>` : html`<a href="${base}?state=${one}">${text}</a>`;
  };
  return {
    title: isPull ? 'Pull requests' : 'Issues',
    body: html`<h1>${isPull ? 'Pull requests' : 'Issues'}</h1>
      ${labels.length === 0 ? '' : html`<p>${filterLine(visit, labels)} <a href="${base}">show all</a></p>`}
      <div class="box">
        <header>
          ${tab('open')} ${tab('closed')}
          ${isPull ? '' : html`<a class="end" href="${base}/new">New issue</a>`}
        </header>
        ${
          shown.length === 0
            ? html`<p class="empty">Nothing here.</p>`
            : html`<ul class="rows">
                ${shown.map((issue) => showIssueRow(visit, issue))}
              </ul>`
        }
      </div>`,
  };
}

function filterLine({ repository }: RepositoryVisit, names: string[]): Markup {
  return html`With
  ${names.map((name) => {
    const label = repository.labels.find((one) => one.name.toLowerCase() === name.toLowerCase());
    return showLabel(label ?? { name, color: 'ededed' });
  })}`;
}

/** An issue or pull as one row of a list. */
export function showIssueRow(visit: RepositoryVisit, issue: Issue): Markup {
  const { kernel, repository } = visit;
  const path = pathOf(kernel, repository, `${issue.isPull ? 'pull' : 'issues'}/${issue.number}`);
  return html`<li>
    ${showIssueState(visit, issue)} <span class="row-title"><a href="${path}">${issue.title}</a></span>
    ${labelsOf(repository, issue).map((label) => html`${showLabel(label)} `)}
    <div class="muted">
      #${issue.number} opened ${showTime(issue.createdAt)} by
      ${showPerson(kernel, accountOf(kernel.world, issue.authorId))}
      ${issue.comments.length === 0 ? '' : `· ${count(issue.comments.length, 'comment')}`}
    </div>
  </li>`;
}

/** The state of an issue or pull in its colour. */
export function showIssueState({ repository }: RepositoryVisit, issue: Issue): Markup {
  const pull = issue.isPull ? repository.pulls.find((one) => one.number === issue.number) : undefined;
  if (pull?.merged) return showState('merged');
  if (pull && issue.state === 'closed') return showState('failure', 'closed');
  if (pull?.draft) return showState('draft');
  if (issue.stateReason === 'not_planned') return showState('not_planned', 'not planned');
  return showState(issue.state);
}

function newIssuePage({ kernel, repository, viewer }: RepositoryVisit): PageContent {
  return {
    title: 'New issue',
    body: html`<h1>New issue</h1>
      ${viewer ? '' : html`<p class="notice">Choose above whom to act as first.</p>`}
      <form class="box" method="post" action="${pathOf(kernel, repository, 'issues')}">
        <div class="content">
          <p>
            <input type="text" name="title" placeholder="Title" aria-label="Title" maxlength="256" required />
          </p>
          <textarea name="body" rows="12" placeholder="What happened?" aria-label="Text"></textarea>
          <div class="row"><button class="primary">Create</button></div>
        </div>
      </form>`,
  };
}

function postIssue({ kernel, repository, actor, form }: RepositoryVisit): PageAnswer {
  const issue = openIssue(kernel, repository, {
    title: form.get('title') ?? '',
    body: form.get('body') || null,
    labels: [],
    assignees: [],
    actor,
  });
  return { redirect: pathOf(kernel, repository, `issues/${issue.number}`) };
}
