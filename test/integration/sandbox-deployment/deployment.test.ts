import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';

let world: SandboxWorld;
const shop = { owner: 'acme', repo: 'shop' };
const plain = { ...shop, ref: 'main', auto_merge: false, required_contexts: [] };

beforeAll(async () => {
  world = await startWorld();
  await world.commit({ 'a.txt': 'a' });
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sandbox.idle();
  world.received.length = 0;
});

/** Answers the id of a deployment made by the App. */
async function deploy(environment: string, more: object = {}): Promise<number> {
  const { data } = await world.asApp().rest.repos.createDeployment({ ...plain, environment, ...more });
  if (!('id' in data)) throw new Error('no deployment');
  return data.id;
}

const succeed = (deployment_id: number, more: object = {}) =>
  world.asApp().rest.repos.createDeploymentStatus({ ...shop, deployment_id, state: 'success', ...more });

async function states(deployment_id: number): Promise<string[]> {
  const { data } = await world.as('rea').rest.repos.listDeploymentStatuses({ ...shop, deployment_id });
  return data.map((status) => status.state);
}

test('a deployment keeps what it was given and makes its environment', async () => {
  const deployment_id = await deploy('uat', { task: 'slot', payload: { slot: '2026-11-20/T1' } });
  const { data } = await world.as('rea').rest.repos.getDeployment({ ...shop, deployment_id });
  expect(data).toMatchObject({
    environment: 'uat',
    task: 'slot',
    payload: { slot: '2026-11-20/T1' },
    production_environment: false,
    creator: { login: 'tonic[bot]' },
    performed_via_github_app: { slug: 'tonic' },
  });
  const { data: list } = await world.as('rea').rest.repos.getAllEnvironments(shop);
  expect(list.environments?.map((one) => one.name)).toContain('uat');
});

/** Whether a deployment to an environment counts as production. */
async function flag(environment: string, more: object = {}): Promise<boolean | undefined> {
  const deployment_id = await deploy(environment, more);
  return (await world.as('rea').rest.repos.getDeployment({ ...shop, deployment_id })).data
    .production_environment;
}

test('production is only what is called so, unless it is said', async () => {
  expect([
    await flag('production'),
    await flag('prod'),
    await flag('prod', { production_environment: true }),
  ]).toEqual([true, false, true]);
});

test('a success makes earlier ones inactive, without a webhook, but not transient or production ones', async () => {
  const first = await deploy('stage');
  await succeed(first);
  const transient = await deploy('stage', { transient_environment: true });
  await succeed(transient, { auto_inactive: false });
  const last = await deploy('stage');
  await world.sandbox.idle();
  world.received.length = 0;
  await succeed(last);
  expect([await states(first), await states(transient), await states(last)]).toEqual([
    ['inactive', 'success'],
    ['success'],
    ['success'],
  ]);
  await world.sandbox.idle();
  expect(world.received.map((one) => one.event)).toEqual(['deployment_status']);

  const live = await deploy('live', { production_environment: true });
  await succeed(live);
  await succeed(await deploy('live', { production_environment: true }));
  expect(await states(live)).toEqual(['success']);
});

test('without auto_merge: false a branch behind the default branch is merged and not deployed', async () => {
  await world.commit({ 'b.txt': 'b' }, 'behind');
  await world.commit({ 'c.txt': 'c' });
  const { status, data } = await world
    .as('wes')
    .rest.repos.createDeployment({ ...shop, ref: 'behind', environment: 'uat' });
  expect([status, data]).toEqual([202, { message: 'Auto-merged main into behind on deployment.' }]);
  const { data: compared } = await world
    .as('rea')
    .rest.repos.compareCommitsWithBasehead({ ...shop, basehead: 'main...behind' });
  expect(compared.behind_by).toBe(0);
});

test('every context that was submitted must be green unless the list of required ones is empty', async () => {
  const sha = await world.commit({ 'd.txt': 'd' });
  await world.as('wes').rest.repos.createCommitStatus({ ...shop, sha, context: 'ci', state: 'failure' });
  await expect(
    world
      .as('wes')
      .rest.repos.createDeployment({ ...shop, ref: 'main', environment: 'uat', auto_merge: false }),
  ).rejects.toMatchObject({ status: 409 });
  expect(await deploy('uat')).toBeGreaterThan(0);
});

test('only those who may push deploy, and a ref nobody knows is 422', async () => {
  await expect(world.as('tia').rest.repos.createDeployment(plain)).rejects.toMatchObject({ status: 403 });
  await expect(
    world.as('wes').rest.repos.createDeployment({ ...plain, ref: 'nowhere' }),
  ).rejects.toMatchObject({ status: 422 });
  await expect(
    world.asApp().rest.repos.createDeploymentStatus({ ...shop, deployment_id: 1, state: 'success' }),
  ).rejects.toMatchObject({ status: 404 });
});

test('a deployment made by hand asks no rule of its environment, and is told with who made it', async () => {
  const { repos } = world.as('ada').rest;
  const guarded = { ...shop, environment_name: 'guarded' };
  await repos.createOrUpdateEnvironment({
    ...guarded,
    wait_timer: 60,
    reviewers: [{ type: 'User', id: world.people['max']?.id ?? 0 }],
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  });
  await repos.createDeploymentProtectionRule({ ...guarded, integration_id: world.app.id });
  const { data } = await world
    .as('wes')
    .rest.repos.createDeployment({ ...plain, environment: 'guarded', description: 'By hand' });
  if (!('id' in data)) throw new Error('no deployment');
  await world
    .as('wes')
    .rest.repos.createDeploymentStatus({ ...shop, deployment_id: data.id, state: 'success' });
  expect(await states(data.id)).toEqual(['success']);
  await world.sandbox.idle();
  expect(world.received).toMatchObject([
    {
      event: 'deployment',
      payload: {
        deployment: { creator: { login: 'wes' }, performed_via_github_app: null },
        sender: { login: 'wes' },
        workflow_run: null,
      },
    },
    {
      event: 'deployment_status',
      payload: {
        deployment_status: { state: 'success', creator: { login: 'wes' } },
        sender: { login: 'wes' },
      },
    },
  ]);
});

test('an active deployment stays while others are in its environment', async () => {
  const first = await deploy('busy');
  await succeed(first, { auto_inactive: false });
  await deploy('busy');
  const remove = () => world.asApp().rest.repos.deleteDeployment({ ...shop, deployment_id: first });
  await expect(remove()).rejects.toMatchObject({ status: 422 });
  await world.asApp().rest.repos.createDeploymentStatus({ ...shop, deployment_id: first, state: 'inactive' });
  expect((await remove()).status).toBe(204);
});

test('variables are set, read and listed by those who may', async () => {
  const ada = world.as('ada').rest.actions;
  await ada.createRepoVariable({ ...shop, name: 'tonic_mode', value: 'slots' });
  await expect(ada.createRepoVariable({ ...shop, name: 'TONIC_MODE', value: 'x' })).rejects.toMatchObject({
    status: 409,
  });
  await ada.updateRepoVariable({ ...shop, name: 'TONIC_MODE', value: 'paused' });
  expect((await ada.getRepoVariable({ ...shop, name: 'Tonic_Mode' })).data).toMatchObject({
    name: 'TONIC_MODE',
    value: 'paused',
  });
  await expect(world.as('rea').rest.actions.listRepoVariables(shop)).rejects.toMatchObject({ status: 403 });
  await ada.deleteRepoVariable({ ...shop, name: 'TONIC_MODE' });
  expect((await ada.listRepoVariables(shop)).data).toEqual({ total_count: 0, variables: [] });
});

test('the activity of a branch says who moved it when and from where to where, newest first', async () => {
  const wes = world.as('wes');
  const { data: head } = await wes.rest.repos.getBranch({ ...shop, branch: 'main' });
  await wes.rest.git.createRef({ ...shop, ref: 'refs/heads/uat', sha: head.commit.sha });
  const put = await wes.rest.repos.createOrUpdateFileContents({
    ...shop,
    path: 'e.txt',
    message: 'Add e',
    content: Buffer.from('e').toString('base64'),
    branch: 'uat',
  });
  const { data } = await world
    .as('rea')
    .request('GET /repos/{owner}/{repo}/activity', { ...shop, ref: 'refs/heads/uat' });
  expect(data).toMatchObject([
    {
      activity_type: 'push',
      before: head.commit.sha,
      after: put.data.commit.sha,
      actor: { login: 'wes' },
      timestamp: '2026-11-20T19:00:00Z',
    },
    { activity_type: 'branch_creation', after: head.commit.sha },
  ]);
});
