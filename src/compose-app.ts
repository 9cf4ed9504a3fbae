import { mkdir } from 'node:fs/promises';
import { Probot, ProbotOctokit } from 'probot';
import type { GitHubClient } from './adapters/github/client.ts';
import { createDeliveries } from './adapters/github/delivery.ts';
import { createInstallations } from './adapters/github/installation.ts';
import { probotOptions, withOwnRules } from './adapters/github/octokit.ts';
import { createRedactedLog } from './adapters/log/redacted-log.ts';
import { createApp, handledEvents } from './app/app.ts';
import { createHub, type Hub } from './app/hub.ts';
import { isAdmitted } from './app/incoming.ts';
import { serve, WEBHOOK_PATH } from './app/server.ts';
import { closeAll, startNew } from './app/start.ts';
import type { Tenant } from './app/tenant.ts';
import { createTimer } from './app/timer.ts';
import { createWebhookTaker } from './app/webhook.ts';
import { openRepository } from './compose.ts';
import { checklistHosts } from './config/checklist-hosts.ts';
import { processVariables, type Variables } from './config/env.ts';
import { secretForms, secretVariables } from './config/secret.ts';
import { LEDGER_BRANCH } from './domain/ledger.ts';
import { createRedaction, type Redaction } from './domain/redact.ts';
import type { Clock } from './ports/clock.ts';
import type { RepositoryName } from './ports/installations.ts';
import type { Log } from './ports/log.ts';
import { createDeliverySweep, type SweepParts } from './usecases/sweep-deliveries.ts';

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
  /** The variables of this process; absent: as they are. */
  readonly variables?: Variables;
  /** Whether slots and reconciliation run by themselves; else by `tick` and `reconcile`. */
  readonly timers: boolean;
}

export interface RunningApp {
  readonly url: string;
  readonly webhookUrl: string;
  /** Starts the slots that are due. */
  tick(): Promise<void>;
  /** Reads again what webhooks may have failed to bring, and answers deployments that wait. */
  reconcile(): Promise<void>;
  /** Builds what the next T2 would deploy, once what is queued for it has come to rest. */
  preview(): Promise<void>;
  /** Looks at the checklists of slots that begin soon. */
  lookAhead(): Promise<void>;
  /** Delivers the messages that are due. */
  deliver(): Promise<void>;
  /** Asks GitHub again for webhooks that failed. */
  sweep(): Promise<void>;
  /** Stops accepting, finishes what runs, and writes down what is not written yet. */
  close(): Promise<void>;
}

/** A handler has to answer GitHub within ten seconds, so no call of it waits for a limit longer than this. */
const PROMPT = { longestWaitMs: 5_000 };

/**
 * Starts the App: sets up and reconciles every repository it is installed on, then takes webhooks.
 *
 * @throws when there is no webhook secret, GitHub does not know the App, or the port is taken.
 */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  // Probot would fall back to a secret that everybody knows.
  if (options.webhookSecret === '') throw new Error('there is no webhook secret');
  await mkdir(options.dataFolder, { recursive: true });
  const variables = options.variables ?? processVariables();
  const secrets = [options.privateKey, options.webhookSecret, ...secretVariables(variables)];
  const redaction = createRedaction(secretForms(secrets));
  const { clock } = options;
  const log = createRedactedLog(options.log, redaction.text);
  const probot = new Probot({
    appId: options.appId,
    privateKey: options.privateKey,
    secret: options.webhookSecret,
    baseUrl: options.apiUrl,
    logLevel: 'fatal',
    Octokit: ProbotOctokit.defaults((given: object) => probotOptions(given)),
  });
  const client = withOwnRules(await probot.auth(), PROMPT, redaction.text);
  const hub = await openHub({ ...options, variables, log, redaction }, probot, client);
  const firstTries = new Map<string, number>();
  const app = createApp(hub, { log, firstTries });
  await probot.load(app);
  await startNew(hub, log);
  const webhooks = createWebhookTaker({
    verify: (body, signature) => probot.webhooks.verify(body, signature),
    admit: (payload) => isAdmitted(hub, payload),
    handle: ({ body, ...event }) => probot.webhooks.verifyAndReceive({ ...event, payload: body }),
    log,
  });
  const server = await serve((...exchange) => void webhooks.take(...exchange), options);
  const sweep = openSweep(app, client, { clock, log, firstTries });
  const timer = createTimer({
    hub,
    log,
    sweep,
    checklistHosts: checklistHosts(variables),
    running: options.timers,
  });
  return {
    url: server.url,
    webhookUrl: `${server.url}${WEBHOOK_PATH}`,
    tick: () => timer.tick(),
    async reconcile() {
      await timer.reconcile();
      await timer.answer();
    },
    sweep: () => timer.sweep(),
    preview: () => timer.preview(),
    lookAhead: () => timer.lookAhead(),
    deliver: () => timer.deliver(),
    async close() {
      timer.stop();
      await server.close();
      await webhooks.settled();
      await closeAll(hub, log);
    },
  };
}

function openSweep(
  app: ReturnType<typeof createApp>,
  client: GitHubClient,
  parts: Pick<SweepParts, 'clock' | 'log' | 'firstTries'>,
): () => Promise<void> {
  const handled = handledEvents(app);
  return createDeliverySweep({
    ...parts,
    deliveries: createDeliveries(client, parts.log),
    isHandled: ({ event, action }) => handled.has(event) || handled.has(`${event}.${action}`),
  });
}

async function openHub(
  options: AppOptions & { readonly redaction: Redaction; readonly variables: Variables },
  probot: Probot,
  client: GitHubClient,
): Promise<Hub> {
  const { data: self } = await client.request('GET /app');
  if (self === null) throw new Error('GitHub does not know this App');
  const { serverUrl, dataFolder, variables, clock, log, redaction } = options;
  const appSlug = self.slug ?? '';
  const botLogins = [`${appSlug}[bot]`];
  const installationClient = async (id: number) => {
    const octokit = await probot.auth(id);
    return { octokit, client: withOwnRules(octokit, PROMPT, redaction.text) };
  };

  async function open(installationId: number, repository: RepositoryName): Promise<Tenant> {
    const { octokit, client } = await installationClient(installationId);
    const opened = openRepository({
      client,
      token: () => installationToken(octokit),
      owner: repository.owner,
      name: repository.name,
      serverUrl,
      botLogins,
      unsignedBecause: null,
      defaultBranch: repository.defaultBranch,
      variables,
      // The App deploys nothing itself.
      passOn: [],
      redaction,
      dataFolder,
      freezeSwitches: null,
      clock,
      log,
    });
    return { ...opened, repository, ledgerBranch: LEDGER_BRANCH, appSlug };
  }

  const installation = async (id: number) => (await installationClient(id)).client;
  return createHub({ installations: createInstallations({ app: client, installation }), open, clock, log });
}

/** Octokit keeps the token until shortly before it ends. */
async function installationToken(client: ProbotOctokit): Promise<string> {
  const given = await client.auth({ type: 'installation' });
  const hasToken = typeof given === 'object' && given !== null && 'token' in given;
  if (!hasToken || typeof given.token !== 'string') throw new Error('Octokit gave no installation token');
  return given.token;
}
