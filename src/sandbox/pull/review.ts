import type { Actor } from '../auth/actor.ts';
import { authorOf, type Author } from '../auth/author.ts';
import { checkRepositoryNeed, type RepositoryNeed } from '../auth/permission.ts';
import { unprocessable } from '../error.ts';
import { recordTimeline } from '../issue/record.ts';
import type { Review } from '../model/pull.ts';
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

/** Takes a verdict away from a pull: it stays to be read and counts no more. */
export function dismissReview(
  kernel: Kernel,
  place: PullPlace,
  { review, author }: { review: Review; author: Author },
): void {
  Object.assign(review, { state: 'DISMISSED', updatedAt: kernel.clock.now() });
  recordTimeline(kernel, place.issue, { event: 'review_dismissed', author });
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
  for (const review of stale) dismissReview(kernel, place, { review, author });
}

/** Sends `pull_request_review`. */
function announceReview(
  kernel: Kernel,
  place: PullPlace,
  what: { review: Review; author: Author; action: 'submitted' | 'dismissed' },
): void {
  const { repository, pull } = place;
  const { review, author, action } = what;
  // Webhooks write states in small letters, the API in capitals.
  const shown = { ...serialiseReview(kernel, repository, { pull, review }), updated_at: review.updatedAt };
  const pullRequest = serialisePullSimple(kernel, repository, place);
  const event = { repository, sender: author.account, workflowRunId: author.workflowRunId };
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
