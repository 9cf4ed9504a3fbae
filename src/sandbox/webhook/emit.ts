import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseOrganizationSimple, serialiseUser } from '../serialise/account.ts';
import { serialiseRepository } from '../serialise/repository.ts';
import { accountOf } from '../world.ts';
import type { EventBody, EventKey } from './event.ts';

/** Where an event happened and by whom. */
export interface EventPlace {
  repository: Repository | null;
  sender: Account;
  workflowRunId?: number | null;
  onlyAppId?: number;
}

/**
 * Sends an event to every App that subscribed to it and may see it, and to the listeners inside the sandbox.
 *
 * `key` is the published webhook's name (`issues/labeled`); the payload is typed after it. `repository`, `sender`,
 * `organization`, `installation` and `action` are filled in. Returns at once; `sandbox.idle()` waits for the deliveries.
 */
export function emit<K extends EventKey>(
  kernel: Kernel,
  key: K,
  event: EventPlace & { body: EventBody<K> },
): void {
  const [name = '', action] = key.replaceAll('-', '_').split('/');
  const { repository, sender } = event;
  kernel.publish({
    name,
    action: action ?? null,
    payload: {
      ...(action ? { action } : {}),
      ...event.body,
      ...placeFields(kernel, repository),
      sender: serialiseUser(kernel, sender),
    },
    repository,
    sender,
    workflowRunId: event.workflowRunId ?? null,
    onlyAppId: event.onlyAppId ?? null,
  });
}

function placeFields(kernel: Kernel, repository: Repository | null): object {
  if (!repository) return {};
  const owner = accountOf(kernel.world, repository.ownerId);
  return {
    repository: serialiseRepository(kernel, repository),
    ...(owner.organization ? { organization: serialiseOrganizationSimple(kernel, owner) } : {}),
  };
}
