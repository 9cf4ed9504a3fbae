import type { Log } from '../ports/log.ts';
import { ConfigurationBroken } from '../ports/configuration.ts';
import { keepSlots } from '../usecases/keep-slots.ts';
import { deliverMessages } from '../usecases/message/deliver-messages.ts';
import { watchHotfixes } from '../usecases/hotfix/watch-hotfixes.ts';
import { sayByClock } from '../usecases/message/say-by-clock.ts';
import { closeBooks, reconcileAndWrite } from '../usecases/reconcile.ts';
import { lookAhead } from '../usecases/slot/look-ahead.ts';
import { noPreview, previewCandidates, type LastPreview } from '../usecases/slot/preview-candidate.ts';
import { setUp } from '../usecases/set-up.ts';
import { sweepPendingDeployments, type LastSweep } from '../usecases/sweep-pending-deployments.ts';
import type { Hub } from './hub.ts';
import type { Tenant } from './tenant.ts';

/** Reads where the App is installed, and takes over what is new there; one repository that fails does not stop the others. */
export async function startNew(hub: Hub, log: Log): Promise<void> {
  await forEvery(await hub.refresh(), log, KEEP);
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

/** Finds everything that webhooks may have failed to bring, in every repository and also which there are. */
export async function reconcileAll(hub: Hub, log: Log): Promise<void> {
  try {
    await hub.refresh();
  } catch (error) {
    log.error('GitHub does not say where the App is installed', { error: wordsOf(error) });
  }
  await forEvery(await hub.known(), log, KEEP);
}

/** When waiting deployments were looked for last, by repository. */
export type Sweeps = Map<number, LastSweep>;

/** Answers deployments that wait, in every repository. Costs nothing between slots but one call an hour. */
export async function answerAll(hub: Hub, log: Log, sweeps: Sweeps): Promise<void> {
  await forEvery(await hub.known(), log, {
    name: 'waiting deployments',
    async run({ context, repository }) {
      const last = sweeps.get(repository.id) ?? { atMs: null };
      sweeps.set(repository.id, last);
      await sweepPendingDeployments(context, last);
    },
  });
}

/** What was previewed last, by repository. */
export type Previews = Map<number, LastPreview>;

/** Previews the next T2 in every repository. Costs nothing while nothing changes. */
export async function previewAll(hub: Hub, log: Log, previews: Previews): Promise<void> {
  await forEvery(await hub.known(), log, {
    name: 'preview',
    async run({ context, repository }) {
      const last = previews.get(repository.id) ?? noPreview();
      previews.set(repository.id, last);
      await previewCandidates(context, last);
    },
  });
}

/** Looks at the checklists of slots that begin soon, in every repository. Costs nothing where there are none. */
export async function lookAheadAll(hub: Hub, log: Log, hosts: readonly string[]): Promise<void> {
  await forEvery(await hub.known(), log, {
    name: 'looking ahead at checklists',
    run: ({ context }) => lookAhead(context, hosts),
  });
}

/** How long one repository's messages may keep those of others waiting. */
const DELIVERY_BUDGET_MS = 30_000;

/** Finds what it is time to say, and delivers the messages that are due, in every repository. Costs nothing without one. */
export async function deliverAll(hub: Hub, log: Log): Promise<void> {
  await forEvery(await hub.known(), log, {
    name: 'messages',
    async run({ context }) {
      await watchHotfixes(context);
      await sayByClock(context);
      await deliverMessages(context, DELIVERY_BUDGET_MS);
    },
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

/** Needs no webhook ever: the configuration is read anew, as if every push had gone unnoticed. */
const KEEP: Chore = {
  name: 'reconcile',
  async run(tenant) {
    tenant.forgetConfiguration();
    await setUp(tenant.context);
    await reconcileAndWrite(tenant.context);
  },
};

/** One after the other; one that fails does not stop the others. */
async function forEvery(tenants: readonly Tenant[], log: Log, chore: Chore): Promise<void> {
  for (const tenant of tenants) {
    try {
      await chore.run(tenant);
    } catch (error) {
      const { owner, name } = tenant.repository;
      const level = error instanceof ConfigurationBroken ? 'warn' : 'error';
      log[level](`${chore.name} failed for ${owner}/${name}; it is tried again`, { error: wordsOf(error) });
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
