import type { EmitterWebhookEvent as WebhookEvent } from '@octokit/webhooks';
import type { IssueFacts } from '../ports/github.ts';
import { guardIssueState } from '../usecases/guard-issue-state.ts';
import { guardLabel } from '../usecases/guard-label.ts';
import { reportBug } from '../usecases/report-bug.ts';
import type { Hub } from './hub.ts';
import { isByBot, tenantOf } from './incoming.ts';

/** `issues.opened`: a bug is reported. The payload is the issue as it was born, so nothing is read. */
export async function onIssueOpened(hub: Hub, { payload }: WebhookEvent<'issues.opened'>): Promise<void> {
  const { context } = await tenantOf(hub, payload);
  await reportBug(context, await context.configuration.load(), factsFrom(payload.issue));
}

/** `issues.labeled` and `issues.unlabeled` by a person. */
export async function onIssueLabel(
  hub: Hub,
  { payload }: WebhookEvent<'issues.labeled' | 'issues.unlabeled'>,
): Promise<void> {
  if (isByBot(payload) || payload.label === undefined) return;
  const { context } = await tenantOf(hub, payload);
  const { id, login } = payload.sender;
  await guardLabel(context, {
    issue: payload.issue.number,
    action: payload.action,
    label: payload.label.name,
    by: { id, login },
    // Of the payload, not of now: a delivery that is asked for again tells of what was then.
    atMs: Date.parse(payload.issue.updated_at),
  });
}

/** `issues.closed` and `issues.reopened`, by whomever. */
export async function onIssueState(
  hub: Hub,
  { payload }: WebhookEvent<'issues.closed' | 'issues.reopened'>,
): Promise<void> {
  // What this system closes itself is right; what GitHub closes in its name is put right by the reconciliation.
  if (isByBot(payload)) return;
  const { context } = await tenantOf(hub, payload);
  await guardIssueState(context, {
    issue: payload.issue.number,
    to: payload.action === 'closed' ? 'closed' : 'open',
    atMs: Date.parse(payload.issue.closed_at ?? payload.issue.updated_at),
  });
}

type PayloadIssue = WebhookEvent<'issues.opened'>['payload']['issue'];

function factsFrom(issue: PayloadIssue): IssueFacts {
  const labels = (issue.labels ?? []).flatMap((label) => label?.name ?? []);
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    author: issue.user === null ? null : { id: issue.user.id, login: issue.user.login },
    state: issue.state === 'closed' ? 'closed' : 'open',
    labels,
    createdAtMs: Date.parse(issue.created_at),
    updatedAtMs: Date.parse(issue.updated_at),
    comments: [],
    hasOlderComments: false,
    closed: null,
    ownDeletedBy: [],
  };
}
