import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installTonic, type DemoApp } from './compose-demo-app.ts';
import { CHANNEL_CONFIGURATION, startDemoChannel, type DemoChannel } from './compose-demo-channel.ts';
import { servePlace, type DemoPlace } from './compose-demo-place.ts';
import { foundDemo, writeDemoHistory, type DemoPeople } from './compose-demo-repository.ts';
import { setUpDemo } from './compose-demo-setup.ts';
import { createDemoTime, type DemoTime } from './compose-demo-time.ts';
import { processVariables } from './config/env.ts';
import type { EnvironmentName } from './domain/policy.ts';
import type { Log } from './ports/log.ts';
import { askProgram } from './process/ask-program.ts';
import { runsOf } from './sandbox/actions/model.ts';
import { addUserToken } from './sandbox/auth/token.ts';
import { createClock } from './sandbox/clock.ts';
import type { Account } from './sandbox/model/account.ts';
import type { Repository } from './sandbox/model/repository.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { createSandbox } from './sandbox/server.ts';

/** People and repository are this much older than the story. */
const BEFORE_MS = 48 * 24 * 3_600_000;

export interface DemoOptions {
  readonly log: Log;
  /** Name of the repository. Default: `shop`. */
  readonly name?: string;
  /** The branches that the environments run; PROD's is the default branch. Default: `uat` and `main`. */
  readonly branches?: Readonly<Record<EnvironmentName, string>>;
  /** Fills the repository; default: the recipe's history. */
  readonly write?: (site: DemoSite) => Promise<void>;
  /** Whether people are told on a channel, too. Default: `false`. */
  readonly hasChannel?: boolean;
  /** Whether rulesets, environments and the rest of the set-up are made. Default: `true`. */
  readonly isSetUp?: boolean;
  /** See `SandboxOptions`. */
  readonly idsAfter?: number;
}

/** What a repository of the demo is made from. */
export interface DemoSite {
  readonly sandbox: Sandbox;
  readonly repository: Repository;
  readonly people: DemoPeople;
  /** Midnight, local, of the day on which the story begins. */
  readonly dayMs: number;
  readonly places: Readonly<Record<EnvironmentName, DemoPlace>>;
  /** Folder of the places. */
  readonly served: string;
  /** What the configuration says of messages: YAML. */
  readonly notify: string;
}

/** A sandbox with a repository, two environments that are served, and the App on it. */
export interface Demo extends DemoTime, DemoApp {
  readonly sandbox: Sandbox;
  readonly owner: string;
  readonly name: string;
  readonly repository: Repository;
  readonly places: Readonly<Record<EnvironmentName, DemoPlace>>;
  readonly branches: Readonly<Record<EnvironmentName, string>>;
  /** Where messages arrive; `null`: people are told on GitHub only. */
  readonly channel: DemoChannel | null;
  /** Folder for working copies; goes with the demo. */
  readonly folder: string;
  readonly people: Readonly<Record<string, { readonly token: string; readonly role: string }>>;
  /** The sandbox's clock shows real time from now on, and the App starts slots by itself. */
  goOnInRealTime(): Promise<void>;
  /** Moves the clock forward, starts what is due, and waits until nothing is under way. */
  moveTo(atMs: number): Promise<void>;
  /** Waits until the App and the runner have nothing more to do. */
  settle(): Promise<void>;
  /** The newest run of a workflow; `null` before the first. */
  lastRun(): DemoRun | null;
  close(): Promise<void>;
}

/** A run of a workflow as people see it. */
interface DemoRun {
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly url: string;
}

/**
 * Starts the sandbox, its repository, its environments and the App, and answers when all of it stands. What fails on the
 * way leaves nothing behind.
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'tonic-demo-'));
  const clock = createClock();
  const time = createDemoTime(clock);
  clock.set(time.at(1, '00:00') - BEFORE_MS);
  const sandbox = await createSandbox({
    clock,
    ...(options.idsAfter === undefined ? {} : { idsAfter: options.idsAfter }),
  });
  const served = join(folder, 'served');
  const places = { uat: await servePlace(join(served, 'uat')), prod: await servePlace(join(served, 'prod')) };
  const channel = options.hasChannel === true ? await startDemoChannel() : null;
  const close = async (): Promise<void> => {
    await sandbox.close();
    await channel?.close();
    await Promise.all(Object.values(places).map((place) => place.close()));
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    return await furnish(options, { sandbox, time, folder, served, places, channel, close });
  } catch (error) {
    await close();
    throw error;
  }
}

interface House extends Pick<Demo, 'channel'> {
  readonly sandbox: Sandbox;
  readonly time: DemoTime;
  readonly folder: string;
  readonly served: string;
  readonly places: Demo['places'];
  readonly close: () => Promise<void>;
}

async function furnish(options: DemoOptions, house: House): Promise<Demo> {
  const { sandbox, time, folder, served, places, channel } = house;
  const branches = options.branches ?? { uat: 'uat', prod: 'main' };
  const founded = foundDemo(sandbox, options.name ?? 'shop', branches.prod);
  const { people, owner, repository } = founded;
  sandbox.clock.set(time.at(1, '09:00'));
  const dayMs = time.at(1, '00:00');
  await (options.write ?? writeShop)({
    sandbox,
    repository,
    people,
    dayMs,
    places,
    served,
    notify: channel === null ? '' : CHANNEL_CONFIGURATION,
  });
  const app = await installTonic(sandbox, founded, {
    log: options.log,
    variables: { ...processVariables(), ...channel?.variables },
    dataFolder: join(folder, 'app'),
    prepare: async (self) => {
      if (options.isSetUp === false) return;
      await setUpDemo(sandbox, { ...founded, admin: adminOf(people), app: self, log: options.log });
    },
  });
  await sandbox.idle();
  return {
    ...time,
    ...app,
    ...createMoves(sandbox, app),
    sandbox,
    owner: owner.login,
    name: repository.name,
    repository,
    places,
    branches,
    channel,
    folder,
    people: Object.fromEntries(
      Object.entries(people).map(([login, { account, role }]) => [
        login,
        { token: addUserToken(sandbox.world, account), role },
      ]),
    ),
    lastRun: () => lastRun(sandbox, repository),
    async close() {
      await app.stopApp();
      await house.close();
    },
  };
}

function adminOf(people: DemoPeople): Account {
  const admin = Object.values(people).find(({ role }) => role === 'admin');
  if (admin === undefined) throw new Error('the recipe has no admin');
  return admin.account;
}

function createMoves(sandbox: Sandbox, app: DemoApp): Pick<Demo, 'settle' | 'moveTo' | 'goOnInRealTime'> {
  const { clock } = sandbox;
  return {
    settle: () => sandbox.idle(),
    async moveTo(atMs) {
      clock.advanceTo(atMs);
      await app.running()?.tick();
      await sandbox.idle();
    },
    async goOnInRealTime() {
      await app.stopApp();
      clock.advanceTo(Date.now());
      await app.startApp(true);
      await sandbox.idle();
    },
  };
}

function lastRun(sandbox: Sandbox, repository: Repository): DemoRun | null {
  const run = runsOf(repository).at(-1);
  if (run === undefined) return null;
  const { id, name, status, conclusion } = run;
  return { name, status, conclusion, url: sandbox.urls.webRepository(repository, `actions/runs/${id}`) };
}

/** The corner shop of the recipe, live on both environments. */
export async function writeShop(site: DemoSite): Promise<void> {
  const { sandbox, repository, people, dayMs, places, served, notify } = site;
  await writeDemoHistory(sandbox, {
    repository,
    people,
    dayMs,
    fill: { served, uat_url: places.uat.url, prod_url: places.prod.url, notify },
  });
  const store = sandbox.git.folderOf(repository);
  await Promise.all([deployByHand(store, 'uat', places.uat), deployByHand(store, 'main', places.prod)]);
}

/** What was deployed before the story begins. */
async function deployByHand(store: string, branch: string, place: DemoPlace): Promise<void> {
  const tree = mkdtempSync(join(tmpdir(), 'tonic-demo-first-'));
  try {
    const newest = ['clone', '--quiet', '--depth=1', `--branch=${branch}`, `file://${store}`, tree];
    await askProgram({ program: 'git', args: newest });
    const head = await askProgram({ program: 'git', args: ['rev-parse', 'HEAD'], folder: tree });
    await askProgram({
      program: process.execPath,
      args: ['bin/deploy.js', place.folder],
      folder: tree,
      variables: { TONIC_CANDIDATE: head },
    });
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}
