import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { rerequestRun, requestAction } from '../../../src/sandbox/check/press.ts';
import { findCheckRun } from '../../../src/sandbox/check/store.ts';
import { addApp, installApp } from '../../../src/sandbox/found.ts';
import { addInstallationToken } from '../../../src/sandbox/auth/token.ts';
import { Octokit } from '@octokit/rest';
import { QUIET, startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';

let world: SandboxWorld;
let head_sha: string;
const shop = { owner: 'acme', repo: 'shop' };

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  head_sha = await world.commit({ 'a.txt': String(Math.random()) });
  await world.sandbox.idle();
  world.received.length = 0;
});

const anotherApp = (): Octokit => {
  const { sandbox, app } = world;
  const owner = sandbox.world.accounts.find((one) => one.login === 'acme');
  if (!owner) throw new Error('acme is not there');
  const other = addApp(sandbox, {
    slug: `forger-${sandbox.world.lastId}`,
    owner,
    permissions: app.permissions,
    events: [],
  });
  const installation = installApp(sandbox, other, { account: owner });
  const { token } = addInstallationToken(sandbox.world, installation, {
    permissions: other.permissions,
    repositoryIds: null,
  });
  return new Octokit({ auth: token, baseUrl: sandbox.apiUrl, log: QUIET });
};

test('only Apps make check runs, and each run names its App', async () => {
  await expect(
    world.as('ada').rest.checks.create({ ...shop, name: 'tonic/gate', head_sha }),
  ).rejects.toMatchObject({ status: 403, message: /authenticate via a GitHub App/ });
  const { data } = await world.asApp().rest.checks.create({ ...shop, name: 'tonic/gate', head_sha });
  expect(data).toMatchObject({
    status: 'queued',
    conclusion: null,
    app: { slug: 'tonic', id: world.app.id },
  });
  await expect(
    world.asApp({ checks: 'read' }).rest.checks.create({ ...shop, name: 'x', head_sha }),
  ).rejects.toMatchObject({ status: 403 });
});

test('no App touches another App’s run, and the same name under another App is another run', async () => {
  const { data } = await world.asApp().rest.checks.create({ ...shop, name: 'tonic/gate', head_sha });
  const forger = anotherApp();
  await expect(
    forger.rest.checks.update({ ...shop, check_run_id: data.id, conclusion: 'success' }),
  ).rejects.toMatchObject({ status: 403, message: /Invalid app_id/ });
  await forger.rest.checks.create({ ...shop, name: 'tonic/gate', head_sha, conclusion: 'success' });
  const { data: all } = await world.as('rea').rest.checks.listForRef({ ...shop, ref: head_sha });
  expect(all.check_runs.map((run) => [run.name, run.conclusion])).toEqual([
    ['tonic/gate', null],
    ['tonic/gate', 'success'],
  ]);
  const { data: own } = await world
    .as('rea')
    .rest.checks.listForRef({ ...shop, ref: head_sha, app_id: world.app.id });
  expect(own.total_count).toBe(1);
});

test('a conclusion completes a run, which is told; progress opens it again', async () => {
  const app = world.asApp().rest.checks;
  const { data } = await app.create({ ...shop, name: 'gate', head_sha, status: 'in_progress' });
  const { data: done } = await app.update({
    ...shop,
    check_run_id: data.id,
    conclusion: 'failure',
    output: { title: 'Frozen', summary: 'Until Monday' },
  });
  expect(done).toMatchObject({ status: 'completed', conclusion: 'failure', output: { title: 'Frozen' } });
  const { data: again } = await app.update({ ...shop, check_run_id: data.id, status: 'in_progress' });
  expect(again).toMatchObject({ status: 'in_progress', conclusion: null, completed_at: null });
  await world.sandbox.idle();
  expect(world.received.map((one) => `${one.event}.${one.action}`)).toEqual([
    'check_run.created',
    'check_run.completed',
    'check_suite.completed',
  ]);
});

test('GitHub’s limits on a run are kept: three buttons, their texts, 50 annotations, 65,535 characters', async () => {
  const make = (more: object) =>
    world.asApp().rest.checks.create({ ...shop, name: 'gate', head_sha, ...more });
  const button = { label: 'x'.repeat(20), description: 'x'.repeat(40), identifier: 'x'.repeat(20) };
  await make({ actions: [button, button, button] });
  for (const more of [
    { actions: [button, button, button, button] },
    { actions: [{ ...button, label: 'x'.repeat(21) }] },
    { actions: [{ ...button, description: 'x'.repeat(41) }] },
    { actions: [{ ...button, identifier: 'x'.repeat(21) }] },
    { output: { title: 't', summary: 'x'.repeat(65_536) } },
    { status: 'completed' },
  ]) {
    await expect(make(more)).rejects.toMatchObject({ status: 422 });
  }
  await expect(
    world.asApp().rest.checks.create({ ...shop, name: 'gate', head_sha: 'f'.repeat(40) }),
  ).rejects.toMatchObject({ status: 422, message: /No commit found/ });
});

test('a button reaches its own App only, pressed by somebody with write', async () => {
  const own = await startWorld();
  try {
    const { sandbox, repository, received, app } = own;
    const owner = sandbox.world.accounts.find((one) => one.login === 'acme');
    if (!owner || !app.hook) throw new Error('acme or its App is not there');
    const { url, secret } = app.hook;
    // It hears of everything else, at the same address.
    const other = addApp(sandbox, {
      slug: 'other',
      owner,
      permissions: app.permissions,
      events: ['*'],
      webhook: { url, secret },
    });
    installApp(sandbox, other, { account: owner });
    const { data } = await own.asApp().rest.checks.create({
      ...shop,
      name: 'gate',
      head_sha: await own.commit({ 'b.txt': 'b' }),
      conclusion: 'action_required',
      actions: [{ label: 'Approve', description: 'Approve PROD', identifier: 'approve' }],
    });
    await sandbox.idle();
    expect(received.filter(({ action }) => action === 'created')).toHaveLength(2);
    received.length = 0;

    const place = { repository, run: findCheckRun(repository, data.id) };
    const by = (login: string) => {
      const user = own.people[login];
      if (!user) throw new Error(login);
      return { kind: 'user' as const, user };
    };
    const press = (identifier: string, login: string) =>
      requestAction(sandbox, place, { identifier, actor: by(login) });
    expect(() => press('approve', 'tia')).toThrow(/write/);
    expect(() => press('other', 'wes')).toThrow('Not Found');
    press('approve', 'wes');
    rerequestRun(sandbox, place, by('wes'));
    await sandbox.idle();
    expect(received).toMatchObject([
      {
        event: 'check_run',
        action: 'requested_action',
        payload: {
          requested_action: { identifier: 'approve' },
          sender: { login: 'wes' },
          check_run: { id: data.id, app: { slug: 'tonic' } },
        },
      },
      { event: 'check_run', action: 'rerequested' },
    ]);
  } finally {
    await own.close();
  }
});

test('a suite that was asked for again is queued until its App reports; no other App asks', async () => {
  const app = world.asApp().rest.checks;
  const { data: run } = await app.create({ ...shop, name: 'gate', head_sha, conclusion: 'failure' });
  const check_suite_id = run.check_suite?.id ?? 0;
  const state = async () => {
    const { data } = await app.getSuite({ ...shop, check_suite_id });
    return [data.status, data.conclusion];
  };
  expect(await state()).toEqual(['completed', 'failure']);
  await expect(anotherApp().rest.checks.rerequestSuite({ ...shop, check_suite_id })).rejects.toMatchObject({
    status: 403,
  });
  await app.rerequestSuite({ ...shop, check_suite_id });
  expect(await state()).toEqual(['queued', null]);
  await app.update({ ...shop, check_run_id: run.id, conclusion: 'success' });
  expect(await state()).toEqual(['completed', 'success']);
  await app.rerequestRun({ ...shop, check_run_id: run.id });
  expect(await state()).toEqual(['queued', null]);
  await world.sandbox.idle();
  expect(world.received.filter(({ action }) => action === 'rerequested').map(({ event }) => event)).toEqual([
    'check_suite',
    'check_run',
  ]);
});

test('every App hears when the last run of a suite has ended, whoever’s it is', async () => {
  const app = anotherApp().rest.checks;
  const suites = () => world.received.filter(({ event }) => event === 'check_suite');
  const { data: first } = await app.create({ ...shop, name: 'unit', head_sha, status: 'in_progress' });
  const { data: second } = await app.create({ ...shop, name: 'e2e', head_sha, status: 'in_progress' });
  await app.update({ ...shop, check_run_id: first.id, conclusion: 'success' });
  await world.sandbox.idle();
  expect(suites()).toEqual([]);
  await app.update({ ...shop, check_run_id: second.id, conclusion: 'failure' });
  await world.sandbox.idle();
  expect(suites()).toMatchObject([
    { action: 'completed', payload: { check_suite: { head_sha, conclusion: 'failure' } } },
  ]);
});

test('the latest status of each context counts, and one failure fails them all', async () => {
  const wes = world.as('wes').rest.repos;
  const say = (context: string, state: 'success' | 'failure' | 'pending') =>
    wes.createCommitStatus({ ...shop, sha: head_sha, context, state });
  const combined = async () => (await wes.getCombinedStatusForRef({ ...shop, ref: head_sha })).data;
  expect((await combined()).state).toBe('pending');
  await say('ci', 'failure');
  await say('lint', 'success');
  expect((await combined()).state).toBe('failure');
  await say('ci', 'success');
  expect(await combined()).toMatchObject({ state: 'success', total_count: 2 });
  const { data } = await wes.listCommitStatusesForRef({ ...shop, ref: head_sha });
  expect(data.map((status) => [status.context, status.state])).toEqual([
    ['ci', 'success'],
    ['lint', 'success'],
    ['ci', 'failure'],
  ]);
  await expect(
    world.as('tia').rest.repos.createCommitStatus({ ...shop, sha: head_sha, state: 'success' }),
  ).rejects.toMatchObject({ status: 403 });
  await world.sandbox.idle();
  expect(world.received[0]).toMatchObject({
    event: 'status',
    payload: { context: 'ci', state: 'failure', branches: [{ name: 'main' }], sender: { login: 'wes' } },
  });
});
