import type { EmitterWebhookEvent as WebhookEvent } from '@octokit/webhooks';
import { gateMergeGroup } from '../usecases/gate/gate-merge-group.ts';
import type { Hub } from './hub.ts';
import { tenantOf } from './incoming.ts';

/** `merge_group.checks_requested`: a merge queue wants to know whether a group may be merged. */
export async function onMergeGroup(
  hub: Hub,
  { payload }: WebhookEvent<'merge_group.checks_requested'>,
): Promise<void> {
  const { merge_group: group, repository } = payload;
  if (repository === undefined) throw new Error('the payload names no repository');
  const { context } = await tenantOf(hub, { ...payload, repository });
  await gateMergeGroup(context, {
    head: group.head_sha,
    base: group.base_sha,
    branch: group.base_ref.replace(/^refs\/heads\//u, ''),
    ref: group.head_ref,
  });
}
