import { openSetup } from './compose-setup.ts';
import { planChanges } from './domain/setup/change.ts';
import type { Log } from './ports/log.ts';
import { addUserToken } from './sandbox/auth/token.ts';
import type { Account } from './sandbox/model/account.ts';
import type { App } from './sandbox/model/app.ts';
import type { Repository } from './sandbox/model/repository.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { applySetup } from './usecases/setup/apply-setup.ts';
import { inspectRepository } from './usecases/setup/inspect-repository.ts';

/**
 * Sets the demo's repository up as `tonic init --apply` does, in the name of one of its admins.
 *
 * @throws Error when a part of it could not be made.
 */
export async function setUpDemo(
  sandbox: Sandbox,
  on: {
    readonly owner: Account;
    readonly repository: Repository;
    readonly admin: Account;
    readonly app: App;
    readonly log: Log;
  },
): Promise<void> {
  const { app } = on;
  const context = openSetup({
    owner: on.owner.login,
    name: on.repository.name,
    apiUrl: sandbox.apiUrl,
    token: addUserToken(sandbox.world, on.admin),
    app: { appId: app.id, privateKey: app.privateKeyPem ?? '' },
    appSlug: null,
    log: on.log,
  });
  await applySetup(context, planChanges(await inspectRepository(context)), ({ why }) => {
    if (why !== null) throw new Error(why);
  });
}
