import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { createZone } from './adapters/clock/zone.ts';
import { startApp, type RunningApp } from './compose-app.ts';
import { DEMO_ZONE, foundDemo, writeDemoHistory, type DemoPeople } from './compose-demo-repository.ts';
import { servePlace, type DemoPlace } from './compose-demo-place.ts';
import { nextSlot, type SlotKind, type Zone } from './domain/calendar.ts';
import type { EnvironmentName } from './domain/policy.ts';
import type { Log } from './ports/log.ts';
import { runsOf } from './sandbox/actions/model.ts';
import { runnerOf } from './sandbox/actions/runner.ts';
import { setSecret, setVariable } from './sandbox/actions/setting.ts';
import { addUserToken } from './sandbox/auth/token.ts';
import { createClock } from './sandbox/clock.ts';
import { addApp, installApp } from './sandbox/found.ts';
import type { App } from './sandbox/model/app.ts';
import type { Account } from './sandbox/model/account.ts';
import type { Repository } from './sandbox/model/repository.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { createSandbox } from './sandbox/server.ts';

const ROOT = join(import.meta.dirname, '..');
/** As fixtures/demo says, and the defaults. */
const DEMO_SLOTS = {
  t1: '20:00',
  t2: '22:00',
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  latestStartMinutes: 60,
} as const;

const execute = promisify(execFile);
const DAY_MS = 24 * 3_600_000;

/** How many days before today the story begins: its last night is over. */
const STORY_DAYS = 4;

export interface DemoOptions {
  readonly log: Log;
  /** Name of the repository. Default: `shop`. */
  readonly name?: string;
  /** The branches that the environments run; PROD's is the default branch. Default: `uat` and `main`. */
  readonly branches?: Readonly<Record<EnvironmentName, string>>;
  /** Fills the repository; default: the recipe's history. */
  readonly write?: (site: DemoSite) => Promise<void>;
  /** Port of the sandbox; default: a free one. */
  readonly port?: number;
  /** Lets the sandbox's time stand still between the moves; default: it runs. */
  readonly frozen?: boolean;
}

/** What a repository of the demo is made from. */
export interface DemoSite {
  readonly sandbox: Sandbox;
  readonly repository: Repository;
  readonly people: DemoPeople;
  readonly dayMs: number;
  readonly places: Readonly<Record<EnvironmentName, DemoPlace>>;
  /** Folder of the places. */
  readonly served: string;
}

/** A sandbox with a repository, two environments that are served, and the App on it. */
export interface Demo {
  readonly sandbox: Sandbox;
  readonly owner: string;
  readonly name: string;
  readonly repository: Repository;
  readonly app: App;
  readonly places: Readonly<Record<EnvironmentName, DemoPlace>>;
  readonly branches: Readonly<Record<EnvironmentName, string>>;
  /** Folder for working copies; goes with the demo. */
  readonly folder: string;
  readonly people: Readonly<Record<string, { readonly token: string; readonly role: string }>>;
  /** Epoch milliseconds of a local time on a day of the story, which begins on day 1. */
  at(day: number, time: string): number;
  /** The clock's time as the demo's people read it: `20:00`. */
  localTime(): string;
  /** The next slot of each kind by the sandbox's clock, the earlier one first. */
  nextSlots(): readonly { readonly kind: SlotKind; readonly startsAtMs: number; readonly local: string }[];
  /** The sandbox's clock shows real time from now on, and the App starts slots by itself. */
  goOnInRealTime(): Promise<void>;
  /** Moves the clock forward, starts what is due, and waits until nothing is under way. */
  moveTo(atMs: number): Promise<void>;
  /** Waits until the App and the runner have nothing more to do. */
  settle(): Promise<void>;
  /** REST and GraphQL calls of the App and the Action since the demo began, and tokens asked for. */
  calls(): { readonly api: number; readonly tokens: number };
  /** The newest run of a workflow; `null` before the first. */
  lastRun(): {
    readonly name: string;
    readonly status: string;
    readonly conclusion: string | null;
    readonly url: string;
  } | null;
  /** The App, where it runs. */
  running(): RunningApp | null;
  startApp(timers?: boolean): Promise<RunningApp>;
  stopApp(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the sandbox, its repository, its environments and the App, and answers when all of it stands. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'tonic-demo-'));
  const zone = createZone(DEMO_ZONE);
  const branches = options.branches ?? { uat: 'uat', prod: 'main' };
  const today = zone.toLocal(Date.now()).date;
  const at = (day: number, time: string): number =>
    zone.toEpochMs(zone.addDays(today, day - 1 - STORY_DAYS), time);
  const clock = createClock(at(1, '00:00') - 48 * DAY_MS);
  const sandbox = await createSandbox({
    clock,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const { people, owner, repository } = foundDemo(sandbox, options.name ?? 'shop', branches.prod);
  clock.set(at(1, '09:00'));
  if (options.frozen !== true) clock.follow(true);
  const served = join(folder, 'served');
  const places = { uat: await servePlace(join(served, 'uat')), prod: await servePlace(join(served, 'prod')) };
  const site: DemoSite = { sandbox, repository, people, dayMs: at(1, '00:00'), places, served };
  await (options.write ?? writeShop)(site);
  const app = installTonic(sandbox, { owner, repository });
  let running: RunningApp | null = null;

  async function start(timers = false): Promise<RunningApp> {
    running = await startApp({
      appId: app.id,
      privateKey: app.privateKeyPem ?? '',
      webhookSecret: app.hook?.secret ?? '',
      host: '127.0.0.1',
      port: 0,
      apiUrl: sandbox.apiUrl,
      serverUrl: sandbox.url,
      clock,
      log: options.log,
      dataFolder: join(folder, 'app'),
      timers,
    });
    if (app.hook !== null) app.hook.url = running.webhookUrl;
    return running;
  }

  async function stop(): Promise<void> {
    await running?.close();
    running = null;
  }

  await start();
  await sandbox.idle();
  return {
    sandbox,
    owner: owner.login,
    name: repository.name,
    repository,
    app,
    places,
    branches,
    folder,
    calls: () => countCalls(sandbox, app),
    people: Object.fromEntries(
      Object.entries(people).map(([login, { account, role }]) => [
        login,
        { token: addUserToken(sandbox.world, account), role },
      ]),
    ),
    at,
    localTime: () => zone.toLocal(clock.nowMs()).time,
    nextSlots: () => upcoming(zone, clock.nowMs()),
    async goOnInRealTime() {
      await stop();
      clock.follow(true);
      clock.advanceTo(Date.now());
      await start(true);
      await sandbox.idle();
    },
    settle: () => sandbox.idle(),
    async moveTo(atMs) {
      clock.advanceTo(atMs);
      await running?.tick();
      await sandbox.idle();
    },
    lastRun() {
      const run = runsOf(repository).at(-1);
      if (run === undefined) return null;
      const { id, name, status, conclusion } = run;
      return { name, status, conclusion, url: sandbox.urls.webRepository(repository, `actions/runs/${id}`) };
    },
    running: () => running,
    startApp: start,
    stopApp: stop,
    async close() {
      await stop();
      await sandbox.close();
      await Promise.all(Object.values(places).map((place) => place.close()));
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The corner shop of the recipe, live on both environments. */
export async function writeShop(site: DemoSite): Promise<void> {
  const { sandbox, repository, people, dayMs, places, served } = site;
  await writeDemoHistory(sandbox, {
    repository,
    people,
    dayMs,
    fill: { served, uat_url: places.uat.url, prod_url: places.prod.url },
  });
  const store = sandbox.git.folderOf(repository);
  await Promise.all([deployByHand(store, 'uat', places.uat), deployByHand(store, 'main', places.prod)]);
}

/** What was deployed before the story begins. */
async function deployByHand(store: string, branch: string, place: DemoPlace): Promise<void> {
  const tree = mkdtempSync(join(tmpdir(), 'tonic-demo-first-'));
  try {
    await execute('git', ['clone', '--quiet', '--depth=1', `--branch=${branch}`, `file://${store}`, tree]);
    const { stdout } = await execute('git', ['rev-parse', 'HEAD'], { cwd: tree });
    const env = { ...process.env, TONIC_CANDIDATE: stdout.trim() };
    await execute(process.execPath, ['bin/deploy.js', place.folder], { cwd: tree, env });
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

function upcoming(zone: Zone, nowMs: number): { kind: SlotKind; startsAtMs: number; local: string }[] {
  const calendar = { zone, slots: { ...DEMO_SLOTS, timeZone: zone.name } };
  return (['T1', 'T2'] as const)
    .map((kind) => nextSlot(calendar, kind, nowMs))
    .map(({ kind, startsAtMs }) => {
      const { date, time } = zone.toLocal(startsAtMs);
      return { kind, startsAtMs, local: `${date} ${time} (${zone.name})` };
    })
    .toSorted((left, right) => left.startsAtMs - right.startsAtMs);
}

function countCalls(sandbox: Sandbox, app: App): { api: number; tokens: number } {
  const own = sandbox.requests.filter(
    ({ actor, route }) =>
      (actor === `app:${app.slug}` || actor === `jwt:${app.slug}`) && route !== 'git' && route !== 'web',
  );
  const tokens = own.filter(({ route }) => route?.endsWith('/access_tokens') === true);
  return { api: own.length - tokens.length, tokens: tokens.length };
}

const Manifest = z.object({
  default_permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])),
  default_events: z.array(z.string()),
});

/** Registers the App as its manifest says and gives the repository what its workflows read. */
function installTonic(sandbox: Sandbox, on: { owner: Account; repository: Repository }): App {
  const { owner, repository } = on;
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
  setSecret(repository, { name: 'TONIC_PRIVATE_KEY', value: app.privateKeyPem ?? '' }, now);
  runnerOf(sandbox).useAction('tonic-deploy/tonic-deploy/action', join(ROOT, 'action'));
  return app;
}
