import type { EmitterWebhookEvent as WebhookEvent } from '@octokit/webhooks';
import { parseFixMentions } from '../domain/fix.ts';
import { linkPull } from '../usecases/link-pull.ts';
import { recheckHead } from '../usecases/recheck-approvals.ts';
import type { Hub } from './hub.ts';
import { tenantOf } from './incoming.ts';

type Payload = WebhookEvent<
  'pull_request.opened' | 'pull_request.edited' | 'pull_request.reopened' | 'pull_request.ready_for_review'
>['payload'];

/** A pull request appeared or its text changed: perhaps it says which bug it fixes. */
export async function onPullRequest(hub: Hub, { payload }: { readonly payload: Payload }): Promise<void> {
  const { pull_request: pull } = payload;
  const mentions = parseFixMentions(`${pull.title}\n${pull.body ?? ''}`);
  if (mentions.length === 0) return;
  const { context } = await tenantOf(hub, payload);
  await linkPull(context, {
    pull: pull.number,
    base: pull.base.ref,
    state: pull.state === 'closed' ? 'closed' : 'open',
    mentions,
  });
}

type MovedPayload = WebhookEvent<
  'pull_request.synchronize' | 'pull_request.closed' | 'pull_request.edited'
>['payload'];

/** A pull request got another head or base, or was closed: a sign-off for what it was is void. */
export async function onPullRequestMoved(
  hub: Hub,
  { payload }: { readonly payload: MovedPayload },
): Promise<void> {
  const { context } = await tenantOf(hub, payload);
  await recheckHead(context, payload.pull_request.number);
}
