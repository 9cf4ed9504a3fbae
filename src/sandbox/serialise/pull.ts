import { associationOf } from '../auth/association.ts';
import { headRepositoryOf } from '../fork/network.ts';
import type { Issue } from '../model/issue.ts';
import type { Pull, Review } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import { mergeStateOf, sizeOf } from '../pull/mergeability.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf } from '../world.ts';
import { serialiseUser } from './account.ts';
import { serialiseLabel } from './label.ts';
import { serialiseRepository } from './repository.ts';
import type { Schema } from './schema.ts';

/** A pull as lists show it: nothing that needs git. */
export function serialisePullSimple(
  kernel: Kernel,
  repository: Repository,
  { pull, issue }: { pull: Pull; issue: Issue },
) {
  const user = (id: number) => serialiseUser(kernel, accountOf(kernel.world, id));
  const assignees = issue.assigneeIds.map(user);
  return {
    id: pull.id,
    node_id: pull.nodeId,
    number: pull.number,
    ...pullUrls(kernel, repository, pull),
    state: issue.state,
    locked: issue.locked,
    active_lock_reason: null,
    title: issue.title,
    body: issue.body,
    user: user(issue.authorId),
    labels: labelsOf(kernel, repository, issue),
    milestone: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: pull.reviewerIds.map(user),
    requested_teams: [],
    head: endOf(kernel, headRepositoryOf(kernel.world, repository, pull), {
      ref: pull.headBranch,
      sha: pull.headSha,
    }),
    base: endOf(kernel, repository, { ref: pull.baseBranch, sha: pull.baseSha }),
    author_association: associationOf(kernel.world, repository, accountOf(kernel.world, issue.authorId)),
    auto_merge: null,
    draft: pull.draft,
  } satisfies Schema<'pull-request-simple'>;
}

/** A pull with everything: size, mergeability, who merged it. */
export async function serialisePull(
  kernel: Kernel,
  repository: Repository,
  both: { pull: Pull; issue: Issue },
) {
  const { pull, issue } = both;
  const open = issue.state === 'open';
  const [size, state] = await Promise.all([
    sizeOf(kernel, repository, pull),
    open ? mergeStateOf(kernel, { repository, ...both }) : null,
  ]);
  const mergeable = state === null ? null : state !== 'dirty';
  return {
    ...serialisePullSimple(kernel, repository, both),
    merged: pull.merged,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: state ?? 'unknown',
    merged_by:
      pull.mergedById === null ? null : serialiseUser(kernel, accountOf(kernel.world, pull.mergedById)),
    comments: issue.comments.length,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: size.commits,
    additions: size.additions,
    deletions: size.deletions,
    changed_files: size.changedFiles,
  } satisfies Schema<'pull-request'>;
}

/** A review as the API shows it. */
export function serialiseReview(
  kernel: Kernel,
  repository: Repository,
  { pull, review }: { pull: Pull; review: Review },
) {
  const html = `${kernel.urls.webRepository(repository, `pull/${pull.number}`)}#pullrequestreview-${review.id}`;
  const api = kernel.urls.apiRepository(repository, `pulls/${pull.number}`);
  const author = accountOf(kernel.world, review.authorId);
  return {
    id: review.id,
    node_id: review.nodeId,
    user: serialiseUser(kernel, author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: api,
    author_association: associationOf(kernel.world, repository, author),
    _links: { html: { href: html }, pull_request: { href: api } },
    submitted_at: review.submittedAt,
    commit_id: review.commitId,
  } satisfies Schema<'pull-request-review'>;
}

function labelsOf(kernel: Kernel, repository: Repository, issue: Issue) {
  return issue.labelIds.flatMap((id) => {
    const label = repository.labels.find((one) => one.id === id);
    // The published schema of pulls, unlike that of issues, wants a text here.
    return label
      ? [{ ...serialiseLabel(kernel, repository, label), description: label.description ?? '' }]
      : [];
  });
}

function endOf(kernel: Kernel, repository: Repository, { ref, sha }: { ref: string; sha: string }) {
  const owner = accountOf(kernel.world, repository.ownerId);
  return {
    label: `${owner.login}:${ref}`,
    ref,
    sha,
    user: serialiseUser(kernel, owner),
    repo: serialiseRepository(kernel, repository),
  };
}

function pullUrls(kernel: Kernel, repository: Repository, pull: Pull) {
  const { urls } = kernel;
  const api = urls.apiRepository(repository, `pulls/${pull.number}`);
  const issue = urls.apiRepository(repository, `issues/${pull.number}`);
  const html = urls.webRepository(repository, `pull/${pull.number}`);
  const links = {
    html_url: html,
    issue_url: issue,
    comments_url: `${issue}/comments`,
    review_comments_url: `${api}/comments`,
    review_comment_url: `${urls.apiRepository(repository)}/pulls/comments{/number}`,
    commits_url: `${api}/commits`,
    statuses_url: urls.apiRepository(repository, `statuses/${pull.headSha}`),
  };
  return {
    url: api,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    ...links,
    _links: {
      self: { href: api },
      html: { href: links.html_url },
      issue: { href: links.issue_url },
      comments: { href: links.comments_url },
      review_comments: { href: links.review_comments_url },
      review_comment: { href: links.review_comment_url },
      commits: { href: links.commits_url },
      statuses: { href: links.statuses_url },
    },
  };
}
