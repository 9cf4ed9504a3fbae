import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxEvent } from '../../../src/sandbox/webhook/event.ts';
import { ask, outcomeOf } from '../sandbox-rule/support.ts';
import {
  installTestApp,
  makeBranch,
  makeWorkTree,
  shopPath,
  startTown,
  writeFile,
  type Town,
  type WorkTree,
} from './support.ts';

/** Olaf has no role in acme/shop, which is public. */
const forkPath = { owner: 'olaf', repo: 'shop' };

let town: Town;
let tree: WorkTree;
let events: SandboxEvent[] = [];
let count = 0;
beforeAll(async () => {
  town = await startTown();
  tree = await makeWorkTree();
  await writeFile(town, { path: 'README.md', content: 'Shop\n' });
  await makeBranch(town, 'uat');
  town.sandbox.onEvent((event) => events.push(event));
});
afterAll(async () => {
  tree.remove();
  await town.close();
});
beforeEach(() => {
  events = [];
});

const forkRemote = (person: 'olaf' | 'will') =>
  `${town.sandbox.url.replace('http://', `http://x:${town.tokens[person]}@`)}/olaf/shop.git`;
const pullOf = async (pull_number: number) =>
  (await town.as('rita').pulls.get({ ...shopPath, pull_number })).data;

/** Pushes a commit to a branch of Olaf's fork by git; answers its sha. */
async function pushToFork(branch: string): Promise<string> {
  count += 1;
  await tree.git('commit', '-q', '--allow-empty', '-m', `Olaf's ${count}`);
  await tree.git('push', '-q', forkRemote('olaf'), `HEAD:refs/heads/${branch}`);
  return (await tree.git('rev-parse', 'HEAD')).text;
}

/** Olaf's pull from a fresh branch of his fork. */
async function openPull(base = 'main'): Promise<{ number: number; branch: string; sha: string }> {
  await town.as('olaf').repos.createFork(shopPath);
  count += 1;
  const branch = `fix-${count}`;
  await tree.git('fetch', '-q', town.remote('rita'), base);
  await tree.git('checkout', '-q', '--detach', 'FETCH_HEAD');
  const sha = await pushToFork(branch);
  const given = { ...shopPath, title: `Mend ${branch}`, head: `olaf:${branch}`, base };
  const { data } = await town.as('olaf').pulls.create(given);
  return { number: data.number, branch, sha };
}

const create = (head: string) =>
  outcomeOf(town.as('rita').pulls.create({ ...shopPath, title: 'Mine', head, base: 'main' }));

describe('a fork', () => {
  it('is the person’s own, knows where it comes from, and borrows its objects', async () => {
    const { data, status } = await town.as('olaf').repos.createFork(shopPath);
    expect(status).toBe(202);
    expect(data).toMatchObject({
      full_name: 'olaf/shop',
      fork: true,
      default_branch: 'main',
      parent: { full_name: 'acme/shop' },
      source: { full_name: 'acme/shop' },
    });
    expect(events.map(({ name, payload }) => [name, payload['forkee']])).toEqual([
      ['fork', expect.objectContaining({ full_name: 'olaf/shop', fork: true })],
    ]);
    expect((await town.as('olaf').repos.createFork(shopPath)).data.id).toBe(data.id);

    const original = await town.as('rita').repos.get(shopPath);
    expect(original.data).toMatchObject({ fork: false, forks_count: 1 });
    const { data: forks } = await town.as('rita').repos.listForks(shopPath);
    expect(forks.map(({ full_name }) => full_name)).toEqual(['olaf/shop']);
    const branches = await town.as('olaf').repos.listBranches(forkPath);
    expect(branches.data.map(({ name }) => name)).toEqual(['main', 'uat']);
    const objects = join(town.sandbox.git.folderOf(town.shop), '..', `${data.id}.git`, 'objects');
    expect(readdirSync(objects).toSorted()).toEqual(['info', 'pack']);
  });

  it('is pushed to by its owner only', async () => {
    await town.as('olaf').repos.createFork(shopPath);
    await tree.git('fetch', '-q', town.remote('rita'), 'main');
    await tree.git('checkout', '-q', '--detach', 'FETCH_HEAD');
    await pushToFork('mine');
    const pushed = await tree.git('push', forkRemote('will'), 'HEAD:refs/heads/theirs');
    expect(pushed.text).toContain('error: 403');
    const back = await tree.git('push', town.remote('olaf'), 'HEAD:refs/heads/here');
    expect(back.text).toContain('error: 403');
    const clone = await tree.git('clone', '-q', forkRemote('olaf'), 'fork-copy');
    expect(clone.code).toBe(0);
  });

  it('may go to an organisation one belongs to, never to the owner or by an App', async () => {
    const own = town.as('ada').repos.createFork({ ...shopPath, organization: 'acme' });
    expect(await outcomeOf(own)).toMatchObject({ status: 403 });
    const foreign = town.as('olaf').repos.createFork({ ...shopPath, organization: 'acme' });
    expect(await outcomeOf(foreign)).toMatchObject({ status: 403 });
    const robot = await installTestApp(town, {
      permissions: { administration: 'write', contents: 'write' },
    });
    expect(await outcomeOf(robot.client.repos.createFork(shopPath))).toMatchObject({ status: 403 });
    const { data } = await town
      .as('tina')
      .repos.createFork({ ...shopPath, name: 'my-shop', default_branch_only: true });
    expect(data.full_name).toBe('tina/my-shop');
    const branches = await town.as('tina').repos.listBranches({ owner: 'tina', repo: 'my-shop' });
    expect(branches.data.map(({ name }) => name)).toEqual(['main']);
  });
});

describe('a pull from a fork', () => {
  it('shows both repositories, and its head in the base', async () => {
    const { number, branch, sha } = await openPull();
    expect(await pullOf(number)).toMatchObject({
      head: { label: `olaf:${branch}`, ref: branch, sha, repo: { full_name: 'olaf/shop', fork: true } },
      base: { label: 'acme:main', repo: { full_name: 'acme/shop' } },
      author_association: 'NONE',
      maintainer_can_modify: true,
      mergeable: true,
      commits: 1,
    });
    const opened = events.find(({ name, action }) => name === 'pull_request' && action === 'opened');
    expect(opened?.repository?.name).toBe('shop');
    expect(opened?.payload['pull_request']).toMatchObject({ head: { repo: { full_name: 'olaf/shop' } } });
    const { data } = await town.as('rita').repos.getCommit({ ...shopPath, ref: `refs/pull/${number}/head` });
    expect(data.sha).toBe(sha);
    const listed = async (head: string) =>
      (await town.as('rita').pulls.list({ ...shopPath, head })).data.map((pull) => pull.number);
    expect([await listed(`olaf:${branch}`), await listed(`acme:${branch}`)]).toEqual([[number], []]);
    const answer = await ask(town, 'rita', {
      document: `query($number: Int!) { repository(owner: "acme", name: "shop") { pullRequest(number: $number) {
        isCrossRepository headRepositoryOwner { login } headRepository { nameWithOwner isFork } } } }`,
      variables: { number },
    });
    expect(answer.data).toEqual({
      repository: {
        pullRequest: {
          isCrossRepository: true,
          headRepositoryOwner: { login: 'olaf' },
          headRepository: { nameWithOwner: 'olaf/shop', isFork: true },
        },
      },
    });
  });

  it('follows its branch there, and not one of the same name here', async () => {
    const { number, branch, sha } = await openPull();
    await makeBranch(town, branch);
    await writeFile(town, { path: 'here.txt', content: 'x', branch });
    expect((await pullOf(number)).head.sha).toBe(sha);
    events = [];
    const after = await pushToFork(branch);
    const told = events.filter(({ name }) => name === 'pull_request');
    expect(told.map(({ action, payload, repository }) => [action, payload['after'], repository?.id])).toEqual(
      [['synchronize', after, town.shop.id]],
    );
    expect((await pullOf(number)).head.sha).toBe(after);
    await tree.git('push', '-q', forkRemote('olaf'), `:refs/heads/${branch}`);
    expect((await pullOf(number)).state).toBe('closed');
  });

  it('is checked and merged in the base; who opened it has contributed then', async () => {
    const { number, branch, sha } = await openPull();
    const robot = await installTestApp(town, { slug: `checker-${count}`, permissions: { checks: 'write' } });
    const { data: run } = await robot.client.checks.create({ ...shopPath, name: 'gate', head_sha: sha });
    expect(run).toMatchObject({ head_sha: sha, pull_requests: [] });
    const { data: suite } = await robot.client.checks.getSuite({
      ...shopPath,
      check_suite_id: run.check_suite?.id ?? 0,
    });
    expect(suite.head_branch).toBeNull();
    const own = town.as('olaf').pulls.merge({ ...shopPath, pull_number: number });
    expect(await outcomeOf(own)).toMatchObject({ status: 403 });
    await town.as('will').pulls.merge({ ...shopPath, pull_number: number });
    const { data: merge } = await town.as('rita').repos.getCommit({ ...shopPath, ref: 'main' });
    expect(merge.commit.message).toContain(`Merge pull request #${number} from olaf/${branch}`);
    expect(await pullOf(number)).toMatchObject({ merged: true, author_association: 'CONTRIBUTOR' });
  });

  it('is closed and opened again with the head that its branch has by then', async () => {
    const { number, branch } = await openPull();
    await town.as('olaf').pulls.update({ ...shopPath, pull_number: number, state: 'closed' });
    const later = await pushToFork(branch);
    await town.as('olaf').pulls.update({ ...shopPath, pull_number: number, state: 'open' });
    expect((await pullOf(number)).head.sha).toBe(later);
    const { data } = await town.as('rita').repos.getCommit({ ...shopPath, ref: `refs/pull/${number}/head` });
    expect(data.sha).toBe(later);
  });

  it('needs a branch one may write, of this network', async () => {
    const { branch } = await openPull();
    expect(await create(`olaf:${branch}`)).toMatchObject({
      status: 422,
      message: expect.stringContaining('must be a collaborator'),
    });
    expect(await create('uat')).toMatchObject({ message: expect.stringContaining('must be a collaborator') });
    expect(await create('nobody:main')).toMatchObject({ status: 422 });
  });
});
