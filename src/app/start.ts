import type { Log } from '../ports/log.ts';
import { ConfigurationBroken } from '../ports/configuration.ts';
import { keepSlots } from '../usecases/keep-slots.ts';
import { closeBooks, reconcileAndWrite } from '../usecases/reconcile.ts';
import { setUp } from '../usecases/set-up.ts';
import type { Hub, Tenant } from './hub.ts';

/** Sets up and reconciles every repository; one that fails does not stop the others. */
export async function startAll(hub: Hub, log: Log): Promise<void> {
  for (const tenant of await hub.all()) {
    await guarded(tenant, log, 'start', async () => {
      await setUp(tenant.context);
      await reconcileAndWrite(tenant.context);
    });
  }
}

/** Slots that this process has started or found, by repository. */
export type StartedSlots = Map<number, Set<string>>;

/** Looks for slots that are due, in every repository. Called every few seconds; costs nothing between slots. */
export async function keepAllSlots(hub: Hub, log: Log, started: StartedSlots): Promise<void> {
  for (const tenant of await hub.known()) {
    const own = started.get(tenant.repository.id) ?? new Set<string>();
    started.set(tenant.repository.id, own);
    await guarded(tenant, log, 'slots', () => keepSlots(tenant.context, own));
  }
}

/** Reads again what webhooks may have missed, in every repository. */
export async function reconcileAll(hub: Hub, log: Log): Promise<void> {
  for (const tenant of await hub.known()) {
    await guarded(tenant, log, 'reconcile', () => reconcileAndWrite(tenant.context));
  }
}

/** Writes down what no commit has carried yet. */
export async function closeAll(hub: Hub, log: Log): Promise<void> {
  for (const tenant of await hub.known())
    await guarded(tenant, log, 'close', () => closeBooks(tenant.context));
}

async function guarded(tenant: Tenant, log: Log, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { owner, name } = tenant.repository;
    const message = error instanceof Error ? error.message : String(error);
    const level = error instanceof ConfigurationBroken ? 'warn' : 'error';
    log[level](`${what} failed for ${owner}/${name}; it is tried again`, { error: message });
  }
}
