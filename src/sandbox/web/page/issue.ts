import { html } from 'hono/html';
import { numberFrom } from '../../body.ts';
import { meets } from '../../auth/permission.ts';
import { addComment, deleteComment, editComment } from '../../issue/comment.ts';
import { changeState } from '../../issue/edit.ts';
import { findComment, findIssue, labelsOf } from '../../issue/find.ts';
import { addLabels, removeLabel } from '../../issue/labelling.ts';
import { issueNeed } from '../../issue/need.ts';
import type { Issue, Label } from '../../model/issue.ts';
import { accountOf } from '../../world.ts';
import { button, count, pathOf, showLabel, showPerson, showTime } from '../element.ts';
import type { Markup, PageAnswer, PageContent, RepositoryPage, RepositoryVisit } from '../visit.ts';
import { commentForm, showConversation } from './conversation.ts';
import { showIssueState } from './issue-list.ts';

/** An issue, and everything that people do on one; the forms serve pulls too. */
export const issuePages: RepositoryPage[] = [
  { verb: 'GET', path: '/{owner}/{repo}/issues/{number}', answer: (visit) => issuePage(visit) },
  { verb: 'POST', path: '/{owner}/{repo}/issues/{number}/comments', answer: (visit) => postComment(visit) },
  { verb: 'POST', path: '/{owner}/{repo}/issues/{number}/labels', answer: (visit) => postLabel(visit) },
  { verb: 'POST', path: '/{owner}/{repo}/issues/{number}/state', answer: (visit) => postState(visit) },
  { verb: 'POST', path: '/{owner}/{repo}/comments/{id}', answer: (visit) => postEdit(visit) },
];

function issuePage(visit: RepositoryVisit): PageAnswer {
  const issue = issueOf(visit);
  if (issue.isPull) return { redirect: pageOf(visit, issue) };
  return {
    title: `${issue.title} · #${issue.number}`,
    body: html`${headline(visit, issue)}
      <div class="columns">
        <div>${showConversation(visit, issue)} ${commentForm(visit, issue)} ${stateForms(visit, issue)}</div>
        ${sidebar(visit, issue)}
      </div>`,
  } satisfies PageContent;
}

function headline(visit: RepositoryVisit, issue: Issue): Markup {
  const { kernel, repository } = visit;
  return html`<div class="headline">
    <h1>${issue.title} <span class="number">#${issue.number}</span></h1>
    <p>
      ${showIssueState(visit, issue)} ${showPerson(kernel, accountOf(kernel.world, issue.authorId))}
      <span class="muted"
        >opened this ${showTime(issue.createdAt)} · ${count(issue.comments.length, 'comment')}</span
      >
    </p>
    <p>${labelsOf(repository, issue).map((label) => showLabel(label))}</p>
  </div>`;
}

/** Labels and assignees of an issue or pull, with the forms for those who may. */
export function sidebar(visit: RepositoryVisit, issue: Issue): Markup {
  const { kernel } = visit;
  const people = issue.assigneeIds.map((id) => accountOf(kernel.world, id));
  return html`<aside>
    <section>
      <h2>Labels</h2>
      ${labelList(visit, issue)}
    </section>
    <section>
      <h2>Assignees</h2>
      ${people.length === 0 ? html`<span class="muted">Nobody</span>` : people.map((one) => html`<div>${showPerson(kernel, one)}</div>`)}
    </section>
  </aside>`;
}

function labelList(visit: RepositoryVisit, issue: Issue): Markup {
  const { repository } = visit;
  const own = labelsOf(repository, issue);
  if (!may(visit, issue, 'triage')) {
    return html`<div class="labels">
      ${own.length === 0 ? html`<span class="muted">None</span>` : own.map((label) => showLabel(label))}
    </div>`;
  }
  const others = repository.labels.filter((label) => !own.includes(label));
  return html`<ul class="labels">
      ${own.map((label) => html`<li>${showLabel(label)}${removeButton(visit, issue, label)}</li>`)}
    </ul>
    ${others.length === 0 ? '' : addLabelForm(visit, issue, others)}`;
}

function removeButton({ kernel, repository }: RepositoryVisit, issue: Issue, { name }: Label): Markup {
  const action = pathOf(kernel, repository, `issues/${issue.number}/labels`);
  const cross = html`<span aria-hidden="true">✕</span>`;
  return html`<form method="post" action="${action}" class="inline">
    <input type="hidden" name="name" value="${name}" />
    <button class="plain muted" name="act" value="remove" aria-label="Remove ${name}">${cross}</button>
  </form>`;
}

function addLabelForm({ kernel, repository }: RepositoryVisit, issue: Issue, others: Label[]): Markup {
  return html`<form
    class="add"
    method="post"
    action="${pathOf(kernel, repository, `issues/${issue.number}/labels`)}"
  >
    <select name="name" aria-label="Label to add">
      ${others.map(({ name }) => html`<option>${name}</option>`)}
    </select>
    <button name="act" value="add">Add</button>
  </form>`;
}

/** Close and reopen, for the author and those with triage. */
export function stateForms(visit: RepositoryVisit, issue: Issue): Markup | '' {
  const { kernel, repository, viewer } = visit;
  if (!viewer || (viewer.id !== issue.authorId && !may(visit, issue, 'triage'))) return '';
  const action = pathOf(kernel, repository, `issues/${issue.number}/state`);
  if (issue.state === 'closed') return button(action, 'Reopen', { fields: { state: 'open' } });
  const close = button(action, 'Close as completed', { fields: { state: 'closed', reason: 'completed' } });
  if (issue.isPull) return button(action, 'Close', { fields: { state: 'closed', reason: 'completed' } });
  return html`${close}
  ${button(action, 'Close as not planned', { fields: { state: 'closed', reason: 'not_planned' } })}`;
}

function may(visit: RepositoryVisit, issue: Issue, role: 'triage' | 'write'): boolean {
  const { kernel, repository, actor } = visit;
  return meets(kernel.world, actor, { repository, need: issueNeed(issue, role) });
}

function issueOf({ repository, params }: RepositoryVisit): Issue {
  return findIssue(repository, numberFrom(params['number'] ?? ''));
}

function pageOf({ kernel, repository }: RepositoryVisit, issue: Issue): string {
  return pathOf(kernel, repository, `${issue.isPull ? 'pull' : 'issues'}/${issue.number}`);
}

function postComment(visit: RepositoryVisit): PageAnswer {
  const { kernel, repository, actor, form } = visit;
  const issue = issueOf(visit);
  // Browsers send line ends as CRLF; GitHub keeps what its page sends, which is LF.
  const body = (form.get('body') ?? '').replaceAll('\r\n', '\n');
  const comment = addComment(kernel, { repository, issue }, { body, actor });
  return { redirect: `${pageOf(visit, issue)}#issuecomment-${comment.id}` };
}

function postLabel(visit: RepositoryVisit): PageAnswer {
  const { kernel, repository, actor, form } = visit;
  const issue = issueOf(visit);
  const name = form.get('name') ?? '';
  if (form.get('act') === 'remove') removeLabel(kernel, { repository, issue }, { name, actor });
  else addLabels(kernel, { repository, issue }, { names: [name], actor });
  return { redirect: pageOf(visit, issue) };
}

async function postState(visit: RepositoryVisit): Promise<PageAnswer> {
  const { kernel, repository, actor, form } = visit;
  const issue = issueOf(visit);
  const state = form.get('state') === 'open' ? 'open' : 'closed';
  const closed = form.get('reason') === 'not_planned' ? 'not_planned' : 'completed';
  const reason = state === 'open' ? 'reopened' : closed;
  await changeState(kernel, { repository, issue }, { state, reason, actor });
  return { redirect: pageOf(visit, issue) };
}

function postEdit(visit: RepositoryVisit): PageAnswer {
  const { kernel, repository, actor, form, params } = visit;
  const place = findComment(repository, numberFrom(params['id'] ?? ''));
  if (form.get('act') === 'delete') {
    deleteComment(kernel, place, actor);
    return { redirect: pageOf(visit, place.issue) };
  }
  const body = (form.get('body') ?? '').replaceAll('\r\n', '\n');
  editComment(kernel, place, { body, actor });
  return { redirect: `${pageOf(visit, place.issue)}#issuecomment-${place.comment.id}` };
}
