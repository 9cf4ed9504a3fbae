import { mkdir } from 'node:fs/promises';
import { createNodeMiddleware, Probot, ProbotOctokit } from 'probot';
import { probotOptions, withOwnRules } from './adapters/github/octokit.ts';
import { createApp } from './app/app.ts';
import type { Hub, RepositoryName, Tenant } from './app/hub.ts';
import { serve, WEBHOOK_PATH } from './app/server.ts';
import { closeAll, startAll } from './app/start.ts';
import { createTimer } from './app/timer.ts';
import { openRepository } from './compose.ts';
import { LEDGER_BRANCH } from './domain/ledger.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';

export interface AppOptions {
  readonly appId: string | number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Base of the REST API. */
  readonly apiUrl: string;
  /** Base of web pages and of git. */
  readonly serverUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Folder for caches. */
  readonly dataFolder: string;
  /** Whether slots and reconciliation run by themselves; else by `tick` and `reconcile`. */
  readonly timers: boolean;
}

export interface RunningApp {
  readonly url: string;
  readonly webhookUrl: string;
  /** Starts the slots that are due. */
  tick(): Promise<void>;
  reconcile(): Promise<void>;
  /** Stops accepting, finishes what runs, and writes down what is not written yet. */
  close(): Promise<void>;
}

/** A handler has to answer GitHub within ten seconds, so no call of it waits for a limit longer than this. */
const PROMPT = { longestWaitMs: 5_000 };

/**
 * Starts the App: sets up and reconciles every repository it is installed on, then takes webhooks.
 *
 * @throws when GitHub does not know the App or the port is taken.
 */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  await mkdir(options.dataFolder, { recursive: true });
  const probot = new Probot({
    appId: options.appId,
    privateKey: options.privateKey,
    secret: options.webhookSecret,
    baseUrl: options.apiUrl,
    logLevel: 'fatal',
    Octokit: ProbotOctokit.defaults((given: object) => probotOptions(given)),
  });
  const hub = await createHub(probot, options);
  const app = createApp(hub, options.log);
  const webhooks = await createNodeMiddleware(app, { probot, webhooksPath: WEBHOOK_PATH });
  await startAll(hub, options.log);
  const server = await serve(webhooks, options);
  const timer = createTimer(hub, options.log, options.timers);
  return {
    url: server.url,
    webhookUrl: `${server.url}${WEBHOOK_PATH}`,
    tick: () => timer.tick(),
    reconcile: () => timer.reconcile(),
    async close() {
      timer.stop();
      await server.close();
      await closeAll(hub, options.log);
    },
  };
}

async function createHub(probot: Probot, options: AppOptions): Promise<Hub> {
  const asApp = withOwnRules(await probot.auth(), PROMPT);
  const { data: self } = await asApp.request('GET /app');
  if (self === null) throw new Error('GitHub does not know this App');
  const botLogins = [`${self.slug}[bot]`];
  const tenants = new Map<number, Promise<Tenant>>();

  async function open(installationId: number, repository: RepositoryName): Promise<Tenant> {
    const client = await probot.auth(installationId);
    const opened = openRepository({
      client: withOwnRules(client, PROMPT),
      token: () => installationToken(client),
      owner: repository.owner,
      name: repository.name,
      serverUrl: options.serverUrl,
      botLogins,
      unsignedBecause: null,
      defaultBranch: repository.defaultBranch,
      // The App deploys nothing itself.
      passOn: [],
      secrets: [],
      dataFolder: options.dataFolder,
      clock: options.clock,
      log: options.log,
    });
    return { ...opened, repository, ledgerBranch: LEDGER_BRANCH };
  }

  function tenant(installationId: number, repository: RepositoryName): Promise<Tenant> {
    const known = tenants.get(repository.id);
    if (known !== undefined) return known;
    const opened = open(installationId, repository).catch((error: unknown) => {
      tenants.delete(repository.id);
      throw error;
    });
    tenants.set(repository.id, opened);
    return opened;
  }

  return {
    tenant,
    known: () => Promise.all(tenants.values()),
    async all() {
      const { data: installations } = await asApp.request('GET /app/installations', { per_page: 100 });
      const found = await Promise.all(
        installations.map(async ({ id }) =>
          (await listRepositories(probot, id)).map((each) => tenant(id, each)),
        ),
      );
      return Promise.all(found.flat());
    },
  };
}

/** Octokit keeps the token until shortly before it ends. */
async function installationToken(client: ProbotOctokit): Promise<string> {
  const given = await client.auth({ type: 'installation' });
  const hasToken = typeof given === 'object' && given !== null && 'token' in given;
  if (!hasToken || typeof given.token !== 'string') throw new Error('Octokit gave no installation token');
  return given.token;
}

async function listRepositories(probot: Probot, installationId: number): Promise<RepositoryName[]> {
  const client = await probot.auth(installationId);
  const repositories = await client.paginate('GET /installation/repositories', { per_page: 100 });
  return repositories.map((each) => ({
    id: each.id,
    owner: each.owner.login,
    name: each.name,
    defaultBranch: each.default_branch,
  }));
}
