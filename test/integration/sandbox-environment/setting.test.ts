import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { environmentNamed } from '../../../src/sandbox/environment/store.ts';
import { addApp, addTeam, installApp } from '../../../src/sandbox/found.ts';
import { accountOf } from '../../../src/sandbox/world.ts';
import { startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';

let world: SandboxWorld;
let environment_name = '';
let place = { owner: 'acme', repo: 'shop', environment_name };
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  environment_name = `env-${world.sandbox.world.lastId}`;
  place = { owner: 'acme', repo: 'shop', environment_name };
  await world.as('ada').rest.repos.createOrUpdateEnvironment(place);
});

const put = (settings: object, login = 'ada') =>
  world.as(login).rest.repos.createOrUpdateEnvironment({ ...place, ...settings });
const shown = async () => (await world.as('rea').rest.repos.getEnvironment(place)).data;
const rules = async () => (await world.as('rea').rest.repos.getAllDeploymentProtectionRules(place)).data;
const enable = (integration_id: number, login = 'ada') =>
  world.as(login).rest.repos.createDeploymentProtectionRule({ ...place, integration_id });

/** A further App on acme, fit to be a rule unless said otherwise. */
function anotherApp(slug: string, more: { events?: string[]; permissions?: object } = {}): number {
  const { sandbox, repository } = world;
  const owner = accountOf(sandbox.world, repository.ownerId);
  const app = addApp(sandbox, {
    slug,
    owner,
    events: more.events ?? ['deployment_protection_rule'],
    permissions: { actions: 'read', deployments: 'write', ...more.permissions },
    keys: { publicKeyPem: '', privateKeyPem: null },
  });
  installApp(sandbox, app, { account: owner });
  return app.id;
}

test('an environment begins without protection', async () => {
  expect(await shown()).toMatchObject({ protection_rules: [], deployment_branch_policy: null });
});

test('what is set is shown as rules, what is not named stays, and nothing takes a rule away', async () => {
  const { people, sandbox, repository } = world;
  const crew = addTeam(sandbox, accountOf(sandbox.world, repository.ownerId), { name: 'Crew' });
  await put({
    wait_timer: 30,
    prevent_self_review: true,
    reviewers: [
      { type: 'User', id: people['wes']?.id },
      { type: 'Team', id: crew.id },
    ],
    deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
  });
  const first = await shown();
  expect(first).toMatchObject({
    protection_rules: [
      { type: 'wait_timer', wait_timer: 30 },
      {
        type: 'required_reviewers',
        prevent_self_review: true,
        reviewers: [
          { type: 'User', reviewer: { login: 'wes' } },
          { type: 'Team', reviewer: { slug: 'crew' } },
        ],
      },
      { type: 'branch_policy' },
    ],
    deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
  });
  await put({ wait_timer: 31 });
  expect((await shown()).protection_rules?.map((one) => one.id)).toEqual(
    first.protection_rules?.map((one) => one.id),
  );
  await put({ wait_timer: 0, reviewers: null, deployment_branch_policy: null });
  expect(await shown()).toMatchObject({ protection_rules: [], deployment_branch_policy: null });
});

test('whether admins may bypass can be set, and is not published', async () => {
  await put({ can_admins_bypass: false });
  expect(environmentNamed(world.repository, environment_name).canAdminsBypass).toBe(false);
  expect(await shown()).not.toHaveProperty('can_admins_bypass');
});

test.each([
  ['a wait over 30 days', { wait_timer: 43_201 }],
  ['a negative wait', { wait_timer: -1 }],
  ['reviewers that are nobody', { reviewers: [{ type: 'User', id: 1 }] }],
  [
    'both kinds of branch policy',
    { deployment_branch_policy: { protected_branches: true, custom_branch_policies: true } },
  ],
  [
    'neither kind of branch policy',
    { deployment_branch_policy: { protected_branches: false, custom_branch_policies: false } },
  ],
])('%s is 422', async (_what, settings) => {
  await expect(put(settings)).rejects.toMatchObject({ status: 422 });
});

test('seven reviewers are 422', async () => {
  const id = world.people['wes']?.id;
  await expect(
    put({ reviewers: Array.from({ length: 7 }, () => ({ type: 'User', id })) }),
  ).rejects.toMatchObject({ status: 422 });
});

test('environments are changed by admins and Apps with administration only', async () => {
  await expect(put({ wait_timer: 1 }, 'max')).rejects.toMatchObject({ status: 403 });
  await expect(
    world
      .asApp({ actions: 'write', environments: 'write' })
      .rest.repos.createOrUpdateEnvironment({ ...place, wait_timer: 1 }),
  ).rejects.toMatchObject({ status: 403 });
  await world.asApp({ administration: 'write' }).rest.repos.createOrUpdateEnvironment(place);
});

test('branch policies need the environment to have custom ones', async () => {
  await expect(
    world.as('ada').rest.repos.createDeploymentBranchPolicy({ ...place, name: 'main' }),
  ).rejects.toMatchObject({ status: 404 });
});

test('branch policies are made once, renamed, read and deleted', async () => {
  await put({ deployment_branch_policy: { protected_branches: false, custom_branch_policies: true } });
  const { repos } = world.as('ada').rest;
  const { data: made } = await repos.createDeploymentBranchPolicy({ ...place, name: 'release/*' });
  expect(made).toMatchObject({ name: 'release/*', type: 'branch' });
  const again = await repos.createDeploymentBranchPolicy({ ...place, name: 'release/*' });
  expect(again).toMatchObject({ status: 303 });
  await repos.createDeploymentBranchPolicy({ ...place, name: 'release/*', type: 'tag' });
  const one = { ...place, branch_policy_id: made.id ?? 0 };
  await repos.updateDeploymentBranchPolicy({ ...one, name: 'main' });
  expect((await repos.getDeploymentBranchPolicy(one)).data.name).toBe('main');
  await repos.deleteDeploymentBranchPolicy(one);
  expect((await repos.listDeploymentBranchPolicies(place)).data).toMatchObject({
    total_count: 1,
    branch_policies: [{ name: 'release/*', type: 'tag' }],
  });
});

test('an App is enabled as a rule, shown, and disabled again', async () => {
  const { app } = world;
  const { data: rule } = await enable(app.id);
  expect(rule).toMatchObject({ enabled: true, app: { id: app.id, slug: 'tonic' } });
  expect(await rules()).toMatchObject({ total_count: 1, custom_deployment_protection_rules: [rule] });
  const one = { ...place, protection_rule_id: rule.id };
  expect((await world.as('rea').rest.repos.getCustomDeploymentProtectionRule(one)).data).toEqual(rule);
  await expect(enable(app.id)).rejects.toMatchObject({ status: 422 });
  await world.as('ada').rest.repos.disableDeploymentProtectionRule(one);
  expect(await rules()).toMatchObject({ total_count: 0 });
});

test('only an admin or an App with administration enables a rule', async () => {
  await expect(enable(world.app.id, 'max')).rejects.toMatchObject({ status: 403 });
  const rule = { ...place, integration_id: world.app.id };
  await expect(
    world.asApp({ deployments: 'write' }).rest.repos.createDeploymentProtectionRule(rule),
  ).rejects.toMatchObject({ status: 403 });
  await world.asApp({ administration: 'write' }).rest.repos.createDeploymentProtectionRule(rule);
});

test('only installed Apps with the event and the permissions can be rules', async () => {
  const deaf = anotherApp('deaf', { events: ['deployment'] });
  const weak = anotherApp('weak', { permissions: { deployments: 'read' } });
  const fit = anotherApp('fit');
  const { data } = await world.as('ada').rest.repos.listCustomDeploymentRuleIntegrations(place);
  const ids = data.available_custom_deployment_protection_rule_integrations?.map((one) => one.id);
  expect(ids).toEqual(expect.arrayContaining([world.app.id, fit]));
  expect(ids).not.toContain(deaf);
  for (const id of [deaf, weak, 1]) await expect(enable(id)).rejects.toMatchObject({ status: 422 });
});

test('six rules are the most', async () => {
  for (let count = 1; count <= 6; count += 1) await enable(anotherApp(`rule-${count}`));
  await expect(enable(anotherApp('rule-7'))).rejects.toMatchObject({ status: 422 });
});
