import type { EmitterWebhookEvent as WebhookEvent } from '@octokit/webhooks';
import { parseFixMentions } from '../domain/fix.ts';
import { linkPull } from '../usecases/link-pull.ts';
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
