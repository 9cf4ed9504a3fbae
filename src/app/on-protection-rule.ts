import type { EmitterWebhookEvent as WebhookEvent } from '@octokit/webhooks';
import { answerProtectionRule, refuseCallback } from '../usecases/answer-protection-rule.ts';
import type { Hub } from './hub.ts';
import { tenantOf } from './incoming.ts';

/** `deployment_protection_rule.requested`: a run waits before an environment. The run is only in the address. */
export async function onProtectionRule(
  hub: Hub,
  { payload }: WebhookEvent<'deployment_protection_rule.requested'>,
): Promise<void> {
  const { environment, deployment, deployment_callback_url: callbackUrl = '' } = payload;
  const { context } = await tenantOf(hub, payload);
  const runId = context.protectionRules.runIn(callbackUrl);
  if (runId === null || environment === undefined) return refuseCallback(context, callbackUrl);
  await answerProtectionRule(context, {
    runId,
    githubEnvironment: environment,
    commit: deployment?.sha ?? null,
  });
}
