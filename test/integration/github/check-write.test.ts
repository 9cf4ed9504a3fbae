import { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGitHub } from '../../../src/adapters/github/github.ts';
import type { CheckReport } from '../../../src/ports/checks.ts';
import { openShop, SHOP, type Shop } from './support.ts';

const READ = 'POST /graphql TonicRead';
const EDIT = 'POST /graphql TonicEdit';

let shop: Shop;
let commit: string;
beforeEach(async () => {
  shop = await openShop();
  commit = await shop.head('main');
});
afterEach(() => shop.world.close());

const aReport = (changes: Partial<CheckReport> = {}): CheckReport => ({
  name: 'tonic / gate',
  commit,
  conclusion: 'failure',
  title: 'Not yet',
  summary: 'Because',
  text: null,
  annotations: [],
  actions: [],
  ...changes,
});

const runs = async () =>
  (await shop.world.as('ada').rest.checks.listForRef({ ...SHOP, ref: commit, filter: 'all' })).data
    .check_runs;

test('a first word costs a look and a write, the same again nothing, another one a write', async () => {
  const { checks } = shop.process();
  await checks.report([aReport()]);
  expect(shop.calls()).toEqual([READ, EDIT]);
  await checks.report([aReport()]);
  expect(shop.calls()).toEqual([]);
  await checks.report([aReport({ conclusion: 'success' })]);
  expect(shop.calls()).toEqual([EDIT]);
  expect(await runs()).toHaveLength(1);
});

test('what is said for the first time needs no look once anything was read', async () => {
  const { checks, observer } = shop.process();
  await observer.defaultBranchFile('README.md');
  shop.calls();
  await checks.report([aReport({ isNew: true })]);
  expect(shop.calls()).toEqual([EDIT]);
});

test('who has just read the pull request need not look', async () => {
  await shop.world.commit({ 'a.txt': 'a' }, 'fix/a');
  const { data: pull } = await shop.world
    .as('wes')
    .rest.pulls.create({ ...SHOP, head: 'fix/a', base: 'main', title: 'a' });
  await shop.process().checks.report([aReport({ commit: pull.head.sha })]);
  const { checks, observer } = shop.process();
  await observer.pulls([pull.number]);
  shop.calls();
  await checks.report([aReport({ commit: pull.head.sha })]);
  expect(shop.calls()).toEqual([]);
  await checks.report([aReport({ commit: pull.head.sha, conclusion: 'success' })]);
  expect(shop.calls()).toEqual([EDIT]);
});

test('what another process said in the meantime is seen after a while, and said over', async () => {
  const { checks } = shop.process();
  await checks.report([aReport()]);
  await shop.process().checks.report([aReport({ conclusion: 'success' })]);
  shop.world.sandbox.clock.set(shop.world.sandbox.clock.nowMs() + 10_000);
  await checks.report([aReport()]);
  expect((await runs()).map(({ conclusion }) => conclusion)).toEqual(['failure']);
});

test('checks and edits of issues of the same moment are one call', async () => {
  const { data } = await shop.world.as('rea').rest.issues.create({ ...SHOP, title: 'It breaks' });
  const { checks, issues } = shop.process();
  await Promise.all([
    issues.prepare({ labels: [], issues: [data.number] }),
    checks.report([aReport({ conclusion: null })]),
  ]);
  shop.calls();
  const comment = { key: 'k', body: 'Hello', isNew: true };
  await Promise.all([
    issues.apply([{ issue: data.number, comments: [comment] }]),
    checks.report([aReport({ conclusion: 'success' })]),
  ]);
  expect(shop.calls()).toEqual([EDIT]);
  expect((await runs()).map(({ conclusion }) => conclusion)).toEqual(['success']);
});

test('many are cut into documents of thirty', async () => {
  const { checks } = shop.process();
  const reports = Array.from({ length: 61 }, (_, at) => aReport({ name: `tonic / ${at}` }));
  await Promise.all(reports.map((report) => checks.report([report])));
  expect(shop.calls()).toEqual([READ, EDIT, EDIT, EDIT]);
  expect((await shop.process().checks.on(commit)).length).toBe(61);
});

/** The lines that a check run remarks on. */
const linesOf = async (id = 0) => {
  const { rest } = shop.world.as('ada');
  const asked = { ...SHOP, check_run_id: id, per_page: 100 };
  const pages = await Promise.all([1, 2].map((page) => rest.checks.listAnnotations({ ...asked, page })));
  return pages.flatMap(({ data }) => data.map(({ start_line: line }) => line));
};

describe('more remarks than fifty', () => {
  const annotations = Array.from({ length: 101 }, (_, at) => ({
    path: 'README.md',
    startLine: at + 1,
    endLine: at + 1,
    level: 'warning' as const,
    title: 'Look',
    message: 'here',
  }));
  test('cost a write for each further fifty, and are said once', async () => {
    const { checks } = shop.process();
    await checks.report([aReport({ annotations }), aReport({ name: 'tonic / other' })]);
    expect(shop.calls()).toEqual([READ, EDIT, EDIT, EDIT]);
    await checks.report([aReport({ annotations })]);
    await shop.process().checks.report([aReport({ annotations })]);
    expect(shop.calls()).toEqual([READ]);
    const run = (await runs()).find(({ name }) => name === 'tonic / gate');
    expect(await linesOf(run?.id)).toEqual(annotations.map(({ startLine }) => startLine));
  });

  test('that broke off in between are said anew', async () => {
    shop.world.sandbox.faults.failApi({
      path: /TonicEdit/u,
      after: 1,
      times: Infinity,
      effect: { kind: 'cut_before' },
    });
    await expect(shop.process().checks.report([aReport({ annotations })])).rejects.toThrow();
    shop.world.sandbox.faults.clear();
    await shop.process().checks.report([aReport({ annotations })]);
    const [latest] = (await runs()).toSorted((left, right) => right.id - left.id);
    expect(await linesOf(latest?.id)).toHaveLength(101);
  });
});

test('texts are cut to what GitHub takes, by bytes and between characters', async () => {
  const long = 'é'.repeat(70_000);
  await shop.process().checks.report([aReport({ title: long, summary: long, text: `x${long}` })]);
  const [run] = await runs();
  for (const text of [run?.output.summary, run?.output.text]) {
    expect(Buffer.byteLength(text ?? '')).toBeLessThanOrEqual(65_535);
    expect(text).toMatch(/é…$/u);
  }
  expect(Buffer.byteLength(run?.output.title ?? '')).toBeLessThanOrEqual(255);
});

test('a commit that is gone keeps no other check from being said, and is told', async () => {
  const { checks } = shop.process();
  const both = [aReport({ commit: 'a'.repeat(40) }), aReport()];
  await expect(checks.report(both)).rejects.toMatchObject({ name: 'GitHubFailure', retryable: false });
  expect(await runs()).toHaveLength(1);
});

/** What a branch asks for, when GitHub answers so. */
function answers(ref: object | null, errors: object[] = []) {
  const fetch = async () =>
    Response.json({ data: { repository: ref }, ...(errors.length > 0 ? { errors } : {}) });
  const github = createGitHub({
    octokit: new Octokit({ request: { fetch } }),
    ...SHOP,
    botLogins: ['tonic[bot]'],
    ledgerBranch: 'tonic-ledger',
    log: { info: () => {}, warn: () => {}, error: () => {} },
    clock: { nowMs: () => 0 },
  });
  return github.checks.required('main');
}

describe('the checks that a branch asks for', () => {
  const END = { hasNextPage: false, endCursor: null };
  const RULES = {
    rules: {
      pageInfo: END,
      nodes: [
        { parameters: { requiredStatusChecks: [{ context: 'tonic / gate', integrationId: 7 }] } },
        { parameters: { requiredStatusChecks: [{ context: 'unit', integrationId: null }] } },
        { parameters: {} },
        { parameters: null },
      ],
    },
  };
  const PINNED = [
    { context: 'tonic / gate', appId: 7 },
    { context: 'unit', appId: null },
  ];
  const NOTHING = { branchProtectionRule: null };
  const NO_NAMES = { refUpdateRule: null };

  test('come from the rulesets, with the App that they are pinned to', async () => {
    expect(await answers({ q0: RULES, q1: NOTHING, q2: NO_NAMES })).toEqual(PINNED);
  });

  test('come from classic protection where it may be read', async () => {
    const classic = {
      branchProtectionRule: { requiredStatusChecks: [{ context: 'e2e', app: { databaseId: 3 } }] },
    };
    const names = { refUpdateRule: { requiredStatusCheckContexts: ['e2e', 'lint', null] } };
    expect(await answers({ q0: RULES, q1: classic, q2: names })).toEqual([
      ...PINNED,
      { context: 'e2e', appId: 3 },
      { context: 'lint', appId: null },
    ]);
  });

  test('come by their names where classic protection is for administrators', async () => {
    const forbidden = {
      type: 'FORBIDDEN',
      path: ['repository', 'q1', 'branchProtectionRule'],
      message: 'Resource not accessible by integration',
    };
    const names = { refUpdateRule: { requiredStatusCheckContexts: ['e2e'] } };
    expect(await answers({ q0: RULES, q1: NOTHING, q2: names }, [forbidden])).toEqual([
      ...PINNED,
      { context: 'e2e', appId: null },
    ]);
  });

  test('are none where the branch does not exist', async () => {
    expect(await answers({ q0: null, q1: null, q2: null })).toEqual([]);
  });

  test('are not guessed at when the rules cannot be read', async () => {
    const forbidden = { type: 'FORBIDDEN', path: ['repository', 'q0', 'rules'], message: 'no' };
    const reading = answers({ q0: { rules: null }, q1: NOTHING, q2: NO_NAMES }, [forbidden]);
    await expect(reading).rejects.toMatchObject({ name: 'GitHubFailure', status: 403 });
  });
});
