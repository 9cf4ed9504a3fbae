import { unprocessable } from '../error.ts';
import type { Environment, Reviewer } from '../model/environment.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity } from '../world.ts';
import { checkReviewers } from './reviewer.ts';
import type { EnvironmentPlace } from './store.ts';

/** What is to change about an environment's own rules; what is not there stays. */
export interface ProtectionSettings {
  /** 0 takes the timer away. */
  waitMinutes?: number | undefined;
  /** None takes the rule away. */
  reviewers?: Reviewer[] | undefined;
  preventSelfReview?: boolean | undefined;
  /** `null` lets all branches and tags in. */
  refPolicy?: 'protected' | 'patterns' | null | undefined;
  canAdminsBypass?: boolean | undefined;
}

/** Thirty days: GitHub's limit. */
const MAX_WAIT_MINUTES = 43_200;

/**
 * Changes what protects an environment. A rule that stays keeps its id.
 *
 * @throws ApiError 422 for a wait over 30 days, and for reviewers that are too many or cannot read the repository.
 */
export function protectEnvironment(
  kernel: Kernel,
  { repository, environment }: EnvironmentPlace,
  settings: ProtectionSettings,
): void {
  const { waitMinutes, reviewers } = settings;
  if (waitMinutes !== undefined && (waitMinutes < 0 || waitMinutes > MAX_WAIT_MINUTES))
    throw unprocessable(`Wait timer must be between 0 and ${MAX_WAIT_MINUTES} minutes.`);
  if (reviewers) checkReviewers(kernel.world, repository, reviewers);
  setRules(environment, settings, () => nextIdentity(kernel.world, 'Gate'));
  environment.preventSelfReview = settings.preventSelfReview ?? environment.preventSelfReview;
  environment.canAdminsBypass = settings.canAdminsBypass ?? environment.canAdminsBypass;
  environment.updatedAt = kernel.clock.now();
}

function setRules(
  environment: Environment,
  { waitMinutes, reviewers, refPolicy }: ProtectionSettings,
  identity: () => { id: number; nodeId: string },
): void {
  if (waitMinutes !== undefined) {
    const kept = environment.waitTimer ?? identity();
    environment.waitTimer = waitMinutes === 0 ? null : { ...kept, minutes: waitMinutes };
  }
  if (reviewers !== undefined) {
    const kept = environment.reviewRule ?? identity();
    environment.reviewRule = reviewers.length === 0 ? null : { ...kept, reviewers };
  }
  if (refPolicy !== undefined) {
    const kept = environment.refPolicy ?? identity();
    environment.refPolicy = refPolicy === null ? null : { ...kept, kind: refPolicy };
  }
}
