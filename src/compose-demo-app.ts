import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { startApp, type RunningApp } from './compose-app.ts';
import type { Variables } from './config/env.ts';
import { ENVIRONMENTS } from './domain/policy.ts';
import { KEY_SECRET, PLAN_ENVIRONMENT } from './domain/setup/wanted-setup.ts';
import type { Log } from './ports/log.ts';
import { runnerOf } from './sandbox/actions/runner.ts';
import { setSecret, setVariable } from './sandbox/actions/setting.ts';
import { addApp, installApp } from './sandbox/found.ts';
import type { Account } from './sandbox/model/account.ts';
import type { App } from './sandbox/model/app.ts';
import type { Repository } from './sandbox/model/repository.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

const ROOT = join(import.meta.dirname, '..');

const Manifest = z.object({
  default_permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])),
  default_events: z.array(z.string()),
});

/** The App of the demo: it can be stopped and started again, as by a crash or an update. */
export interface DemoApp {
  /** The App, where it runs. */
  running(): RunningApp | null;
  /** With `timers` it starts slots by itself. */
  startApp(timers?: boolean): Promise<RunningApp>;
  stopApp(): Promise<void>;
  /** REST and GraphQL calls of the App and the Action since the demo began, and tokens asked for. */
  calls(): { readonly api: number; readonly tokens: number };
}

/** Registers the App as its manifest says, gives the repository what its workflows read, and starts it. */
export async function installTonic(
  sandbox: Sandbox,
  on: { readonly owner: Account; readonly repository: Repository },
  options: {
    readonly log: Log;
    readonly dataFolder: string;
    /** What the App finds among its variables. */
    readonly variables: Variables;
    /** Happens before the App starts. */
    readonly prepare: (app: App) => Promise<void>;
  },
): Promise<DemoApp> {
  const app = register(sandbox, on);
  await options.prepare(app);
  let running: RunningApp | null = null;

  async function start(timers = false): Promise<RunningApp> {
    running = await startApp({
      ...options,
      appId: app.id,
      privateKey: app.privateKeyPem ?? '',
      webhookSecret: app.hook?.secret ?? '',
      host: '127.0.0.1',
      port: 0,
      apiUrl: sandbox.apiUrl,
      serverUrl: sandbox.url,
      clock: sandbox.clock,
      timers,
    });
    if (app.hook !== null) app.hook.url = running.webhookUrl;
    return running;
  }

  await start();
  return {
    running: () => running,
    startApp: start,
    async stopApp() {
      const stopping = running;
      running = null;
      await stopping?.close();
    },
    calls: () => countCalls(sandbox, app),
  };
}

function register(sandbox: Sandbox, { owner, repository }: { owner: Account; repository: Repository }): App {
  const manifest = Manifest.parse(parse(readFileSync(join(ROOT, 'app.yml'), 'utf8')));
  const app = addApp(sandbox, {
    slug: 'tonic-deploy',
    name: 'Tonic Deploy',
    owner,
    permissions: manifest.default_permissions,
    events: manifest.default_events,
    // The address follows when the App listens.
    webhook: { url: 'http://127.0.0.1:9/', secret: 'a secret of this demo only' },
  });
  installApp(sandbox, app, { account: owner, repositories: [repository] });
  const now = sandbox.clock.now();
  setVariable(repository, { name: 'TONIC_ENABLED', value: 'true' }, now);
  setVariable(repository, { name: 'TONIC_CLIENT_ID', value: app.clientId }, now);
  const key = { name: KEY_SECRET, value: app.privateKeyPem ?? '' };
  for (const environment of [PLAN_ENVIRONMENT, ...ENVIRONMENTS]) {
    setSecret(repository, { ...key, environment }, now);
  }
  runnerOf(sandbox).useAction('tonic-deploy/tonic-deploy/action', join(ROOT, 'action'));
  return app;
}

function countCalls(sandbox: Sandbox, app: App): { api: number; tokens: number } {
  const names = [`app:${app.slug}`, `jwt:${app.slug}`];
  const own = sandbox.requests.filter(
    ({ actor, route }) => names.includes(actor) && route !== 'git' && route !== 'web',
  );
  const tokens = own.filter(({ route }) => route?.endsWith('/access_tokens') === true);
  return { api: own.length - tokens.length, tokens: tokens.length };
}
