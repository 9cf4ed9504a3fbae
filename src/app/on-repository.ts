import type { EmitterWebhookEvent as WebhookEvent } from '@octokit/webhooks';
import { closeCrashedSlot } from '../usecases/slot/close-crashed-slot.ts';
import { CONFIG_PATH } from '../domain/policy.ts';
import { slotKindOf } from '../domain/own-workflow.ts';
import { gateAfterPush } from '../usecases/gate/gate-pulls.ts';
import { setUp } from '../usecases/set-up.ts';
import type { Hub } from './hub.ts';
import { isByBot, tenantOf } from './incoming.ts';

/**
 * `push`: caches learn of the ledger's new head and of a changed configuration without a call. What somebody else puts
 * into the configuration, or on an environment's branch, changes what may be merged.
 */
export async function onPush(hub: Hub, { payload }: WebhookEvent<'push'>): Promise<void> {
  const tenant = await tenantOf(hub, payload);
  const isDefault = payload.ref === `refs/heads/${payload.repository.default_branch}`;
  const isConfiguration = isDefault && mayTouchConfiguration(payload);
  if (isConfiguration) tenant.forgetConfiguration();
  if (payload.ref === `refs/heads/${tenant.ledgerBranch}`)
    tenant.noteLedgerHead(payload.after, changedPaths(payload));
  if (isByBot(payload)) return;
  const branch = payload.ref.replace(/^refs\/heads\//u, '');
  await gateAfterPush(tenant.context, branch, isConfiguration);
}

/** A push lists at most 2,048 commits, and for a moved branch those that left are not among them. */
function mayTouchConfiguration(payload: WebhookEvent<'push'>['payload']): boolean {
  const { commits, forced } = payload;
  const paths = changedPaths(payload);
  // Merges may list no paths at all.
  return (
    forced ||
    commits.length === 0 ||
    commits.length >= 2_048 ||
    paths.length === 0 ||
    paths.includes(CONFIG_PATH)
  );
}

function changedPaths({ commits }: WebhookEvent<'push'>['payload']): string[] {
  return commits.flatMap(({ added = [], modified = [], removed = [] }) => [
    ...added,
    ...modified,
    ...removed,
  ]);
}

/** `label.*`: somebody changed a label of ours for the whole repository; it is made as it was. */
export async function onLabel(
  hub: Hub,
  { payload }: WebhookEvent<'label.edited' | 'label.deleted'>,
): Promise<void> {
  if (isByBot(payload)) return;
  const { context } = await tenantOf(hub, payload);
  await setUp(context);
}

/** `workflow_run.completed`: a slot whose run ended without finishing it is free for a retry. */
export async function onWorkflowRun(
  hub: Hub,
  { payload }: WebhookEvent<'workflow_run.completed'>,
): Promise<void> {
  const { conclusion, path } = payload.workflow_run;
  // Every other workflow of the repository ends here too.
  if (conclusion === 'success' || slotKindOf(path) === null) return;
  const { context } = await tenantOf(hub, payload);
  await closeCrashedSlot(context, payload.workflow_run.id);
}
