import { headRepositoryOf } from '../fork/network.ts';
import type { Pull, Review } from '../model/pull.ts';
import { isByWriter, opinionsOf } from '../pull/opinion.ts';
import { activitiesOf } from '../push/activity.ts';
import type { World } from '../world.ts';
import type { RuleOf } from './format.ts';
import type { Move, RuleContext } from './move.ts';

type Parameters = RuleOf<'pull_request'>['parameters'];

/** Judges the rule `pull_request`; answers why it is broken, or `null`. */
export function judgePullRule(
  { kernel, move }: RuleContext,
  { parameters }: RuleOf<'pull_request'>,
): string | null {
  const { via } = move;
  if (via.kind === 'push') return 'Changes must be made through a pull request.';
  // Whether a pull may go in was judged when it joined the queue.
  if (via.kind === 'queue') return null;
  if (!parameters.allowed_merge_methods.includes(via.method))
    return `Merging by ${via.method} is not allowed here: ${parameters.allowed_merge_methods.join(', ')} only.`;
  return judgeReviews(kernel.world, move, { pull: via.pull, parameters });
}

function judgeReviews(
  world: World,
  move: Move,
  { pull, parameters }: { pull: Pull; parameters: Parameters },
): string | null {
  const opinions = opinionsOf(pull.reviews).filter((review) => isByWriter(world, move.repository, review));
  const approvals = opinions.filter(({ state }) => state === 'APPROVED');
  const wanted = parameters.required_approving_review_count;
  if (wanted > 0 && opinions.some(({ state }) => state === 'CHANGES_REQUESTED'))
    return 'Changes were requested by a reviewer with write access.';
  if (approvals.length < wanted) return sayMissing(wanted);
  return parameters.require_last_push_approval ? judgeLastPush(world, move, { pull, approvals }) : null;
}

function sayMissing(wanted: number): string {
  return wanted === 1
    ? 'At least 1 approving review is required by reviewers with write access.'
    : `At least ${wanted} approving reviews are required by reviewers with write access.`;
}

/** The head has to be approved by somebody who did not push it. */
function judgeLastPush(
  world: World,
  { repository }: Move,
  { pull, approvals }: { pull: Pull; approvals: Review[] },
): string | null {
  const home = headRepositoryOf(world, repository, pull);
  const pusherId = activitiesOf(home).findLast((one) => one.after === pull.headSha)?.actorId;
  const approved = approvals.some(
    (review) => review.commitId === pull.headSha && review.authorId !== pusherId,
  );
  return approved ? null : 'New changes require approval from someone other than the last pusher.';
}
