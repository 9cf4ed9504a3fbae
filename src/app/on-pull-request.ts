import type { EmitterWebhookEvent as WebhookEvent } from '@octokit/webhooks';
import { parseFixMentions } from '../domain/fix.ts';
import { forgetMerged, gatePulls, type OldHead } from '../usecases/gate/gate-pulls.ts';
import { linkPull } from '../usecases/link-pull.ts';
import { recheckHead } from '../usecases/recheck-approvals.ts';
import { recheckReleaseHead } from '../usecases/recheck-releases.ts';
import type { Hub } from './hub.ts';
import { tenantOf } from './incoming.ts';

type Payload = WebhookEvent<
  | 'pull_request.opened'
  | 'pull_request.edited'
  | 'pull_request.reopened'
  | 'pull_request.ready_for_review'
  | 'pull_request.converted_to_draft'
  | 'pull_request.synchronize'
  | 'pull_request.closed'
>['payload'];

/**
 * A pull request appeared, or what it says or brings changed: perhaps it names a bug, a sign-off for what it was is void,
 * and its check is reported.
 */
export async function onPullRequest(hub: Hub, { payload }: { readonly payload: Payload }): Promise<void> {
  const { pull_request: pull } = payload;
  const { context } = await tenantOf(hub, payload);
  // What is merged stays merged, so the payload can be believed.
  if (pull.merged === true) return forgetMerged(context, pull.number);
  const isLinked = await linkPull(context, {
    pull: pull.number,
    base: pull.base.ref,
    state: pull.state === 'closed' ? 'closed' : 'open',
    mentions: parseFixMentions(pull),
    updatedAtMs: Date.parse(pull.updated_at),
  });
  if (MOVING.includes(payload.action)) {
    await recheckHead(context, pull.number);
    await recheckReleaseHead(context, pull.number);
  }
  const old = oldHeadOf(payload);
  // Linking it has changed its bug, whose pull requests are judged then.
  if (!isLinked || old.length > 0) await gatePulls(context, [pull.number], old);
}

/** It has another head, another base, or was given up. */
const MOVING: readonly Payload['action'][] = ['synchronize', 'edited', 'closed'];

/** What the pull request brought to a branch before the event. */
function oldHeadOf(payload: Payload): OldHead[] {
  const { number, base, head } = payload.pull_request;
  if (payload.action === 'synchronize') return [{ pull: number, commit: payload.before, base: base.ref }];
  const from = payload.action === 'edited' ? payload.changes.base?.ref.from : undefined;
  return from === undefined ? [] : [{ pull: number, commit: head.sha, base: from }];
}

/** `pull_request_review.*`: a word for a head, or one that does not count any more. */
export async function onReview(
  hub: Hub,
  {
    payload,
  }: WebhookEvent<
    'pull_request_review.submitted' | 'pull_request_review.edited' | 'pull_request_review.dismissed'
  >,
): Promise<void> {
  const { context } = await tenantOf(hub, payload);
  await gatePulls(context, [payload.pull_request.number]);
}
