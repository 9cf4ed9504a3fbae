import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commitOnBranch } from '../../../src/sandbox/commit-on-branch.ts';
import { closedNumbers } from '../../../src/sandbox/push/closing-keyword.ts';
import type { SandboxEvent } from '../../../src/sandbox/webhook/event.ts';
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

let town: Town;
let tree: WorkTree;
let events: SandboxEvent[] = [];
beforeAll(async () => {
  town = await startTown();
  tree = await makeWorkTree();
  town.sandbox.onEvent((event) => events.push(event));
  await commit('README.md', 'hello\n');
  await tree.git('push', '-q', town.remote('ada'), 'HEAD:refs/heads/main');
});
afterAll(async () => {
  tree.remove();
  await town.close();
});
beforeEach(() => {
  events = [];
});

async function commit(path: string, content: string, message = `Write ${path}`): Promise<string> {
  writeFileSync(join(tree.folder, path), content);
  await tree.git('add', '.');
  await tree.git('commit', '-qm', message);
  return (await tree.git('rev-parse', 'HEAD')).text;
}

const headOf = async (branch: string): Promise<string> =>
  (await town.as('ada').git.getRef({ ...shopPath, ref: `heads/${branch}` })).data.object.sha;

describe('push and fetch', () => {
  it('give back the very commits that were pushed, and git finds them sound', async () => {
    const other = await makeWorkTree();
    const cloned = await other.git('clone', '-q', town.remote('rita'), 'copy');
    expect(cloned).toEqual({ code: 0, text: '' });
    expect((await other.git('-C', 'copy', 'rev-parse', 'HEAD')).text).toBe(await headOf('main'));
    expect((await other.git('-C', 'copy', 'fsck', '--strict')).code).toBe(0);
    other.remove();
  });

  it('tell of a push what happened, by whom, with which commits', async () => {
    const before = await headOf('main');
    const one = await commit('one.txt', '1\n');
    const two = await commit('README.md', 'hello again\n');
    await tree.git('push', '-q', town.remote('will'), 'HEAD:refs/heads/main');
    const push = events.find((event) => event.name === 'push');
    expect(push?.payload).toMatchObject({
      ref: 'refs/heads/main',
      before,
      after: two,
      created: false,
      forced: false,
      pusher: { name: 'will' },
      sender: { login: 'will' },
      commits: [
        { id: one, added: ['one.txt'], modified: [] },
        { id: two, added: [], modified: ['README.md'] },
      ],
      head_commit: { id: two },
    });
  });

  it('tell of new, forced and deleted branches', async () => {
    await tree.git('push', '-q', town.remote('will'), 'HEAD:refs/heads/topic');
    await tree.git('push', '-qf', town.remote('will'), 'HEAD~1:refs/heads/topic');
    await tree.git('push', '-q', town.remote('will'), ':refs/heads/topic');
    expect(
      events.map(({ name, payload }) => [
        name,
        payload['created'] ?? null,
        payload['forced'] ?? null,
        payload['deleted'] ?? null,
      ]),
    ).toEqual([
      ['create', null, null, null],
      ['push', true, false, false],
      ['push', false, true, false],
      ['push', false, false, true],
      ['delete', null, null, null],
    ]);
  });

  it('list only commits that no other branch has for a new branch', async () => {
    await tree.git('checkout', '-qb', 'own');
    const own = await commit('own.txt', 'own\n');
    await tree.git('push', '-q', town.remote('will'), 'HEAD:refs/heads/own');
    await tree.git('checkout', '-q', 'main');
    expect(events.find((event) => event.name === 'push')?.payload['commits']).toMatchObject([{ id: own }]);
  });

  it('are refused to those who may not', async () => {
    for (const person of ['rita', 'tina', 'olaf'] as const) {
      const pushed = await tree.git('push', town.remote(person), 'HEAD:refs/heads/forbidden');
      expect(pushed.code).not.toBe(0);
      expect(pushed.text).toMatch(/403|denied/);
    }
    expect(
      (await tree.git('push', `${town.sandbox.url}/acme/shop.git`, 'HEAD:refs/heads/forbidden')).code,
    ).not.toBe(0);
    expect(events).toEqual([]);
  });

  it('move several refs together or none', async () => {
    const before = await headOf('main');
    await commit('atomic.txt', 'x\n');
    const pushed = await tree.git(
      'push',
      '--atomic',
      town.remote('will'),
      'HEAD:refs/heads/main',
      'HEAD:refs/pull/9/head',
    );
    expect(pushed.text).toContain('deny updating a hidden ref');
    expect(await headOf('main')).toBe(before);
    expect((await tree.git('push', '-q', town.remote('will'), 'HEAD:refs/heads/main')).code).toBe(0);
  });

  it('lose a race when the expected old value is gone', async () => {
    await tree.git('fetch', '-q', town.remote('will'), 'main:refs/remotes/seen');
    const seen = (await tree.git('rev-parse', 'refs/remotes/seen')).text;
    const sha = await writeFile(town, { path: 'raced.txt', content: 'first\n' });
    const pushed = await tree.git(
      'push',
      `--force-with-lease=main:${seen}`,
      town.remote('will'),
      'HEAD~1:refs/heads/main',
    );
    expect(pushed.text).toContain('stale info');
    expect(await headOf('main')).toBe(sha);
    await tree.git('pull', '-q', '--rebase', town.remote('will'), 'main');
  });

  it('take a large history in one pack', async () => {
    const lines = Array.from({ length: 300 }, (_, at) => {
      const text = `change ${at}\n`;
      return `commit refs/heads/big\ncommitter N <n@example.com> ${1_700_000_000 + at} +0000\ndata ${text.length}\n${text}M 644 inline file${at % 40}\ndata ${text.length}\n${text}`;
    });
    spawnSync('git', ['fast-import', '--quiet'], { cwd: tree.folder, input: lines.join('\n') });
    expect((await tree.git('push', '-q', town.remote('will'), 'big')).code).toBe(0);
    expect(events.find((event) => event.name === 'push')?.payload['commits']).toHaveLength(300);
  });
});

describe('workflow files', () => {
  const workflow = { path: '.github/workflows/ci.yml', content: 'on: push\n' };

  it('may not be pushed or committed by an App without the permission, in words that name the file', async () => {
    const robot = await installTestApp(town, { slug: 'no-workflows', permissions: { contents: 'write' } });
    const call = robot.client.repos.createOrUpdateFileContents({
      ...shopPath,
      path: workflow.path,
      message: 'x',
      content: Buffer.from(workflow.content).toString('base64'),
    });
    await expect(call).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining(
        'refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission',
      ),
    });
  });

  it('may travel to another branch once a person has brought them', async () => {
    await makeBranch(town, 'uat');
    await writeFile(town, { ...workflow, branch: 'uat' });
    const robot = await installTestApp(town, { slug: 'carrier', permissions: { contents: 'write' } });
    const sha = await headOf('uat');
    expect((await robot.client.git.createRef({ ...shopPath, ref: 'refs/heads/copy', sha })).status).toBe(201);
  });
});

describe('commits by the API', () => {
  it('of an App are signed by GitHub; pushed ones and those of people are not', async () => {
    const robot = await installTestApp(town, { slug: 'signer', permissions: { contents: 'write' } });
    const head = await headOf('main');
    const made = await robot.client.git.createCommit({
      ...shopPath,
      message: 'by the App',
      tree: head,
      parents: [head],
    });
    expect(made.data.verification).toMatchObject({ verified: true, reason: 'valid' });
    expect(made.data.committer.email).toBe('noreply@github.com');
    const shown = await robot.client.repos.getCommit({ ...shopPath, ref: made.data.sha });
    expect([shown.data.author?.login, shown.data.committer?.login]).toEqual(['signer[bot]', 'web-flow']);
    const pushed = await robot.client.repos.getCommit({
      ...shopPath,
      ref: (await tree.git('rev-parse', 'HEAD~2')).text,
    });
    expect(pushed.data.commit.verification).toMatchObject({ verified: false, reason: 'unsigned' });
    const own = { name: 'signer[bot]', email: 'noreply@github.com' };
    const posing = await robot.client.git.createCommit({
      ...shopPath,
      message: 'x',
      tree: head,
      parents: [head],
      author: own,
      committer: own,
    });
    expect(posing.data.verification.verified).toBe(false);
  });

  it('keep a signature only on the text that was signed', async () => {
    const robot = await installTestApp(town, { slug: 'forger', permissions: { contents: 'write' } });
    const head = await headOf('main');
    const { data } = await robot.client.git.createCommit({
      ...shopPath,
      message: 'honest',
      tree: head,
      parents: [head],
    });
    const raw = await tree
      .git('fetch', '-q', town.remote('ada'), data.sha)
      .then(() => tree.git('cat-file', 'commit', data.sha));
    writeFileSync(join(tree.folder, '.git/forged'), raw.text.replace('honest', 'forged'));
    const forged = (await tree.git('hash-object', '-t', 'commit', '-w', '.git/forged')).text;
    await tree.git('push', '-q', town.remote('will'), `${forged}:refs/heads/forged`);
    const shown = await robot.client.git.getCommit({ ...shopPath, commit_sha: forged });
    expect(shown.data.verification).toMatchObject({ verified: false, reason: 'invalid' });
  });

  it('are made only on the head that was expected', async () => {
    const head = await headOf('main');
    const wish = {
      repository: town.shop,
      actor: { kind: 'user' as const, user: town.people.ada },
      branch: 'main',
      additions: [{ path: 'deep/er/file.txt', contents: Buffer.from('x\n') }],
      deletions: [],
      message: 'Add a file\n\nwith a body',
    };
    const results = await Promise.all([
      commitOnBranch(town.sandbox, { ...wish, expectedHeadOid: head }),
      commitOnBranch(town.sandbox, { ...wish, expectedHeadOid: head, message: 'the loser' }),
    ]);
    expect(results.map((result) => (result.kind === 'committed' ? 'committed' : result.reason))).toEqual([
      'committed',
      'stale_head',
    ]);
    const { data } = await town.as('ada').git.getTree({ ...shopPath, tree_sha: 'main', recursive: 'true' });
    expect(data.tree.map((entry) => entry.path)).toContain('deep/er/file.txt');
    const gone = await commitOnBranch(town.sandbox, {
      ...wish,
      additions: [],
      deletions: ['none.txt'],
      expectedHeadOid: await headOf('main'),
    });
    expect(gone).toMatchObject({ reason: 'path_not_found' });
  });

  it('refuse to replace a file whose blob the caller does not know', async () => {
    await writeFile(town, { path: 'known.txt', content: 'a' });
    const change = { ...shopPath, path: 'known.txt', message: 'x', content: '' };
    await expect(town.as('ada').repos.createOrUpdateFileContents(change)).rejects.toMatchObject({
      status: 422,
    });
    const wrong = { ...change, sha: '0'.repeat(40) };
    await expect(town.as('ada').repos.createOrUpdateFileContents(wrong)).rejects.toMatchObject({
      status: 409,
    });
  });
});

describe('git data', () => {
  it('builds the same trees as git', async () => {
    const ada = town.as('ada');
    const blob = await ada.git.createBlob({
      ...shopPath,
      content: Buffer.from('run\n').toString('base64'),
      encoding: 'base64',
    });
    const made = await ada.git.createTree({
      ...shopPath,
      base_tree: await headOf('main'),
      tree: [
        { path: 'bin/run', mode: '100755', type: 'blob', sha: blob.data.sha },
        { path: 'bin.txt', mode: '100644', type: 'blob', content: 'beside\n' },
        { path: 'one.txt', mode: '100644', type: 'blob', sha: null },
      ],
    });
    await tree.git('fetch', '-q', town.remote('ada'), 'main');
    await tree.git('checkout', '-q', 'FETCH_HEAD');
    await tree.git('rm', '-q', 'one.txt');
    writeFileSync(join(tree.folder, 'bin.txt'), 'beside\n');
    await tree.git('add', '.');
    await tree.git('update-index', '--add', '--cacheinfo', `100755,${blob.data.sha},bin/run`);
    const expected = (await tree.git('write-tree', '--missing-ok')).text;
    await tree.git('checkout', '-qf', 'main');
    expect(made.data.sha).toBe(expected);
  });

  it('moves refs forward only, unless forced', async () => {
    const ada = town.as('ada');
    await makeBranch(town, 'ledger');
    const head = await headOf('ledger');
    const { data: commit } = await ada.git.getCommit({ ...shopPath, commit_sha: head });
    const back = { ...shopPath, ref: 'heads/ledger', sha: commit.parents[0]?.sha ?? '' };
    await expect(ada.git.updateRef(back)).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining('fast forward'),
    });
    expect((await ada.git.updateRef({ ...back, force: true })).data.object.sha).toBe(back.sha);
    await expect(
      ada.git.createRef({ ...shopPath, ref: 'refs/heads/ledger', sha: head }),
    ).rejects.toMatchObject({ status: 422 });
    expect((await ada.git.listMatchingRefs({ ...shopPath, ref: 'heads/led' })).data).toMatchObject([
      { ref: 'refs/heads/ledger' },
    ]);
  });

  it('makes the parentless first commit of an orphan branch', async () => {
    const ada = town.as('ada');
    const { data: made } = await ada.git.createTree({
      ...shopPath,
      tree: [{ path: 'bugs/1.json', mode: '100644', content: '{}' }],
    });
    const { data: commit } = await ada.git.createCommit({
      ...shopPath,
      message: 'Begin',
      tree: made.sha,
      parents: [],
    });
    await ada.git.createRef({ ...shopPath, ref: 'refs/heads/orphan', sha: commit.sha });
    expect((await ada.repos.getBranch({ ...shopPath, branch: 'orphan' })).data.commit.parents).toEqual([]);
  });

  it('makes and reads annotated tags', async () => {
    const ada = town.as('ada');
    const { data: tag } = await ada.git.createTag({
      ...shopPath,
      tag: 'v1',
      message: 'one',
      object: await headOf('main'),
      type: 'commit',
    });
    await ada.git.createRef({ ...shopPath, ref: 'refs/tags/v1', sha: tag.sha });
    expect((await ada.git.getTag({ ...shopPath, tag_sha: tag.sha })).data).toMatchObject({
      tag: 'v1',
      message: 'one',
    });
    expect((await ada.repos.getCommit({ ...shopPath, ref: 'v1' })).data.sha).toBe(await headOf('main'));
  });

  it('takes no revision operators for names', async () => {
    for (const ref of ['main~1', 'main^{tree}', 'HEAD@{0}', '-n', ':/Write']) {
      await expect(town.as('ada').repos.getCommit({ ...shopPath, ref })).rejects.toMatchObject({
        status: 404,
      });
    }
  });
});

it('compares two branches from where they parted, with files and patches', async () => {
  await makeBranch(town, 'left');
  await makeBranch(town, 'right');
  await writeFile(town, { path: 'left.txt', content: 'l\n', branch: 'left' });
  await writeFile(town, { path: 'right.txt', content: 'r\n', branch: 'right' });
  const { data } = await town
    .as('rita')
    .repos.compareCommitsWithBasehead({ ...shopPath, basehead: 'left...right' });
  expect(data).toMatchObject({ status: 'diverged', ahead_by: 1, behind_by: 1, total_commits: 1 });
  expect(data.files).toMatchObject([
    { filename: 'right.txt', status: 'added', additions: 1, patch: '@@ -0,0 +1 @@\n+r' },
  ]);
});

it('merges branches, says so when there is nothing to merge, and names a conflict', async () => {
  const ada = town.as('ada');
  const merged = await ada.repos.merge({ ...shopPath, base: 'left', head: 'right' });
  expect(merged.data.parents).toHaveLength(2);
  expect(merged.data.commit.verification?.verified).toBe(true);
  expect((await ada.repos.merge({ ...shopPath, base: 'left', head: 'right' })).status).toBe(204);
  await writeFile(town, { path: 'both.txt', content: 'l\n', branch: 'left' });
  await writeFile(town, { path: 'both.txt', content: 'r\n', branch: 'right' });
  await expect(ada.repos.merge({ ...shopPath, base: 'left', head: 'right' })).rejects.toMatchObject({
    status: 409,
  });
});

it.each([
  ['Fixes #12', [12]],
  ['closes: #1, resolved #2 and fix acme/SHOP#3', [1, 2, 3]],
  ['fixes other/repo#4', []],
  ['prefix #5, suffixes #6', []],
  ['Resolve https://github.test/acme/shop/issues/7', [7]],
])('reads from "%s" the issues %j', (text, numbers) => {
  expect(closedNumbers(text, 'acme/shop')).toEqual(numbers);
});
