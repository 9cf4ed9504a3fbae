import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxEvent } from '../../../src/sandbox/webhook/event.ts';
import {
  installTestApp,
  makeWorkTree,
  shopPath,
  startTown,
  writeFile,
  type Town,
  type WorkTree,
} from './support.ts';

const LEDGER = 'tonic-ledger';

let town: Town;
let tree: WorkTree;
let tonic: Awaited<ReturnType<typeof installTestApp>>;
let events: SandboxEvent[] = [];
let genuine = '';
beforeAll(async () => {
  town = await startTown();
  await writeFile(town, { path: 'README.md', content: 'Shop\n' });
  tonic = await installTestApp(town, { slug: 'tonic', permissions: { contents: 'write' } });
  town.sandbox.onEvent((event) => events.push(event));
});
afterAll(() => town.close());
/** A ledger whose only commit is the App's. */
beforeEach(async () => {
  const { data: main } = await town.as('ada').git.getRef({ ...shopPath, ref: 'heads/main' });
  await tonic.client.git.createRef({ ...shopPath, ref: `refs/heads/${LEDGER}`, sha: main.object.sha });
  const { data } = await tonic.client.repos.createOrUpdateFileContents({
    ...shopPath,
    path: 'bugs/1.json',
    branch: LEDGER,
    message: 'Bug 1',
    content: '',
  });
  genuine = data.commit.sha ?? '';
  tree = await makeWorkTree();
  await tree.git('fetch', '-q', town.remote('will'), LEDGER);
  await tree.git('checkout', '-q', '--detach', 'FETCH_HEAD');
  events = [];
});
afterEach(async () => {
  tree.remove();
  await town
    .as('ada')
    .git.deleteRef({ ...shopPath, ref: `heads/${LEDGER}` })
    .catch(() => undefined);
});

const push = (refspec: string, ...options: string[]) =>
  tree.git('push', '-q', ...options, town.remote('will'), refspec);

const commit = () => tree.git('commit', '-q', '--allow-empty', '-m', 'Approve everything');

/** Writes the commit `of` with its text changed, as anybody can with git; answers its sha. */
async function forge(of: string, change: (text: string) => string): Promise<string> {
  const file = join(tree.folder, 'forged');
  writeFileSync(file, change((await tree.git('cat-file', 'commit', of)).text));
  return (await tree.git('hash-object', '-t', 'commit', '-w', file)).text;
}

/** What REST and GraphQL say of a commit's people and signature. */
async function seen(ref: string) {
  const { data } = await town.as('rita').repos.getCommit({ ...shopPath, ref });
  const { verified, reason } = data.commit.verification ?? {};
  const graph = await town.as('rita').graphql(
    `query($oid: GitObjectID!) { repository(owner: "acme", name: "shop") { object(oid: $oid) { ... on Commit {
      author { user { login } } signature { isValid wasSignedByGitHub state } } } } }`,
    { oid: data.sha },
  );
  return { people: [data.author?.login, data.committer?.login], verified, reason, graph };
}

const graphOf = (login: string | null, signature: object | null) => ({
  repository: { object: { author: { user: login === null ? null : { login } }, signature } },
});

test('a commit of the App through the API is GitHub’s, and shows as such', async () => {
  expect(await seen(genuine)).toEqual({
    people: ['tonic[bot]', 'web-flow'],
    verified: true,
    reason: 'valid',
    graph: graphOf('tonic[bot]', { isValid: true, wasSignedByGitHub: true, state: 'VALID' }),
  });
});

test('a pushed commit in the App’s and GitHub’s name shows their faces and no signature', async () => {
  const bot = `${tonic.app.botId}+tonic[bot]@users.noreply.github.com`;
  await commit();
  const forged = await forge('HEAD', (text) =>
    text
      .replace(/^author .*?> /m, `author tonic[bot] <${bot}> `)
      .replace(/^committer .*?> /m, 'committer GitHub <noreply@github.com> '),
  );
  expect((await push(`${forged}:refs/heads/${LEDGER}`)).code).toBe(0);
  expect(await seen(forged)).toEqual({
    people: ['tonic[bot]', 'web-flow'],
    verified: false,
    reason: 'unsigned',
    graph: graphOf('tonic[bot]', null),
  });
  expect(events.find(({ name }) => name === 'push')).toMatchObject({
    sender: { login: 'will' },
    payload: { ref: `refs/heads/${LEDGER}`, after: forged, forced: false, pusher: { name: 'will' } },
  });
});

test('a genuine signature moved onto another text is invalid', async () => {
  const forged = await forge(genuine, (text) => text.replace('Bug 1', 'Bug 2'));
  expect((await push(`${forged}:refs/heads/${LEDGER}`, '--force')).code).toBe(0);
  expect(await seen(forged)).toMatchObject({ verified: false, reason: 'invalid' });
});

test('a writer who sets the branch back, or deletes it, is named in event and record', async () => {
  await commit();
  await push(`HEAD:refs/heads/${LEDGER}`);
  await push(`${genuine}:refs/heads/${LEDGER}`, '--force');
  await push(`:refs/heads/${LEDGER}`);
  const pushes = events.filter(({ name }) => name === 'push');
  expect(pushes.map(({ payload, sender }) => [payload['forced'], payload['deleted'], sender.login])).toEqual([
    [false, false, 'will'],
    [true, false, 'will'],
    [false, true, 'will'],
  ]);
  const { data } = await town.as('ada').repos.listActivities({ ...shopPath, ref: `refs/heads/${LEDGER}` });
  expect(data.slice(0, 3).map((one) => [one.activity_type, one.actor?.login])).toEqual([
    ['branch_deletion', 'will'],
    ['force_push', 'will'],
    ['push', 'will'],
  ]);
});

test('under rules that let only the App write, none of it comes through', async () => {
  await town.as('ada').repos.createRepoRuleset({
    ...shopPath,
    name: 'Ledger',
    enforcement: 'active',
    conditions: { ref_name: { include: [`refs/heads/${LEDGER}`], exclude: [] } },
    bypass_actors: [{ actor_type: 'Integration', actor_id: tonic.app.id, bypass_mode: 'always' }],
    rules: [
      { type: 'update' },
      { type: 'deletion' },
      { type: 'non_fast_forward' },
      { type: 'required_signatures' },
    ],
  });
  await commit();
  for (const refspec of [`HEAD:refs/heads/${LEDGER}`, `HEAD~2:refs/heads/${LEDGER}`, `:refs/heads/${LEDGER}`])
    expect((await push(refspec, '--force')).text).toContain('GH013');
  const next = { path: 'bugs/2.json', branch: LEDGER, message: 'Bug 2', content: '' };
  const { status } = await tonic.client.repos.createOrUpdateFileContents({ ...shopPath, ...next });
  expect(status).toBe(201);
});
