import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { labels, offersFix, reports, says } from '../../src/cli/story/deed.ts';
import { runsOf } from '../../src/sandbox/actions/model.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';
import { PLANTED, PLANTED_KEY } from '../support/planted-secrets.ts';

/** Every planted secret, one a line, and a key over many lines: as a careless script prints them. */
const PRINTED = [...PLANTED.map(({ line }) => line), PLANTED_KEY].join('\n');

let shop: Shop;
let folder: string;
const log: string[] = [];
const note = (message: string, fields?: object) => void log.push(`${message} ${JSON.stringify(fields)}`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tonic-secrets-'));
  writeFileSync(join(folder, 'printed.txt'), PRINTED);
  // Nobody has set it up, so that Ada can change the configuration past all gates.
  shop = await startShop({ isSetUp: false, log: { info: note, warn: note, error: note } });
});
afterAll(async () => {
  await shop.demo.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Ada commits a change of the configuration, to both branches: they stay on one version. */
async function configure(change: (text: string) => string): Promise<void> {
  const { octokit, at } = shop.scene.actor('ada');
  const path = '.github/tonic.yml';
  const { data } = await octokit.rest.repos.getContent({ ...at, path });
  if (!('content' in data)) throw new Error(`${path} is no file`);
  const text = change(Buffer.from(data.content, 'base64').toString('utf8'));
  const content = Buffer.from(text).toString('base64');
  await octokit.rest.repos.createOrUpdateFileContents({
    ...at,
    path,
    sha: data.sha,
    message: 'Set',
    content,
  });
  await octokit.rest.repos.merge({ ...at, base: 'uat', head: 'main' });
  await shop.demo.settle();
}

/** The deploy command of UAT says all it knows and fails. */
function babbling(text: string): string {
  const document = parseDocument(text);
  const printed = join(folder, 'printed.txt');
  document.setIn(['environments', 'uat', 'deploy', 'run'], `cat '${printed}'; cat '${printed}' >&2; exit 3`);
  return document.toString({ lineWidth: 0 });
}

/** Ada says something about every planted secret. */
async function sayAll(words: (line: string) => string): Promise<void> {
  for (const { line } of PLANTED) await says('ada', ['vat'], words(line))(shop.scene);
  await shop.demo.settle();
}

/** What this system wrote, wherever that is: by its place. */
async function written(): Promise<Map<string, string>> {
  const { octokit, at } = shop.scene.actor('ada');
  const found = new Map<string, string>([['the log of the App', log.join('\n')]]);
  const { data: comments } = await octokit.rest.issues.listCommentsForRepo({ ...at, per_page: 100 });
  for (const { id, user, body } of comments) if (user?.type === 'Bot') found.set(`comment ${id}`, body ?? '');
  found.set('the ledger', await shop.git('log', '-p', '--format=%B', 'origin/tonic-ledger'));
  for (const run of runsOf(shop.demo.repository)) {
    if (!run.path.includes('tonic-')) continue;
    const steps = run.jobs.flatMap((job) => job.steps);
    found.set(`the log of run ${run.id}`, steps.map((step) => step.log).join('\n'));
    found.set(`the summary of run ${run.id}`, steps.map((step) => step.summary).join('\n'));
    found.set(`the outputs of run ${run.id}`, JSON.stringify(run.jobs.map((job) => job.outputs)));
  }
  const { data: deployments } = await octokit.rest.repos.listDeployments(at);
  found.set('deployments', JSON.stringify(deployments));
  const { data: labelled } = await octokit.rest.issues.listLabelsForRepo({ ...at, per_page: 100 });
  found.set('labels', JSON.stringify(labelled.filter(({ description }) => description !== null)));
  const answers = shop.demo.sandbox.deliveries.log.map(({ responseBody }) => responseBody);
  found.set('answers to webhooks', answers.join('\n'));
  return found;
}

/** As a reader sees it: escapes of markup are what they stand for, and what is invisible is not there. */
function asRead(text: string): string {
  const plain = text
    .replaceAll('\u200B', '')
    .replaceAll(/&#(\d+);/gu, (_, code: string) => String.fromCodePoint(Number(code)));
  return plain.replaceAll(String.raw`\n`, '\n');
}

async function expectNoSecret(): Promise<void> {
  for (const [place, text] of await written()) {
    const read = asRead(text);
    const leaked = PLANTED.filter(({ secret }) => read.includes(secret)).map(({ kind }) => kind);
    const keyLines = PLANTED_KEY.split('\n')
      .slice(1, -2)
      .filter((line) => read.includes(line));
    expect({ place, leaked, keyLines }).toEqual({ place, leaked: [], keyLines: [] });
  }
}

test('secrets in reports, pull requests, labels and commands are repeated nowhere', async () => {
  await reports('rita', 'vat', { title: `Broken ${PLANTED[0]?.line}`, body: `See src/vat.js\n\n${PRINTED}` })(
    shop.scene,
  );
  await labels('dan', { vat: ['bug', 'severity:medium', `service:${PLANTED[0]?.secret}`] })(shop.scene);
  await shop.demo.settle();
  await sayAll((line) => `/severity ${line.replaceAll('\n', ' ')}`);
  await shop.say('ada', 'vat', '/confirm');
  const title = `Mend it with ${PLANTED[3]?.line}`;
  await offersFix('dan', 'vat', { base: 'uat', title, changes: [FIX.vat] })(shop.scene);
  await shop.scene.actor('eve').approve(shop.scene.numberOf('vat.fix'));
  await shop.demo.settle();
  expect(await shop.statusOf('vat')).toBe('confirmed');
  await expectNoSecret();
});

test('a deploy command that prints secrets and fails shows none of them, in the log, the ledger or on the issue', async () => {
  await configure(babbling);
  await shop.to('20:00');
  expect((await shop.answers('vat')).at(-1)).toContain('The deploy command ended with 3');
  expect((await shop.answers('vat')).join('\n')).toContain('***');
  expect([...(await written())].find(([place]) => place.startsWith('the log of run'))?.[1]).toContain('***');
  await expectNoSecret();
});

test('a configuration with secrets in its mistakes, and GitHub’s own words in errors, show none of them', async () => {
  const { faults } = shop.demo.sandbox;
  for (const { line } of PLANTED) {
    const effect = { kind: 'status', status: 401, message: `Bad credentials: ${line}` } as const;
    faults.failApi({ actor: 'app:tonic-deploy', path: /reactions$/u, effect });
  }
  await sayAll(() => '/status');
  expect(log.filter((line) => line.includes('Bad credentials')).length).toBe(PLANTED.length);
  faults.clear();
  const mistakes = PLANTED.map(
    ({ line }, index) => `${JSON.stringify(`key ${index} ${line}`)}: ${JSON.stringify(line)}`,
  );
  await configure((text) => `${text}\n${mistakes.join('\n')}\n`);
  await shop.say('ada', 'vat', '/status');
  expect((await shop.answers('vat')).at(-1)).toContain('the configuration is broken');
  await shop.demo.running()?.reconcile();
  await expectNoSecret();
});

test('the App’s own secrets show nowhere either', async () => {
  const app = shop.demo.sandbox.world.apps.find(({ slug }) => slug === 'tonic-deploy');
  const own = [
    app?.hook?.secret ?? '',
    ...(app?.privateKeyPem ?? '').split('\n').filter((line) => line.length > 40),
  ];
  expect(own.length).toBeGreaterThan(10);
  for (const [place, text] of await written())
    expect({ place, shown: own.filter((secret) => text.includes(secret)) }).toEqual({ place, shown: [] });
});
