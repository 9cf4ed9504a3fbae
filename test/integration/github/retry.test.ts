import { Octokit } from '@octokit/rest';
import nock from 'nock';
import { beforeEach, describe, expect, test } from 'vitest';
import { createGitHub, type GitHub } from '../../../src/adapters/github/github.ts';
import { createOctokit, probotOptions, withOwnRules } from '../../../src/adapters/github/octokit.ts';
import { GitHubFailure } from '../../../src/ports/github.ts';
import { nockNetwork } from '../../support/nocked-network.ts';
import { thrownBy } from './support.ts';

const API = 'https://api.github.test';
const TOKEN = `ghs_123456_eyJhbGciOiJSUzI1NiJ9.${'x'.repeat(400)}.sig-na_ture`;
const RUN = '/repos/acme/shop/actions/runs/5';
const NOW_MS = 1_795_000_000_000;

function silent(): void {}
async function noWait(): Promise<void> {}

let waits: number[];
let github: GitHub;
nockNetwork();
beforeEach(() => {
  waits = [];
  const wait = async (ms: number): Promise<void> => void waits.push(ms);
  github = createGitHub({
    octokit: createOctokit({ token: TOKEN, baseUrl: API, retry: { wait, nowMs: () => NOW_MS } }),
    owner: 'acme',
    repo: 'shop',
    botLogins: ['tonic[bot]'],
    ledgerBranch: 'tonic-ledger',
    log: { info: silent, warn: silent, error: silent },
    clock: { nowMs: () => NOW_MS },
    wait,
  });
});

const ended = { status: 'completed' };
const issue = { number: 1, title: 't', body: 'b', state: 'open' };

describe('a request that may be done twice', () => {
  test('is done again after a 5xx and after a lost connection', async () => {
    nock(API).get(RUN).reply(502, {}).get(RUN).replyWithError('socket hang up').get(RUN).reply(200, ended);
    expect(await github.workflows.runState(5)).toBe('ended');
    expect(waits).toHaveLength(2);
  });

  test('is given up after three more tries, as a failure that passes', async () => {
    nock(API).get(RUN).times(4).reply(503, { message: 'Unavailable' });
    expect(await thrownBy(github.workflows.runState(5))).toMatchObject({ status: 503, retryable: true });
  });

  test('is not done again when GitHub refuses it', async () => {
    nock(API).get(RUN).reply(403, { message: 'Resource not accessible by integration' });
    expect(await thrownBy(github.workflows.runState(5))).toMatchObject({ status: 403, retryable: false });
    expect(waits).toEqual([]);
  });
});

const create = () =>
  github.deployments.create({
    environment: 'prod',
    githubEnvironment: 'PROD',
    commit: 'a'.repeat(40),
    slot: '2026-11-20/T2',
    description: 'x',
    payload: {},
  });

describe('a request that may have been carried out', () => {
  test('is not done again after a 5xx or a lost answer', async () => {
    nock(API).post('/repos/acme/shop/deployments').reply(502, {});
    expect(await thrownBy(create())).toMatchObject({ status: 502, retryable: true });
    nock(API).post('/repos/acme/shop/deployments').replyWithError('socket hang up');
    expect(await thrownBy(create())).toMatchObject({ status: null, retryable: true });
    expect(waits).toEqual([]);
  });

  test('is done again after a rate limit, which did nothing', async () => {
    nock(API)
      .post('/repos/acme/shop/deployments')
      .reply(403, { message: 'You have exceeded a secondary rate limit' }, { 'retry-after': '7' })
      .post('/repos/acme/shop/deployments')
      .reply(201, { id: 77 });
    expect(await create()).toBe(77);
    expect(waits).toEqual([7_000]);
  });
});

describe('rate limits', () => {
  test.each([
    ['429 with Retry-After', 429, { 'retry-after': '3' }, 3_000],
    [
      '403 until the limit is reset',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW_MS / 1_000 + 20) },
      20_000,
    ],
    ['429 without a word of how long', 429, {}, 60_000],
  ])('%s is waited for', async (...[, status, headers, waitMs]) => {
    nock(API).get(RUN).reply(status, { message: 'Slow down' }, headers).get(RUN).reply(200, ended);
    expect(await github.workflows.runState(5)).toBe('ended');
    expect(waits).toEqual([waitMs]);
  });

  test('a wait longer than allowed fails at once, as a failure that passes', async () => {
    nock(API).get(RUN).reply(429, {}, { 'retry-after': '3600' });
    expect(await thrownBy(github.workflows.runState(5))).toMatchObject({ status: 429, retryable: true });
    expect(waits).toEqual([]);
  });

  test('GraphQL’s own limit is a failure that passes', async () => {
    nock(API)
      .post('/graphql')
      .reply(200, { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] });
    expect(await thrownBy(github.observer.issues([1]))).toMatchObject({ retryable: true });
  });
});

const answer = (number: number) => ({
  ...issue,
  id: `I_${number}`,
  number,
  state: 'OPEN',
  createdAt: '2026-11-20T00:00:00Z',
  updatedAt: '2026-11-20T00:00:00Z',
  author: null,
  labels: { nodes: [] },
  comments: { pageInfo: { hasPreviousPage: false }, nodes: [] },
  deletions: { pageInfo: { hasPreviousPage: false }, nodes: [] },
  closings: { nodes: [] },
});

describe('GraphQL', () => {
  test('an error of one field is a failure of the one who asked for it', async () => {
    nock(API)
      .post('/graphql')
      .reply(200, {
        data: { repository: { q0: answer(1), q1: null, q2: null } },
        errors: [
          {
            type: 'FORBIDDEN',
            path: ['repository', 'q1'],
            message: 'Resource not accessible by integration',
          },
          { type: 'NOT_FOUND', path: ['repository', 'q2'], message: 'Could not resolve to an Issue' },
        ],
      });
    const [good, refused, missing] = await Promise.allSettled([
      github.observer.issues([1]),
      github.observer.pulls([9]),
      github.observer.issues([2]),
    ]);
    expect(good).toMatchObject({ status: 'fulfilled', value: [{ number: 1 }] });
    expect(refused).toMatchObject({ status: 'rejected', reason: { status: 403, retryable: false } });
    expect(missing).toEqual({ status: 'fulfilled', value: [] });
  });

  test('a part that could not be read inside what was asked for is a failure, not a gap', async () => {
    nock(API)
      .post('/graphql')
      .reply(200, {
        data: { repository: { q0: { ...answer(1), labels: null } } },
        errors: [{ type: 'NOT_FOUND', path: ['repository', 'q0', 'labels'], message: 'x' }],
      });
    expect(await thrownBy(github.observer.issues([1]))).toBeInstanceOf(GitHubFailure);
  });

  test('an answer of another shape is a failure', async () => {
    nock(API)
      .post('/graphql')
      .reply(200, { data: { repository: { q0: { ...answer(1), state: 'ARCHIVED' } } } });
    expect(await thrownBy(github.observer.issues([1]))).toMatchObject({
      retryable: false,
      message: expect.stringMatching(/unexpected shape/u),
    });
  });

  test('a repository that cannot be seen is a failure of all who asked', async () => {
    nock(API)
      .post('/graphql')
      .reply(200, {
        data: { repository: null },
        errors: [{ type: 'NOT_FOUND', path: ['repository'], message: 'Could not resolve to a Repository' }],
      });
    for (const each of await Promise.allSettled([github.observer.issues([1]), github.observer.pulls([2])])) {
      expect(each).toMatchObject({ status: 'rejected', reason: { status: 404 } });
    }
  });

  test('a document that GitHub gives up on is cut in two', async () => {
    const asked: number[] = [];
    const count = (body: unknown) => {
      asked.push((JSON.stringify(body).match(/issue\(number/gu) ?? []).length);
      return true;
    };
    nock(API).post('/graphql', count).reply(502, {});
    nock(API)
      .post('/graphql', count)
      .twice()
      .reply(200, { data: { repository: { q0: answer(1), q1: answer(2) } } });
    expect(await github.observer.issues([1, 2, 3, 4])).toHaveLength(4);
    expect(asked).toEqual([4, 2, 2]);
    expect(waits).toEqual([]);
  });

  test('more than GitHub can look up at once goes in several documents', async () => {
    let documents = 0;
    nock(API)
      .post('/graphql', () => (documents += 1) > 0)
      .times(3)
      .reply(200, { data: { repository: {} } });
    await github.observer.issues(Array.from({ length: 250 }, (_, index) => index + 1));
    expect(documents).toBe(3);
  });
});

describe('what a failure says', () => {
  test('holds no credentials, however they come back', async () => {
    nock(API)
      .get(RUN)
      .reply(400, { message: `Bad credentials: token ${TOKEN} github_pat_11ABC_def eyJa.eyJb.c` });
    const failure = await thrownBy(github.workflows.runState(5));
    expect(failure).toMatchObject({ message: expect.stringMatching(/GitHub answered 400/u) });
    const said = JSON.stringify(failure, Object.getOwnPropertyNames(failure));
    for (const secret of [TOKEN, 'xxxx', 'github_pat_11', 'eyJa']) expect(said).not.toContain(secret);
  });
});

describe('requests as GitHub wants them', () => {
  test('each names the version of the API', async () => {
    nock(API, { reqheaders: { 'x-github-api-version': '2022-11-28' } })
      .get(RUN)
      .reply(200, ended);
    await github.workflows.runState(5);
  });

  test('a deployment merges nothing, waits for no check and says whether it is production', async () => {
    const bodies: Record<string, unknown>[] = [];
    const keep = (body: Record<string, unknown>) => bodies.push(body) > 0;
    nock(API).post('/repos/acme/shop/deployments', keep).twice().reply(201, { id: 1 });
    for (const environment of ['uat', 'prod'] as const) {
      await github.deployments.create({
        environment,
        githubEnvironment: environment,
        commit: 'a'.repeat(40),
        slot: '2026-11-20/T2',
        description: 'd'.repeat(200),
        payload: { bugs: [1] },
      });
    }
    expect(bodies).toMatchObject(
      [false, true].map((production_environment) => ({
        production_environment,
        auto_merge: false,
        required_contexts: [],
        transient_environment: false,
        task: 'tonic',
        payload: { bugs: [1], slot: '2026-11-20/T2' },
        ref: 'a'.repeat(40),
        description: `${'d'.repeat(139)}…`,
      })),
    );
  });

  test('a deployment that GitHub turned into a merge is a failure', async () => {
    nock(API).post('/repos/acme/shop/deployments').reply(202, { message: 'Auto-merged main into topic' });
    const request = { environment: 'uat', githubEnvironment: 'UAT', commit: 'a', slot: 's' } as const;
    const failure = await thrownBy(github.deployments.create({ ...request, description: '', payload: {} }));
    expect(failure).toMatchObject({ status: 202, retryable: false });
  });
});

const answerDefaultBranch = () =>
  nock(API)
    .post('/graphql')
    .reply(200, { data: { repository: { q0: { name: 'trunk' } } } });

describe('servers that lack something', () => {
  const dispatches = '/repos/acme/shop/actions/workflows/t1.yml/dispatches';
  test('a workflow starts on the default branch, and its run is told', async () => {
    answerDefaultBranch();
    nock(API)
      .post(dispatches, { ref: 'trunk', inputs: { slot: 'x' }, return_run_details: true })
      .reply(200, { workflow_run_id: 99, run_url: '', html_url: '' });
    expect(await github.workflows.dispatch('t1.yml', { slot: 'x' })).toBe(99);
  });

  test('a server that does not know the run’s details starts it all the same', async () => {
    answerDefaultBranch();
    answerDefaultBranch();
    nock(API)
      .post(dispatches, (body) => 'return_run_details' in body)
      .reply(400, { message: 'Invalid' })
      .post(dispatches, (body) => !('return_run_details' in body))
      .reply(204);
    expect(await github.workflows.dispatch('t1.yml', {})).toBeNull();
  });

  test('a plan without drafts gets a pull request that is none', async () => {
    nock(API)
      .get('/repos/acme/shop/pulls')
      .query(true)
      .reply(200, [])
      .post('/repos/acme/shop/pulls', (body) => body.draft === true)
      .reply(422, { message: 'Draft pull requests are not supported in this repository.' })
      .post('/repos/acme/shop/pulls', (body) => body.draft === false)
      .reply(201, { number: 31 });
    const request = { head: 'a', base: 'main', title: 't', body: 'b', assignee: null };
    expect(await github.conflictPulls.open(request)).toBe(31);
  });

  test('a pull request that was opened although the answer was lost is found', async () => {
    nock(API)
      .get('/repos/acme/shop/pulls')
      .query(true)
      .reply(200, [])
      .post('/repos/acme/shop/pulls')
      .replyWithError('socket hang up')
      .get('/repos/acme/shop/pulls')
      .query({ head: 'acme:a', base: 'main', state: 'open' })
      .reply(200, [{ number: 31, head: { ref: 'a' } }]);
    const request = { head: 'a', base: 'main', title: 't', body: 'b', assignee: null };
    expect(await github.conflictPulls.open(request)).toBe(31);
  });

  test('a server without pins leaves the card unpinned', async () => {
    nock(API).put('/repos/acme/shop/issues/comments/4/pin').reply(404, {});
    await expect(github.issues.pinComment(4)).resolves.toBeUndefined();
  });
});

describe('roles', () => {
  const permission = '/repos/acme/shop/collaborators/ada/permission';
  const ada = { id: 1, login: 'ada' };

  test('a custom role counts as the strongest one that it includes', async () => {
    const permissions = { pull: true, triage: true, push: true, maintain: false, admin: false };
    nock(API)
      .get(permission)
      .reply(200, {
        permission: 'write',
        role_name: 'release captain',
        user: { id: 1, type: 'User', permissions },
      });
    expect(await github.members.standing(ada, [])).toMatchObject({ permission: 'write' });
  });

  test.each([401, 403, 500])('a %i is no answer, so nobody gets in on it', async (status) => {
    nock(API)
      .get(permission)
      .times(status === 500 ? 4 : 1)
      .reply(status, { message: 'no' });
    expect(await thrownBy(github.members.standing(ada, []))).toBeInstanceOf(GitHubFailure);
  });
});

test('Probot’s Octokit gets the same rules, once, without its own retry and throttle', async () => {
  expect(probotOptions({ throttle: { id: 'x' }, baseUrl: API })).toEqual({
    baseUrl: API,
    throttle: { enabled: false },
    retry: { enabled: false },
  });
  const octokit = new Octokit({
    auth: TOKEN,
    baseUrl: API,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  withOwnRules(octokit, { wait: noWait });
  // A second time changes nothing: four tries in all, not sixteen.
  withOwnRules(octokit, { wait: noWait });
  nock(API).get(RUN).times(4).reply(500, {});
  expect(await thrownBy(octokit.request(`GET ${RUN}`))).toMatchObject({ status: 500 });
});
