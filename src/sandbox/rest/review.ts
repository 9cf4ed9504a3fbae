import { z } from 'zod';
import { authorOf } from '../auth/author.ts';
import { checkRepositoryNeed } from '../auth/permission.ts';
import { numberFrom, readBody } from '../body.ts';
import { notFound, unprocessable } from '../error.ts';
import type { Review } from '../model/pull.ts';
import { paginate } from '../page.ts';
import { dismissNeed, dismissReview, editReview, REVIEW_PULL, submitReview } from '../pull/review.ts';
import type { PullPlace } from '../pull/state.ts';
import { ok, route } from '../route.ts';
import { serialiseReview } from '../serialise/pull.ts';
import { pullAt } from './pull.ts';

const READ = { app: { pull_requests: 'read' }, user: 'read' } as const;

const NewReview = z.object({
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']),
  body: z.string().default(''),
  commit_id: z.string().optional(),
});
const EditedReview = z.object({ body: z.string() });
const Dismissal = z.object({ message: z.string() });

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
    needs: REVIEW_PULL,
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      const given = readBody(call, NewReview);
      const place = pullAt(repository, params.pull_number);
      const review = submitReview(kernel, place, {
        verdict: given.event,
        body: given.body,
        commitId: given.commit_id,
        actor,
      });
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
    on: 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}',
    needs: REVIEW_PULL,
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      const place = pullAt(repository, params.pull_number);
      const review = reviewAt(place, params.review_id);
      editReview(kernel, place, { review, ...readBody(call, EditedReview), actor });
      return ok(serialiseReview(kernel, repository, { pull: place.pull, review }));
    },
  }),
  route({
    on: 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals',
    needs: { app: { pull_requests: 'write' }, user: 'write' },
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      const { message } = readBody(call, Dismissal);
      const place = pullAt(repository, params.pull_number);
      checkRepositoryNeed(kernel.world, actor, { repository, need: dismissNeed(place) });
      const review = reviewAt(place, params.review_id);
      if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED')
        throw unprocessable('Can not dismiss a review of this state');
      dismissReview(kernel, place, { review, author: authorOf(kernel.world, actor), message });
      return ok(serialiseReview(kernel, repository, { pull: place.pull, review }));
    },
  }),
];

function reviewAt({ pull }: PullPlace, id: string): Review {
  const review = pull.reviews.find((one) => one.id === numberFrom(id));
  if (!review) throw notFound();
  return review;
}
