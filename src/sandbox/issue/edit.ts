import type { Actor } from '../auth/actor.ts';
import type { Author } from '../auth/author.ts';
import { meets } from '../auth/permission.ts';
import { unprocessable } from '../error.ts';
import type { Issue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { closePull, findPull, reopenPull } from '../pull/state.ts';
import type { Kernel } from '../sandbox.ts';
import { announceEdit, announceIssue, type Changes } from './announce.ts';
import { assign, setAssignees } from './assignee.ts';
import type { IssuePlace } from './find.ts';
import { addLabels, setLabels } from './labelling.ts';
import { authorWhoMay, issueNeed, OPEN_ISSUE } from './need.ts';
import { addIssueRecord, recordTimeline } from './record.ts';
import { setIssueState } from './state.ts';
import { checkBody, checkTitle } from './text.ts';

/** What somebody gives when opening an issue. */
export interface OpenedIssue {
  title: string;
  body: string | null;
  labels: string[];
  assignees: string[];
  actor: Actor;
}

/**
 * Opens an issue. Labels and assignees of people without triage are dropped in silence, as on GitHub;
 * the others come after `opened`, each with its own event.
 */
export function openIssue(kernel: Kernel, repository: Repository, given: OpenedIssue): Issue {
  const { actor } = given;
  const author = authorWhoMay(kernel, actor, { repository, need: OPEN_ISSUE });
  checkTitle(given.title);
  checkBody('Issue', given.body ?? '');
  const issue = addIssueRecord(kernel, repository, {
    title: given.title,
    body: given.body,
    author,
    isPull: false,
  });
  const place = { repository, issue };
  announceIssue(kernel, place, { action: 'opened', author });
  if (mayTriage(kernel, place, actor)) {
    addLabels(kernel, place, { names: given.labels, actor });
    assign(kernel, place, { logins: given.assignees, actor });
  }
  return issue;
}

/** What may be changed about an issue; what is not there stays. */
export interface IssueEdit {
  title?: string | undefined;
  body?: string | null | undefined;
  state?: Issue['state'] | undefined;
  stateReason?: Issue['stateReason'] | undefined;
  labels?: string[] | undefined;
  assignees?: string[] | undefined;
}

/** Edits an issue: its author, or anybody with triage. Labels and assignees need triage and are else dropped. */
export async function editIssue(
  kernel: Kernel,
  place: IssuePlace,
  edit: IssueEdit & { actor: Actor },
): Promise<void> {
  const { actor } = edit;
  const author = authorWhoEdits(kernel, place, actor);
  await editText(kernel, place, { ...edit, author });
  if (mayTriage(kernel, place, actor)) {
    if (edit.labels) setLabels(kernel, place, { names: edit.labels, actor });
    if (edit.assignees) setAssignees(kernel, place, { logins: edit.assignees, actor });
  }
  if (edit.state)
    await changeState(kernel, place, { state: edit.state, reason: edit.stateReason ?? null, actor });
}

/** Closes or reopens an issue or a pull: its author, or anybody with triage. The same state again changes nothing. */
export async function changeState(
  kernel: Kernel,
  place: IssuePlace,
  change: { state: Issue['state']; reason: Issue['stateReason']; actor: Actor },
): Promise<void> {
  const author = authorWhoEdits(kernel, place, change.actor);
  const pull = findPull(place.repository, place.issue.number);
  if (!pull) return setIssueState(kernel, place, { ...change, author });
  if (change.state === place.issue.state) return;
  if (pull.pull.merged)
    throw unprocessable('Validation Failed', ['a merged pull request cannot be reopened']);
  await (change.state === 'closed' ? closePull : reopenPull)(kernel, pull, author);
}

function authorWhoEdits(kernel: Kernel, { repository, issue }: IssuePlace, actor: Actor): Author {
  const reader = authorWhoMay(kernel, actor, { repository, need: issueNeed(issue, 'read') });
  if (reader.account.id === issue.authorId) return reader;
  return authorWhoMay(kernel, actor, { repository, need: issueNeed(issue, 'triage') });
}

function mayTriage(kernel: Kernel, { repository, issue }: IssuePlace, actor: Actor): boolean {
  return meets(kernel.world, actor, { repository, need: issueNeed(issue, 'triage') });
}

async function editText(
  kernel: Kernel,
  place: IssuePlace,
  { title, body, author }: IssueEdit & { author: Author },
): Promise<void> {
  const { issue } = place;
  const changes: Changes = {};
  if (title !== undefined) checkTitle(title);
  checkBody('Issue', body ?? '');
  if (title !== undefined && title !== issue.title) {
    changes.title = { from: issue.title };
    recordTimeline(kernel, issue, {
      event: 'renamed',
      author,
      detail: { rename: { from: issue.title, to: title } },
    });
    issue.title = title;
  }
  if (body !== undefined && body !== issue.body) {
    changes.body = { from: issue.body ?? '' };
    issue.body = body;
  }
  if (!changes.title && !changes.body) return;
  issue.updatedAt = kernel.clock.now();
  await announceEdit(kernel, place, { changes, author });
}
