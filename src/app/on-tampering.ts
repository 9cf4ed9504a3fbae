import type { EmitterWebhookEvent as WebhookEvent } from '@octokit/webhooks';
import { guardDeployment } from '../usecases/guard-deployment.ts';
import { guardLedger } from '../usecases/report-ledger.ts';
import type { Hub } from './hub.ts';
import { isByUs, tenantOf } from './incoming.ts';

/** `push` to the ledger's branch by anybody else, or one that moved it back or away: it is looked at now. */
export async function onLedgerPush(hub: Hub, { payload }: WebhookEvent<'push'>): Promise<void> {
  const tenant = await tenantOf(hub, payload);
  if (payload.ref !== `refs/heads/${tenant.ledgerBranch}`) return;
  if (isByUs(payload, tenant) && !payload.forced && !payload.deleted) return;
  await guardLedger(tenant.context);
}

/** `deployment_status`: something went live past this system. */
export async function onDeploymentStatus(
  hub: Hub,
  { payload }: WebhookEvent<'deployment_status'>,
): Promise<void> {
  const { deployment, deployment_status: status } = payload;
  if (status.state !== 'success') return;
  const tenant = await tenantOf(hub, payload);
  const { creator } = deployment;
  if (creator !== null && isByUs({ sender: creator }, tenant)) return;
  await guardDeployment(tenant.context, {
    githubEnvironment: deployment.environment,
    commit: deployment.sha,
    by: creator === null ? null : { id: creator.id, login: creator.login },
    logUrl: status.log_url ?? status.target_url ?? '',
  });
}
