import { expect, test } from 'vitest';
import { addInstallationToken, addUserToken } from '../../../src/sandbox/auth/token.ts';
import { actionsInstallation, addUser } from '../../../src/sandbox/found.ts';
import { Octokit } from '@octokit/rest';
import { checkRule, queueRule } from '../sandbox-rule/support.ts';
import { AT, openBench, type Bench } from './support.ts';

const CI = `name: CI
on:
  push: {branches: [main, 'release/**'], paths-ignore: ['docs/**']}
  pull_request: {branches: [main]}
jobs:
  test:
    name: unit tests
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: cat a.txt && ! grep -q bad a.txt
`;
const FILES = { '.github/workflows/ci.yml': CI, 'a.txt': 'good\n' };

async function write(
  bench: Bench,
  file: { path: string; text: string; branch?: string; message?: string },
  octokit = bench.octokit,
): Promise<string> {
  const known = await octokit.rest.repos
    .getContent({ ...AT, path: file.path, ref: file.branch ?? 'main' })
    .catch(() => null);
  const sha = known && 'sha' in known.data ? { sha: known.data.sha } : {};
  const { data } = await octokit.rest.repos.createOrUpdateFileContents({
    ...AT,
    path: file.path,
    message: file.message ?? 'change',
    content: Buffer.from(file.text).toString('base64'),
    branch: file.branch ?? 'main',
    ...sha,
  });
  await bench.sandbox.idle();
  return data.commit.sha ?? '';
}

async function checksOf(bench: Bench, ref: string): Promise<(string | null)[][]> {
  const { data } = await bench.octokit.rest.checks.listForRef({ ...AT, ref });
  return data.check_runs.map((one) => [one.name, one.conclusion, one.app?.slug ?? null]);
}

test('a push runs CI, and the check says how it went', async () => {
  const bench = await openBench(FILES);
  const good = await write(bench, { path: 'a.txt', text: 'still good\n' });
  const bad = await write(bench, { path: 'a.txt', text: 'bad\n' });
  expect(await checksOf(bench, good)).toEqual([['unit tests', 'success', 'github-actions']]);
  expect(await checksOf(bench, bad)).toEqual([['unit tests', 'failure', 'github-actions']]);
});

test.each([
  ['a path that is ignored', { path: 'docs/x.md', text: 'x' }],
  ['[skip ci]', { path: 'a.txt', text: 'x', message: 'change [skip ci]' }],
])('%s starts nothing', async (_what, file) => {
  const bench = await openBench(FILES);
  await write(bench, file);
  expect(bench.runs()).toEqual([]);
});

test('what GITHUB_TOKEN pushes starts nothing', async () => {
  const bench = await openBench(FILES);
  const installation = actionsInstallation(bench.sandbox, bench.alice);
  const { token } = addInstallationToken(bench.sandbox.world, installation, {
    permissions: { contents: 'write' },
    repositoryIds: [bench.repository.id],
    workflowRunId: 1,
  });
  await write(
    bench,
    { path: 'a.txt', text: 'x' },
    new Octokit({ baseUrl: bench.sandbox.apiUrl, auth: token }),
  );
  expect(bench.runs()).toEqual([]);
});

test('a pull request runs on the merge, and its check is on the head', async () => {
  const bench = await openBench(FILES);
  await bench.octokit.rest.git.createRef({ ...AT, ref: 'refs/heads/fix', sha: await bench.commit({}) });
  await bench.sandbox.idle();
  const head = await write(bench, { path: 'b.txt', text: 'new\n', branch: 'fix' });
  await bench.octokit.rest.pulls.create({ ...AT, head: 'fix', base: 'main', title: 'A fix' });
  await bench.sandbox.idle();
  const runs = bench.runs().filter((run) => run.event === 'pull_request');
  expect(runs).toMatchObject([
    { conclusion: 'success', headSha: head, headBranch: 'fix', displayTitle: 'A fix' },
  ]);
  expect(await checksOf(bench, head)).toEqual([['unit tests', 'success', 'github-actions']]);
  const next = await write(bench, { path: 'a.txt', text: 'bad\n', branch: 'fix' });
  expect(await checksOf(bench, next)).toEqual([['unit tests', 'failure', 'github-actions']]);
});

test('a merge group runs CI on the queue’s own commit, and merges when it passes', async () => {
  const ci = CI.replace('  push:', '  merge_group: {types: [checks_requested]}\n  push:');
  const bench = await openBench({ ...FILES, '.github/workflows/ci.yml': ci });
  await bench.octokit.rest.git.createRef({
    ...AT,
    ref: 'refs/heads/fix',
    sha: (await bench.octokit.rest.repos.getBranch({ ...AT, branch: 'main' })).data.commit.sha,
  });
  await write(bench, { path: 'b.txt', text: 'b\n', branch: 'fix' });
  const { data: pull } = await bench.octokit.rest.pulls.create({
    ...AT,
    title: 'Fix',
    head: 'fix',
    base: 'main',
  });
  await bench.sandbox.idle();
  await bench.octokit.rest.repos.createRepoRuleset({
    ...AT,
    name: 'Queue',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [queueRule(), checkRule([{ context: 'unit tests', integration_id: 15368 }])],
  });
  await bench.octokit.graphql(
    `mutation($id: ID!) { enqueuePullRequest(input: { pullRequestId: $id }) { mergeQueueEntry { state } } }`,
    { id: pull.node_id },
  );
  await bench.sandbox.idle();

  const { data: merged } = await bench.octokit.rest.pulls.get({ ...AT, pull_number: pull.number });
  expect(merged.merged).toBe(true);
  expect(await checksOf(bench, merged.merge_commit_sha ?? '')).toContainEqual([
    'unit tests',
    'success',
    'github-actions',
  ]);
  expect(bench.runs().filter((run) => run.event === 'merge_group')).toHaveLength(1);
});

test('neither a fork nor a pull from one starts anything', async () => {
  const bench = await openBench(FILES);
  const stranger = addUser(bench.sandbox, { login: 'stranger' });
  const auth = addUserToken(bench.sandbox.world, stranger);
  const octokit = new Octokit({ auth, baseUrl: bench.sandbox.apiUrl });
  const { data: fork } = await octokit.rest.repos.createFork(AT);
  const there = { owner: 'stranger', repo: fork.name };
  await octokit.rest.repos.createOrUpdateFileContents({
    ...there,
    path: 'b.txt',
    message: 'From outside',
    content: '',
    branch: 'main',
  });
  const pull = { ...AT, title: 'From outside', head: 'stranger:main', base: 'main' };
  const { data } = await octokit.rest.pulls.create(pull);
  await bench.sandbox.idle();
  expect(bench.runs()).toEqual([]);
  expect(await checksOf(bench, data.head.sha)).toEqual([]);
});
