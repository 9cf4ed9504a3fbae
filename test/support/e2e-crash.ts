import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { offersFix } from '../../src/cli/story/deed.ts';
import { tonicWorkflows } from '../../src/compose-demo-repository.ts';
import { writeShop, type DemoSite } from '../../src/compose-demo.ts';
import { runnerOf } from '../../src/sandbox/actions/runner.ts';
import { writeSeedCommit } from '../../src/sandbox/seed/history.ts';
import { writeCrashPrograms, type CrashPoint, type CrashPrograms, type Outside } from './crash-point.ts';
import { dispatch, logOf, runOf } from './e2e-run.ts';
import { startShop, type Shop } from './e2e-shop.ts';

const T1 = '.github/workflows/tonic-t1.yml';

/** What stands when a night is over, without what differs from night to night. */
interface NightEnd {
  readonly status: string;
  /** Commits that the branch got. */
  readonly commits: string;
  readonly candidates: string;
  readonly slot: unknown;
  /** State of the release, and the steps that are done. */
  readonly release: readonly unknown[];
  readonly leases: unknown;
  /** The last state of each deployment record of the night, the newest first. */
  readonly deployments: readonly (string | undefined)[];
  /** The first words of each answer on the bug. */
  readonly said: readonly string[];
  /** Whether each service runs what the branch holds. */
  readonly live: Readonly<Record<string, boolean>>;
}

/** How a night went. */
export interface Night {
  readonly end: NightEnd;
  /** Whether the first run came to the point, and died there. */
  readonly wasKilled: boolean;
  /** Services in the order in which they were deployed; twice where the crash cut a deploy short. */
  readonly deploys: readonly string[];
}

/** A shop of two services, whose T1 brings a migration each night and can be killed anywhere. */
export interface CrashShop {
  /** How often the last night's first run made each kind of call. */
  counts(): Readonly<Record<Outside, number>>;
  /** Lets the next night go by with T1 killed at a point; then T1 is started again, and once more. */
  night(point: CrashPoint | null): Promise<Night>;
  close(): Promise<void>;
}

/** Starts it; the App is down while T1 runs, so that all calls are the slot's. */
export async function startCrashShop(): Promise<CrashShop> {
  const folder = mkdtempSync(join(tmpdir(), 'tonic-crash-'));
  const programs = writeCrashPrograms(folder);
  const log = join(folder, 'deploys.log');
  writeFileSync(log, '');
  const shop = await startShop({ write: (site) => writeTwoServices(site, programs, log) });
  const { demo } = shop;
  const { sandbox } = demo;
  await withoutRule(shop, 'uat');
  let counts = { api: 0, git: 0, command: 0 };
  let nights = 0;
  return {
    counts: () => counts,
    night: async (point) => {
      nights += 1;
      const [before, night] = [linesOf(log).length, nights];
      sandbox.clock.advanceTo(demo.at(night, '12:00'));
      const bug = await offer(shop, night);
      const tip = await shop.head('uat');
      await demo.stopApp();
      sandbox.clock.advanceTo(demo.at(night, '20:00'));
      programs.arm(point);
      sandbox.requests.length = 0;
      const conclusion = await runT1(shop, night, point);
      const api = sandbox.requests.filter(({ actor, path }) => actor === ACTOR && API_CALL.test(path)).length;
      counts = { api, git: programs.count('git'), command: programs.count('command') };
      programs.disarm();
      sandbox.faults.clear();
      for (let again = 0; again < 2; again += 1)
        if ((await runT1(shop, night, null)) !== 'success') throw new Error('T1 did not recover');
      await demo.startApp();
      await demo.settle();
      const deploys = linesOf(log).slice(before);
      return {
        end: await endOf(shop, { bug, tip, night, log }),
        wasKilled: conclusion === 'failure',
        deploys: deploys.map((line) => line.split(' ')[0] ?? ''),
      };
    },
    close: async () => {
      await shop.demo.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** With the App down, nobody would answer for the environment. */
async function withoutRule({ scene }: Shop, environment_name: string): Promise<void> {
  const { octokit, at } = scene.actor('ada');
  const { data } = await octokit.rest.repos.getAllDeploymentProtectionRules({ ...at, environment_name });
  for (const { id } of data.custom_deployment_protection_rules ?? [])
    await octokit.rest.repos.disableDeploymentProtectionRule({
      ...at,
      environment_name,
      protection_rule_id: id,
    });
}

/** As the sandbox names who has the App's token. */
const ACTOR = 'app:tonic-deploy';

/** What goes over git's own protocol is counted as a git process. */
const API_CALL = /^(?!.*\.git\/)/u;

function linesOf(log: string): string[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** A bug a night, confirmed, with a fix that touches both services and brings a migration. */
async function offer(shop: Shop, night: number): Promise<string> {
  const bug = `bug-${night}`;
  await shop.confirmed(bug);
  const { scene, demo } = shop;
  const changes = [
    { path: `services/api/${bug}.txt`, text: `${bug}\n` },
    { path: `services/web/${bug}.txt`, text: `${bug}\n` },
    {
      path: `migrations/${String(night).padStart(4, '0')}.sql`,
      text: `CREATE TABLE t${night} (id bigint);\n`,
    },
  ];
  await offersFix('dan', bug, { base: demo.branches.uat, title: `Mend ${bug}`, changes })(scene);
  await demo.settle();
  await scene.actor('eve').approve(scene.numberOf(`${bug}.fix`));
  await demo.settle();
  return bug;
}

function slotOf({ demo }: Shop, night: number): string {
  return `${new Date(demo.at(night, '12:00')).toISOString().slice(0, 10)}/T1`;
}

async function runT1(shop: Shop, night: number, point: CrashPoint | null): Promise<string | null> {
  const { demo } = shop;
  const { sandbox } = demo;
  const runner = runnerOf(sandbox);
  const id = await dispatch(shop, 'tonic-t1.yml', slotOf(shop, night));
  if (point?.kind === 'api') {
    sandbox.faults.failApi({
      actor: ACTOR,
      path: API_CALL,
      after: point.nth - 1,
      effect: { kind: `cut_${point.when}`, atCut: () => runner.kill(id) },
    });
  }
  await runner.finished(id);
  await demo.settle();
  const { conclusion } = runOf(shop, id);
  // Who could still say that it failed was not killed.
  return /^\S+ t1 \w+: failed/mu.test(logOf(runOf(shop, id))) ? 'told' : conclusion;
}

async function endOf(
  shop: Shop,
  {
    bug,
    tip,
    night,
    log,
  }: { readonly bug: string; readonly tip: string; readonly night: number; readonly log: string },
): Promise<NightEnd> {
  const slot = slotOf(shop, night);
  const release = `${slot.replace('/', '-')}-uat`;
  const ledger = async (path: string) =>
    Ledger.parse(JSON.parse(await shop.git('show', `origin/tonic-ledger:${path}`)));
  const { octokit, at } = shop.scene.actor('rita');
  const { data } = await octokit.rest.repos.listDeployments({
    ...at,
    task: 'tonic',
    sha: await shop.head('uat'),
  });
  const states = data.map(async ({ id: deployment_id }) => {
    const statuses = await octokit.rest.repos.listDeploymentStatuses({ ...at, deployment_id });
    // The success of a later job's own record makes it inactive.
    return statuses.data.find(({ state }) => state !== 'inactive')?.state;
  });
  const { state, steps } = await ledger(`releases/${release}.json`);
  const head = await shop.head('uat');
  const isLive = (service: string) =>
    linesOf(log).findLast((line) => line.startsWith(`${service} `)) === `${service} ${head} ${release}`;
  return {
    status: await shop.statusOf(bug),
    commits: await shop.git('rev-list', '--count', `${tip}..origin/uat`),
    candidates: await shop.git('branch', '--remotes', '--list', 'origin/tonic/candidate/*'),
    slot: (await ledger(`slots/${slot.replace('/', '-')}.json`)).state,
    release: [state, ...(steps ?? []).filter((step) => step.state === 'done').map(({ key }) => key)],
    leases: (await ledger('environments/uat.json')).locks?.leases,
    deployments: await Promise.all(states),
    said: (await shop.answers(bug)).map((words) => words.slice(0, 12)),
    live: { api: isLive('api'), web: isLive('web') },
  };
}

const Ledger = z.object({
  state: z.string().optional(),
  steps: z.array(z.object({ key: z.string(), state: z.string() })).optional(),
  locks: z.object({ leases: z.array(z.unknown()) }).optional(),
});

const environment = (branch: string) => ({ branch, version_from: 'branch', deploy: { run: 'false' } });

async function writeTwoServices(site: DemoSite, { folder }: CrashPrograms, log: string): Promise<void> {
  await writeShop(site);
  const author = site.people['ada']?.account;
  if (author === undefined) throw new Error('ada is not there');
  const service = (name: string, depends_on: readonly string[]) => ({
    paths: [`services/${name}/`],
    depends_on,
    deploy: { run: `echo "$TONIC_SERVICE $TONIC_CANDIDATE $TONIC_RELEASE_ID" >> ${log}` },
    health: { run: `grep -q "^${name} $TONIC_CANDIDATE" ${log}` },
  });
  const config = stringify({
    slots: { time_zone: 'Asia/Taipei' },
    services: { api: service('api', []), web: service('web', ['api']) },
    environments: { uat: environment('uat'), prod: environment('main') },
  });
  const files = { '.github/tonic.yml': config, [T1]: withPrograms(folder) };
  for (const branch of ['uat', 'main'])
    await writeSeedCommit(site.sandbox, site.repository, {
      message: 'Two services',
      author,
      atMs: site.dayMs,
      files,
      branch,
    });
}

/** T1 with our programs in front of the PATH of the action, and with no job beside it that makes calls of its own. */
function withPrograms(folder: string): string {
  const workflow = parseDocument(tonicWorkflows()[T1] ?? '');
  workflow.deleteIn(['jobs', 'answer']);
  const step = `      - run: echo ${folder} >> "$GITHUB_PATH"\n`;
  return workflow
    .toString({ lineWidth: 0 })
    .replaceAll(/^ {6}- (?:id: tonic\n {8})?uses: tonic-deploy\/.*$/gmu, `${step}$&`);
}
