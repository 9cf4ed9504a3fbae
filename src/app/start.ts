import type { Log } from '../ports/log.ts';
import { ConfigurationBroken } from '../ports/configuration.ts';
import { keepSlots } from '../usecases/keep-slots.ts';
import { closeBooks, reconcileAndWrite } from '../usecases/reconcile.ts';
import { setUp } from '../usecases/set-up.ts';
import type { Hub, Tenant } from './hub.ts';

/** Sets up and reconciles every repository; one that fails does not stop the others. */
export async function startAll(hub: Hub, log: Log): Promise<void> {
  await forEvery(await hub.all(), log, {
    name: 'start',
    async run({ context }) {
      await setUp(context);
      await reconcileAndWrite(context);
    },
  });
}

/** Slots that this process has started or found, by repository. */
export type StartedSlots = Map<number, Set<string>>;

/** Looks for slots that are due, in every repository. Called every few seconds; costs nothing between slots. */
export async function keepAllSlots(hub: Hub, log: Log, started: StartedSlots): Promise<void> {
  await forEvery(await hub.known(), log, {
    name: 'slots',
    async run({ context, repository }) {
      const own = started.get(repository.id) ?? new Set<string>();
      started.set(repository.id, own);
      await keepSlots(context, own);
    },
  });
}

/** Reads again what webhooks may have missed, in every repository. */
export async function reconcileAll(hub: Hub, log: Log): Promise<void> {
  await forEvery(await hub.known(), log, {
    name: 'reconcile',
    run: ({ context }) => reconcileAndWrite(context),
  });
}

/** Writes down what no commit has carried yet. */
export async function closeAll(hub: Hub, log: Log): Promise<void> {
  await forEvery(await hub.known(), log, { name: 'close', run: ({ context }) => closeBooks(context) });
}

interface Chore {
  /** For the log. */
  readonly name: string;
  run(tenant: Tenant): Promise<void>;
}

/** One after the other; one that fails does not stop the others. */
async function forEvery(tenants: readonly Tenant[], log: Log, chore: Chore): Promise<void> {
  for (const tenant of tenants) {
    try {
      await chore.run(tenant);
    } catch (error) {
      const { owner, name } = tenant.repository;
      const message = error instanceof Error ? error.message : String(error);
      const level = error instanceof ConfigurationBroken ? 'warn' : 'error';
      log[level](`${chore.name} failed for ${owner}/${name}; it is tried again`, { error: message });
    }
  }
}
