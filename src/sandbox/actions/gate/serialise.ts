import type { Actor } from '../../auth/actor.ts';
import { environmentsOf } from '../../environment/store.ts';
import type { Kernel } from '../../sandbox.ts';
import { serialiseUser } from '../../serialise/account.ts';
import { serialiseEnvironmentSimple, serialiseReviewer } from '../../serialise/environment.ts';
import type { Schema } from '../../serialise/schema.ts';
import { accountOf } from '../../world.ts';
import type { RunPlace } from '../find.ts';
import { canReview } from './decide.ts';
import type { Approval, Gate } from './model.ts';

/** A gate as what waits there is listed. */
export function serialisePending(
  kernel: Kernel,
  place: RunPlace,
  { gate, actor }: { gate: Gate; actor: Actor },
) {
  return {
    environment: shownEnvironment(kernel, place, { id: gate.environmentId, name: gate.environment }),
    wait_timer: gate.waitTimer?.minutes ?? 0,
    wait_timer_started_at: gate.waitTimer ? gate.openedAt : null,
    current_user_can_approve:
      actor.kind === 'user' && canReview(kernel.world, place, { gate, person: actor.user }),
    reviewers: (gate.review?.reviewers ?? []).map((one) => serialiseReviewer(kernel, place.repository, one)),
  } satisfies Schema<'pending-deployment'>;
}

/** An entry of a run's review history. */
export function serialiseApproval(kernel: Kernel, place: RunPlace, approval: Approval) {
  return {
    environments: [shownEnvironment(kernel, place, approval.environment)],
    state: approval.state,
    user: serialiseUser(kernel, accountOf(kernel.world, approval.userId)),
    comment: approval.comment,
  } satisfies Schema<'environment-approvals'>;
}

/** An environment may be gone by now; then only its name is left. */
function shownEnvironment(
  kernel: Kernel,
  { repository }: RunPlace,
  { id, name }: { id: number; name: string },
) {
  const environment = environmentsOf(repository).find((one) => one.id === id);
  return environment ? serialiseEnvironmentSimple(kernel, repository, environment) : { id, name };
}
