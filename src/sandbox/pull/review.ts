import type { Actor } from '../auth/actor.ts';
import { authorOf, type Author } from '../auth/author.ts';
import { checkRepositoryNeed, type RepositoryNeed } from '../auth/permission.ts';
import { forbidden, unprocessable } from '../error.ts';
import { recordTimeline } from '../issue/record.ts';
import type { Review } from '../model/pull.ts';
import { protectionOf } from '../rule/protection.ts';
import { rulesOver } from '../rule/source.ts';
import type { Kernel } from '../sandbox.ts';
import { serialisePullSimple, serialiseReview } from '../serialise/pull.ts';
import { emit } from '../webhook/emit.ts';
import { nextIdentity } from '../world.ts';
import type { PullPlace } from './state.ts';

/** Reviewing: everybody who can read. */
export const REVIEW_PULL: RepositoryNeed = {
  app: { pull_requests: 'write' },
  user: 'read',
  evenIfPublic: true,
};

/** A review to be handed in. */
export interface NewReview {
  verdict: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';
  body: string;
  /** Default: the pull's head. */
  commitId?: string | undefined;
  actor: Actor;
}

const STATE_OF = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

/** Hands in a review. @throws ApiError 422 for a verdict on one's own pull. */
export function submitReview(kernel: Kernel, place: PullPlace, given: NewReview): Review {
  const { repository, pull, issue } = place;
  checkRepositoryNeed(kernel.world, given.actor, { repository, need: REVIEW_PULL });
  const author = authorOf(kernel.world, given.actor);
  if (given.verdict !== 'COMMENT' && author.account.id === issue.authorId) {
    throw unprocessable('Unprocessable Entity', [
      `Can not ${given.verdict === 'APPROVE' ? 'approve' : 'request changes on'} your own pull request`,
    ]);
  }
  const now = kernel.clock.now();
  const review: Review = {
    ...nextIdentity(kernel.world, 'PullRequestReview'),
    authorId: author.account.id,
    body: given.body,
    state: STATE_OF[given.verdict],
    commitId: given.commitId ?? pull.headSha,
    submittedAt: now,
    updatedAt: now,
  };
  pull.reviews.push(review);
  pull.reviewerIds = pull.reviewerIds.filter((id) => id !== author.account.id);
  announceReview(kernel, place, { review, author, action: 'submitted' });
  return review;
}

/** Rewrites the text of one's own review; the verdict stays. @throws ApiError 403 for others. */
export function editReview(
  kernel: Kernel,
  place: PullPlace,
  { review, body, actor }: { review: Review; body: string; actor: Actor },
): void {
  const author = authorOf(kernel.world, actor);
  if (author.account.id !== review.authorId) throw forbidden('Must be the author of the review.');
  const before = review.body;
  Object.assign(review, { body, updatedAt: kernel.clock.now() });
  const { shown, event, pullRequest } = payloadOf(kernel, place, { review, author });
  emit(kernel, 'pull-request-review/edited', {
    ...event,
    body: {
      review: { ...shown, state: review.state.toLowerCase() },
      pull_request: pullRequest,
      changes: before === body ? {} : { body: { from: before } },
    },
  });
}

/**
 * Dismissing the reviews of others: everybody with write; where the base is protected, admins.
 *
 * Source: docs.github.com, "Dismissing a pull request review" and [OpenAPI] `dismiss-review`.
 */
export function dismissNeed({ repository, pull }: PullPlace): RepositoryNeed {
  const user = protectionOf(repository, pull.baseBranch) ? 'admin' : 'write';
  return { app: { pull_requests: 'write' }, user, evenIfPublic: true };
}

/** Takes a verdict away from a pull: it stays to be read and counts no more. */
export function dismissReview(
  kernel: Kernel,
  place: PullPlace,
  { review, author, message }: { review: Review; author: Author; message: string | null },
): void {
  const dismissed = {
    state: review.state.toLowerCase(),
    review_id: review.id,
    dismissal_message: message,
    // Said only where a push dismissed it.
    ...(message === null ? { dismissal_commit_id: place.pull.headSha } : {}),
  };
  Object.assign(review, { state: 'DISMISSED', updatedAt: kernel.clock.now() });
  const detail = { dismissed_review: dismissed };
  recordTimeline(kernel, place.issue, { event: 'review_dismissed', author, detail });
  announceReview(kernel, place, { review, author, action: 'dismissed' });
}

/** Dismisses the approvals of an older head where a rule over the base says so. */
export function dismissStaleApprovals(kernel: Kernel, place: PullPlace, author: Author): void {
  const { repository, pull } = place;
  const rules = rulesOver(repository, { branch: pull.baseBranch, type: 'pull_request' });
  if (!rules.some(({ parameters }) => parameters.dismiss_stale_reviews_on_push)) return;
  const stale = pull.reviews.filter(
    ({ state, commitId }) => state === 'APPROVED' && commitId !== pull.headSha,
  );
  for (const review of stale) dismissReview(kernel, place, { review, author, message: null });
}

/** Sends `pull_request_review`. */
function announceReview(
  kernel: Kernel,
  place: PullPlace,
  what: { review: Review; author: Author; action: 'submitted' | 'dismissed' },
): void {
  const { review, action } = what;
  const { shown, event, pullRequest } = payloadOf(kernel, place, what);
  if (action === 'dismissed') {
    emit(kernel, 'pull-request-review/dismissed', {
      ...event,
      body: { review: { ...shown, state: 'dismissed' }, pull_request: pullRequest },
    });
  } else {
    emit(kernel, 'pull-request-review/submitted', {
      ...event,
      body: { review: { ...shown, state: review.state.toLowerCase() }, pull_request: pullRequest },
    });
  }
}

/** What the webhooks on reviews have in common; they write states in small letters, the API in capitals. */
function payloadOf(kernel: Kernel, place: PullPlace, { review, author }: { review: Review; author: Author }) {
  const { repository, pull } = place;
  return {
    shown: { ...serialiseReview(kernel, repository, { pull, review }), updated_at: review.updatedAt },
    pullRequest: serialisePullSimple(kernel, repository, place),
    event: { repository, sender: author.account, workflowRunId: author.workflowRunId },
  };
}
