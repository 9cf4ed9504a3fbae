import type { EmitterWebhookEvent as WebhookEvent } from '@octokit/webhooks';
import { gateHead } from '../usecases/gate/gate-pulls.ts';
import { pressButton } from '../usecases/gate/press-button.ts';
import { lookAgain } from '../usecases/gate/look-again.ts';
import type { FirstTries } from '../usecases/sweep-deliveries.ts';
import type { Hub } from './hub.ts';
import { isByBot, tenantOf } from './incoming.ts';

/** `check_run.requested_action`: somebody pressed a button of our check; GitHub sends it to no other App. */
export async function onCheckButton(
  hub: Hub,
  { id, payload }: WebhookEvent<'check_run.requested_action'>,
  firstTries: FirstTries,
): Promise<void> {
  if (isByBot(payload)) return;
  const { context } = await tenantOf(hub, payload);
  const { check_run: run, sender, requested_action: action } = payload;
  await pressButton(context, {
    button: action?.identifier ?? '',
    by: { id: sender.id, login: sender.login },
    check: run.name,
    checkRun: run.id,
    head: run.head_sha,
    delivery: id,
    pressedAtMs: firstTries.get(id) ?? null,
  });
}

/** `check_run.rerequested` and `check_suite.rerequested`: everything is looked at again. */
export async function onCheckRerequested(
  hub: Hub,
  { payload }: WebhookEvent<'check_run.rerequested' | 'check_suite.rerequested'>,
): Promise<void> {
  const { context } = await tenantOf(hub, payload);
  await lookAgain(
    context,
    'check_run' in payload ? payload.check_run.head_sha : payload.check_suite.head_sha,
  );
}

/** `check_suite.completed` and `status`: what a fix needs to be green may have changed. */
export async function onOtherChecks(
  hub: Hub,
  { payload }: WebhookEvent<'check_suite.completed' | 'status'>,
): Promise<void> {
  const { context, appSlug } = await tenantOf(hub, payload);
  if ('sha' in payload) return gateHead(context, payload.sha);
  // Our own word is no news to us.
  if (payload.check_suite.app?.slug !== appSlug) await gateHead(context, payload.check_suite.head_sha);
}
