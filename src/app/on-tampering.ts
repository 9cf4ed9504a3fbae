import type { EmitterWebhookEvent as WebhookEvent } from '@octokit/webhooks';
import { guardBranch } from '../usecases/guard-branch.ts';
import { guardDeployment } from '../usecases/guard-deployment.ts';
import { guardImpostor } from '../usecases/guard-impostor.ts';
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

/** `push` that moved the branch of an environment back, or away. */
export async function onBranchMoved(hub: Hub, { payload }: WebhookEvent<'push'>): Promise<void> {
  const { forced, deleted, ref, after, sender } = payload;
  if (!forced && !deleted) return;
  const { context } = await tenantOf(hub, payload);
  await guardBranch(context, {
    branch: ref.replace(/^refs\/heads\//u, ''),
    head: deleted ? payload.before : after,
    how: deleted ? 'deleted' : 'rewound',
    by: sender === undefined ? null : { id: sender.id, login: sender.login },
  });
}

/** `check_run.created` and `status`: somebody may report under the name of our check. */
export async function onReported(
  hub: Hub,
  { payload }: WebhookEvent<'check_run.created' | 'status'>,
): Promise<void> {
  const { context, appSlug } = await tenantOf(hub, payload);
  if ('check_run' in payload) {
    const { name, head_sha: commit, app } = payload.check_run;
    const by = app?.slug ?? 'an unknown App';
    if (by !== appSlug) await guardImpostor(context, { name, commit, by, isStatus: false });
    return;
  }
  // A commit status under that name is nobody's to set: this system reports checks only.
  const { context: name, sha: commit, sender } = payload;
  await guardImpostor(context, { name, commit, by: sender.login, isStatus: true });
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
