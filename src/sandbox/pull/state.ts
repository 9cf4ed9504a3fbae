import type { Author } from '../auth/author.ts';
import { closeIssuesNamedIn } from '../push/closing-keyword.ts';
import { recordTimeline } from '../issue/record.ts';
import type { Issue } from '../model/issue.ts';
import type { Pull } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { serialisePull } from '../serialise/pull.ts';
import { emit } from '../webhook/emit.ts';

/** A pull, its issue half and where they are. */
export interface PullPlace {
  repository: Repository;
  pull: Pull;
  issue: Issue;
}

/** Finds a pull with its issue half. */
export function findPull(repository: Repository, number: number): PullPlace | null {
  const pull = repository.pulls.find((one) => one.number === number);
  const issue = repository.issues.find((one) => one.number === number);
  return pull && issue ? { repository, pull, issue } : null;
}

/** The actions of `pull_request` that need nothing beside the pull. */
type PlainAction = 'opened' | 'closed' | 'reopened' | 'ready_for_review' | 'converted_to_draft';

/** Sends a `pull_request` webhook. */
export async function announcePull(
  kernel: Kernel,
  place: PullPlace,
  what: { action: PlainAction; author: Author },
): Promise<void> {
  const { repository, pull } = place;
  const body = { number: pull.number, pull_request: await serialisePull(kernel, repository, place) };
  const event = { repository, sender: what.author.account, workflowRunId: what.author.workflowRunId, body };
  switch (what.action) {
    case 'opened':
      return emit(kernel, 'pull-request/opened', event);
    case 'closed':
      return emit(kernel, 'pull-request/closed', event);
    case 'reopened':
      return emit(kernel, 'pull-request/reopened', event);
    case 'ready_for_review':
      return emit(kernel, 'pull-request/ready-for-review', event);
    case 'converted_to_draft':
      return emit(kernel, 'pull-request/converted-to-draft', event);
  }
}

/** Closes an open pull without merging it. */
export async function closePull(kernel: Kernel, place: PullPlace, author: Author): Promise<void> {
  close(kernel, place.issue, author);
  recordTimeline(kernel, place.issue, { event: 'closed', author });
  await announcePull(kernel, place, { action: 'closed', author });
}

/** Opens a closed, unmerged pull again. */
export async function reopenPull(kernel: Kernel, place: PullPlace, author: Author): Promise<void> {
  Object.assign(place.issue, { state: 'open', closedAt: null, closedById: null });
  recordTimeline(kernel, place.issue, { event: 'reopened', author });
  await announcePull(kernel, place, { action: 'reopened', author });
}

/**
 * Marks a pull as merged by `commitSha`, and closes the issues its text names where it went into the default branch.
 *
 * Idempotent: a pull that is merged stays as it is.
 */
export async function markMerged(
  kernel: Kernel,
  place: PullPlace,
  merge: { commitSha: string; author: Author },
): Promise<void> {
  const { repository, pull, issue } = place;
  const { author, commitSha } = merge;
  if (pull.merged) return;
  Object.assign(pull, {
    merged: true,
    mergedAt: kernel.clock.now(),
    mergedById: author.account.id,
    mergeCommitSha: commitSha,
  });
  close(kernel, issue, author);
  recordTimeline(kernel, issue, { event: 'merged', author, commitId: commitSha });
  recordTimeline(kernel, issue, { event: 'closed', author });
  await announcePull(kernel, place, { action: 'closed', author });
  if (pull.baseBranch === repository.defaultBranch) {
    closeIssuesNamedIn(kernel, { repository, author, text: issue.body ?? '', commitId: null });
  }
}

function close(kernel: Kernel, issue: Issue, author: Author): void {
  Object.assign(issue, { state: 'closed', closedAt: kernel.clock.now(), closedById: author.account.id });
}
