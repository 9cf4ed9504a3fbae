import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { writeShop, type DemoSite } from '../../src/compose-demo.ts';
import { runsOf, type WorkflowRun } from '../../src/sandbox/actions/model.ts';
import { isRefName } from '../../src/sandbox/git/ref.ts';
import { writeSeedCommit } from '../../src/sandbox/seed/history.ts';
import { renderMarkdown } from '../../src/sandbox/web/markdown/render.ts';
import { findAlive } from '../support/alive.ts';
import { dispatch } from '../support/e2e-run.ts';
import { startShop, type Shop } from '../support/e2e-shop.ts';
import { openTraps, type OpenTraps } from '../support/hostile-traps.ts';
import { hostile, writeOut } from '../support/hostile.ts';

/** A slot with all of it may take this long, ms. */
const SLOT_MS = 120_000;
const TITLE_LIMIT = 256;
const BODY_LIMIT = 65_536;

let shop: Shop;
let traps: OpenTraps;
/** Numbers of the bugs, oldest first. */
const bugs: number[] = [];

beforeAll(async () => {
  traps = await openTraps();
  shop = await startShop({ write: hostileSite });
}, 60_000);
afterAll(async () => {
  await shop.demo.close();
  await traps.close();
});

/** The shop without its own tests, and with careless deploy commands: they print every name and text they find. */
async function hostileSite(site: DemoSite): Promise<void> {
  await writeShop(site);
  const babble = 'find . -path ./.git -prune -o -print; find hostile -type f -exec cat {} + || true';
  const environment = (name: 'uat' | 'prod', branch: string) => ({
    branch,
    version_from: 'branch',
    deploy: { run: `${babble}; node bin/deploy.js ${site.served}/${name}` },
    verify: { run: `node bin/verify.js ${site.places[name].url}` },
  });
  const config = stringify({
    slots: { time_zone: 'Asia/Taipei' },
    environments: { uat: environment('uat', 'uat'), prod: environment('prod', 'main') },
  });
  const files = { '.github/tonic.yml': config, '.github/workflows/ci.yml': null };
  for (const branch of ['uat', 'main']) await seed(site, { branch, message: 'Print all', files });
  for (const { branch, commits } of pullsToOpen())
    for (const { message, path, text } of commits)
      await seed(site, { branch, from: 'uat', message, files: { [path]: text } });
}

async function seed(
  { sandbox, repository, people, dayMs }: Pick<DemoSite, 'sandbox' | 'repository' | 'people' | 'dayMs'>,
  commit: { branch: string; from?: string; message: string; files: Record<string, string | null> },
): Promise<void> {
  const author = people['dan']?.account;
  if (author === undefined) throw new Error('dan is not there');
  await writeSeedCommit(sandbox, repository, { ...commit, author, atMs: dayMs });
}

/** Texts of a kind that GitHub takes, written out with the traps in them. */
function taken(kind: 'titles' | 'bodies' | 'commands', limit: number): string[] {
  return hostile(kind)
    .map(({ text }) => writeOut(text, traps))
    .filter((text) => Array.from(text).length <= limit);
}

/**
 * Names of branches that GitHub takes.
 *
 * Source: GitHub refuses refs of more than 255 bytes (GH005), names of 40 hexadecimal digits (GH002), and names that
 * begin with `refs/` (changelog, 2023-03-23), which git itself would take.
 */
function branchNames(): string[] {
  return hostile('branches')
    .map(({ text }) => writeOut(text, traps))
    .filter((name) => isRefName(`refs/heads/${name}`) && Buffer.byteLength(name) <= 244)
    .filter((name) => !/^(?:refs\/|[\da-f]{40}$)/u.test(name));
}

interface HostilePull {
  readonly branch: string;
  readonly title: string;
  readonly commits: readonly { readonly message: string; readonly path: string; readonly text: string }[];
}

/** So many pull requests mend a bug; what is left of names and titles is on others. */
const FIXES = 14;
const BUGS = 28;

/** One from each name of a branch. The commits are dealt out to those that mend a bug. */
function pullsToOpen(): HostilePull[] {
  const titles = taken('titles', TITLE_LIMIT);
  const commits = hostile('commits').map(({ text, path, content }) => {
    const message = writeOut(text, traps);
    return { message, path: writeOut(path, traps), text: writeOut(content ?? message, traps) };
  });
  return branchNames().map((branch, index) => ({
    branch,
    title: titles[(BUGS + index) % titles.length] ?? '',
    commits:
      index < FIXES
        ? commits.filter((_, at) => at % FIXES === index)
        : [{ message: 'Mend it', path: `hostile/more-${index}.js`, text: branch }],
  }));
}

/** Everything that the App and the Action wrote for people to read. */
async function posted(): Promise<string[]> {
  const { octokit, at } = shop.scene.actor('rita');
  const comments = await octokit.paginate(octokit.rest.issues.listCommentsForRepo, { ...at, per_page: 100 });
  const issues = await octokit.paginate(octokit.rest.issues.listForRepo, {
    ...at,
    state: 'all',
    per_page: 100,
  });
  const { data: deployments } = await octokit.rest.repos.listDeployments(at);
  return [
    ...[...comments, ...issues].filter(({ user }) => user?.type === 'Bot').map(({ body }) => body ?? ''),
    ...deployments.map(({ description }) => description ?? ''),
    ...tonicRuns().flatMap((run) => run.jobs.flatMap((job) => job.steps.map(({ summary }) => summary))),
  ];
}

function tonicRuns(): readonly WorkflowRun[] {
  return runsOf(shop.demo.repository).filter(({ path }) => path.includes('tonic-'));
}

async function expectNothingAlive(): Promise<void> {
  const texts = await posted();
  for (const text of texts) {
    expect(findAlive(text)).toEqual([]);
    const page = renderMarkdown(text, { issue: () => null, person: (login) => `/person/${login}` });
    expect(page).not.toMatch(/href="\/person|<img|<script/u);
  }
  expect([existsSync(traps.canary), traps.asked()]).toEqual([false, []]);
}

/** The runner has obeyed nothing that a text said: no output, no annotation, no mask but our own. */
function expectNothingObeyed(): void {
  const steps = tonicRuns().flatMap((run) => run.jobs.flatMap((job) => job.steps));
  const log = steps.map((step) => step.log).join('\n');
  expect(log).toContain('hostile/');
  expect(log).not.toMatch(/The command '[^']*' is not supported/u);
  expect(log).not.toMatch(/^\S+ (?:uat|prod) \|[^\n]*##\[/mu);
  expect(log).toContain('deployed');
  const jobs = tonicRuns().flatMap((run) => run.jobs);
  expect(jobs.flatMap(({ annotations }) => annotations)).toEqual([]);
  for (const { outputs } of jobs)
    for (const [name, value] of Object.entries(outputs))
      expect([name, value]).toEqual([
        name,
        expect.stringMatching(/^(?:true|false|\d{4}-\d\d-\d\d\/T[12]|)$/u),
      ]);
}

/** Dan opens a pull request; gives its number. */
async function open({ branch, title }: HostilePull, body: string): Promise<number> {
  const { octokit, at } = shop.scene.actor('dan');
  const { data } = await octokit.rest.pulls.create({ ...at, head: branch, base: 'uat', title, body });
  return data.number;
}

/** Statuses of all bugs, as their labels say. */
async function statuses(): Promise<Record<string, number>> {
  const { octokit, at } = shop.scene.actor('rita');
  const issues = await octokit.paginate(octokit.rest.issues.listForRepo, {
    ...at,
    state: 'all',
    per_page: 100,
  });
  const names = issues.flatMap(({ labels }) =>
    labels
      .map((label) => (typeof label === 'string' ? label : (label.name ?? '')))
      .filter((name) => name.startsWith('status:')),
  );
  return Object.fromEntries(
    [...new Set(names)].map((name) => [name, names.filter((each) => each === name).length]),
  );
}

test('reports and commands of people without a role move nothing, and no answer has anything alive in it', async () => {
  const [rita, dan] = [shop.scene.actor('rita'), shop.scene.actor('dan')];
  const titles = taken('titles', TITLE_LIMIT);
  const heads = [await shop.head('main'), await shop.head('uat')];
  const bodies = taken('bodies', BODY_LIMIT - 100);
  for (const [index, title] of titles.slice(0, BUGS).entries()) {
    const body = `### Severity\n\nlow\n\n### What\n\n${bodies[index]}`;
    bugs.push(await rita.report({ title, body }));
  }
  for (const number of bugs) await dan.label(number, ['bug']);
  await shop.demo.settle();
  for (const pull of pullsToOpen().slice(FIXES)) await open(pull, 'Mends nothing');
  await shop.demo.settle();
  const words = [...bodies.slice(bugs.length), ...taken('commands', BODY_LIMIT)];
  for (const [index, text] of words.entries()) await rita.say(bugs[index % bugs.length] ?? 0, text);
  await shop.demo.settle();

  expect(await statuses()).toEqual({ 'status:submitted': bugs.length });
  expect([await shop.head('main'), await shop.head('uat')]).toEqual(heads);
  const ledger = await shop.git(
    'grep',
    '-h',
    '-E',
    '"(approvals|fixes)": ',
    'origin/tonic-ledger',
    '--',
    'bugs',
  );
  expect([...new Set(ledger.split('\n').map((line) => line.trim()))].toSorted()).toEqual([
    '"approvals": [],',
    '"fixes": [],',
  ]);
  const failed = shop.demo.sandbox.deliveries.log.filter(({ statusCode }) => statusCode >= 400);
  expect(failed).toEqual([]);
  await expectNothingAlive();
}, 120_000);

test('a slot of all of them, found by the Action itself, analyses, merges and deploys, and obeys nothing', async () => {
  await shop.demo.stopApp();
  const [eve, ada] = [shop.scene.actor('eve'), shop.scene.actor('ada')];
  for (const [index, pull] of pullsToOpen().slice(0, FIXES).entries())
    await eve.approve(await open(pull, `Fixes #${bugs[index]}`));
  for (const number of bugs) await ada.say(number, '/confirm');
  await shop.to('20:00');
  const before = performance.now();
  await dispatch(shop, 'tonic-t1.yml', '');
  await shop.demo.settle();

  expect(performance.now() - before).toBeLessThan(SLOT_MS);
  expect(tonicRuns().map(({ conclusion }) => conclusion)).toEqual(['success']);
  // Whatever a title begins with, it hides nothing of what its own pull request says it fixes.
  expect(await statuses()).toEqual({
    'status:deployed_uat': FIXES,
    'status:planned': bugs.length - FIXES,
  });
  expectNothingObeyed();
  await expectNothingAlive();
}, 180_000);

test('and so does the slot that brings them to PROD', async () => {
  await shop.demo.startApp();
  // GitHub writes comments down by the second, and a word from before the deploy does not count.
  shop.demo.sandbox.clock.advanceTo(shop.demo.sandbox.clock.nowMs() + 60_000);
  await shop.scene.actor('ada').say(bugs[0] ?? 0, '/approve-prod all');
  await shop.demo.settle();
  await shop.to('22:00');

  expect(await statuses()).toEqual({
    'status:deployed_prod': FIXES,
    'status:planned': bugs.length - FIXES,
  });
  const url = shop.demo.running()?.webhookUrl ?? '';
  expect((await fetch(new URL('/healthz', url))).status).toBe(200);
  expectNothingObeyed();
  await expectNothingAlive();
}, 180_000);
