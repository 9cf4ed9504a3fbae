import { z } from 'zod';
import { authorOf, type Author } from '../auth/author.ts';
import { numberFrom, readBody } from '../body.ts';
import { notFound, unprocessable } from '../error.ts';
import type { Review } from '../model/pull.ts';
import { paginate } from '../page.ts';
import type { PullPlace } from '../pull/state.ts';
import { ok, route } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import { serialisePullSimple, serialiseReview } from '../serialise/pull.ts';
import { emit } from '../webhook/emit.ts';
import { nextIdentity } from '../world.ts';
import { pullAt } from './pull.ts';

const READ = { app: { pull_requests: 'read' }, user: 'read' } as const;

const NewReview = z.object({
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']),
  body: z.string().default(''),
  commit_id: z.string().optional(),
});
const Dismissal = z.object({ message: z.string() });

const STATE_OF = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

/** Reviews of pulls. Review comments on lines and pending reviews are not kept. */
export const reviewRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    needs: READ,
    answer: (call) => {
      const { kernel, repository, params } = call;
      const { pull } = pullAt(repository, params.pull_number);
      const { items, headers } = paginate(call, pull.reviews);
      return ok(
        items.map((review) => serialiseReview(kernel, repository, { pull, review })),
        headers,
      );
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    needs: { app: { pull_requests: 'write' }, user: 'read', evenIfPublic: true },
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      const given = readBody(call, NewReview);
      const place = pullAt(repository, params.pull_number);
      const author = authorOf(kernel.world, actor);
      if (given.event !== 'COMMENT' && author.account.id === place.issue.authorId) {
        throw unprocessable('Unprocessable Entity', [
          `Can not ${given.event === 'APPROVE' ? 'approve' : 'request changes on'} your own pull request`,
        ]);
      }
      const now = kernel.clock.now();
      const review: Review = {
        ...nextIdentity(kernel.world, 'PullRequestReview'),
        authorId: author.account.id,
        body: given.body,
        state: STATE_OF[given.event],
        commitId: given.commit_id ?? place.pull.headSha,
        submittedAt: now,
        updatedAt: now,
      };
      place.pull.reviews.push(review);
      place.pull.reviewerIds = place.pull.reviewerIds.filter((id) => id !== author.account.id);
      announceReview(kernel, place, { review, author, action: 'submitted' });
      return ok(serialiseReview(kernel, repository, { pull: place.pull, review }));
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}',
    needs: READ,
    answer: ({ kernel, repository, params }) => {
      const place = pullAt(repository, params.pull_number);
      return ok(
        serialiseReview(kernel, repository, { pull: place.pull, review: reviewAt(place, params.review_id) }),
      );
    },
  }),
  route({
    on: 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals',
    needs: { app: { pull_requests: 'write' }, user: 'maintain' },
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      readBody(call, Dismissal);
      const place = pullAt(repository, params.pull_number);
      const review = reviewAt(place, params.review_id);
      if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED')
        throw unprocessable('Can not dismiss a review of this state');
      Object.assign(review, { state: 'DISMISSED', updatedAt: kernel.clock.now() });
      announceReview(kernel, place, { review, author: authorOf(kernel.world, actor), action: 'dismissed' });
      return ok(serialiseReview(kernel, repository, { pull: place.pull, review }));
    },
  }),
];

function reviewAt({ pull }: PullPlace, id: string): Review {
  const review = pull.reviews.find((one) => one.id === numberFrom(id));
  if (!review) throw notFound();
  return review;
}

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
