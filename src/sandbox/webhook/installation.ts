import type { Account } from '../model/account.ts';
import type { Installation } from '../model/app.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseUser } from '../serialise/account.ts';
import { serialiseInstallation } from '../serialise/app.ts';
import { fullNameOf, reaches } from '../world.ts';

/** Tells an App that it was installed or removed; before the removal, or there is nobody left to tell. */
export function announceInstallation(
  kernel: Kernel,
  installation: Installation,
  change: { action: 'created' | 'deleted' | 'new_permissions_accepted'; sender: Account },
): void {
  const reached = kernel.world.repositories.filter((repository) => reaches(installation, repository));
  const repositories = reached.map((repository) => ({
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: fullNameOf(kernel.world, repository),
    private: repository.private,
  }));
  const sender = serialiseUser(kernel, change.sender);
  kernel.publish({
    name: 'installation',
    action: change.action,
    payload: {
      action: change.action,
      installation: serialiseInstallation(kernel, installation),
      repositories,
      sender,
    },
    repository: null,
    sender: change.sender,
    workflowRunId: null,
    onlyAppId: installation.appId,
  });
}
