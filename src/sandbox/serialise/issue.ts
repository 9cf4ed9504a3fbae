import { associationOf } from '../auth/association.ts';
import type { Issue, IssueComment } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf } from '../world.ts';
import { labelsOf } from '../issue/find.ts';
import { serialiseUser } from './account.ts';
import { serialiseVia } from './integration.ts';
import { serialiseLabel } from './label.ts';
import { serialiseReactions } from './reaction.ts';
import type { Schema } from './schema.ts';

/** An issue, or a pull as the issue it also is. */
export function serialiseIssue(kernel: Kernel, repository: Repository, issue: Issue) {
  const user = (id: number) => serialiseUser(kernel, accountOf(kernel.world, id));
  const assignees = issue.assigneeIds.map(user);
  const pinned = issue.comments.find((comment) => comment.pin !== null);
  return {
    id: issue.id,
    node_id: issue.nodeId,
    ...issueUrls(kernel, repository, issue),
    number: issue.number,
    title: issue.title,
    user: user(issue.authorId),
    labels: labelsOf(repository, issue).map((label) => serialiseLabel(kernel, repository, label)),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: issue.locked,
    active_lock_reason: null,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    closed_by: issue.closedById === null ? null : user(issue.closedById),
    author_association: associationOf(kernel.world, repository, accountOf(kernel.world, issue.authorId)),
    body: issue.body,
    reactions: serialiseReactions(
      kernel.urls.apiRepository(repository, `issues/${issue.number}`),
      issue.reactions,
    ),
    performed_via_github_app: serialiseVia(kernel, issue.viaAppId),
    pinned_comment: pinned ? serialiseComment(kernel, { repository, issue, comment: pinned }) : null,
    ...(issue.isPull ? pullFields(kernel, repository, issue) : {}),
  } satisfies Schema<'issue'>;
}

/** A comment on an issue or a pull. */
export function serialiseComment(
  kernel: Kernel,
  { repository, issue, comment }: { repository: Repository; issue: Issue; comment: IssueComment },
) {
  const author = accountOf(kernel.world, comment.authorId);
  const url = kernel.urls.apiRepository(repository, `issues/comments/${comment.id}`);
  return {
    id: comment.id,
    node_id: comment.nodeId,
    url,
    html_url: `${issueUrls(kernel, repository, issue).html_url}#issuecomment-${comment.id}`,
    issue_url: kernel.urls.apiRepository(repository, `issues/${issue.number}`),
    user: serialiseUser(kernel, author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: associationOf(kernel.world, repository, author),
    reactions: serialiseReactions(url, comment.reactions),
    performed_via_github_app: serialiseVia(kernel, comment.viaAppId),
    pin:
      comment.pin === null
        ? null
        : {
            pinned_at: comment.pin.at,
            pinned_by: serialiseUser(kernel, accountOf(kernel.world, comment.pin.byId)),
          },
  } satisfies Schema<'issue-comment'>;
}

function issueUrls(kernel: Kernel, repository: Repository, issue: Issue) {
  const url = kernel.urls.apiRepository(repository, `issues/${issue.number}`);
  return {
    url,
    repository_url: kernel.urls.apiRepository(repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: kernel.urls.webRepository(repository, `${issue.isPull ? 'pull' : 'issues'}/${issue.number}`),
  };
}

function pullFields(kernel: Kernel, repository: Repository, issue: Issue) {
  const pull = repository.pulls.find((one) => one.number === issue.number);
  const html = kernel.urls.webRepository(repository, `pull/${issue.number}`);
  return {
    draft: pull?.draft ?? false,
    pull_request: {
      url: kernel.urls.apiRepository(repository, `pulls/${issue.number}`),
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      merged_at: pull?.mergedAt ?? null,
    },
  };
}
