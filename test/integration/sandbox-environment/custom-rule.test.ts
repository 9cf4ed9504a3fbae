import { expect, test } from 'vitest';
import { addApp, installApp } from '../../../src/sandbox/found.ts';
import { accountOf } from '../../../src/sandbox/world.ts';
import { complaints, DEPLOY, openYard, PROD, SHOP, type Yard } from './support.ts';

const NOT_SATISFIED = "The deployment was rejected or didn't satisfy other protection rules.";

/** Another App that is a rule of prod and hears at the same address. */
async function addSecondRule(yard: Yard): Promise<void> {
  const { sandbox, repository, app } = yard;
  const owner = accountOf(sandbox.world, repository.ownerId);
  const other = addApp(sandbox, {
    slug: 'second',
    owner,
    permissions: app.permissions,
    events: ['deployment_protection_rule'],
    webhook: { url: app.hook?.url ?? '', secret: 'other' },
    keys: { publicKeyPem: '', privateKeyPem: null },
  });
  installApp(sandbox, other, { account: owner });
  await yard.enableRule(other.id);
}

test('a job before a rule waits: run, job, check and deployment say so, and the sandbox is idle', async () => {
  const yard = await openYard();
  await yard.enableRule();
  const run = await yard.dispatch();
  const { actions, checks } = yard.as('rea').rest;
  const { data } = await actions.getWorkflowRun({ ...SHOP, run_id: run.id });
  expect(data).toMatchObject({
    status: 'waiting',
    conclusion: null,
    run_attempt: 1,
    event: 'workflow_dispatch',
    path: '.github/workflows/deploy.yml',
    head_sha: run.headSha,
    actor: { login: 'wes' },
    triggering_actor: { login: 'wes' },
  });
  const { data: list } = await actions.listJobsForWorkflowRun({ ...SHOP, run_id: run.id });
  expect(list.jobs).toMatchObject([{ status: 'waiting', conclusion: null }]);
  expect((await checks.get({ ...SHOP, check_run_id: run.jobs[0]?.id ?? 0 })).data.status).toBe('waiting');
  expect(await yard.states()).toEqual([['waiting']]);
  expect(yard.events('workflow_job')).toEqual(['queued', 'waiting']);
  expect(await yard.pending(run)).toMatchObject([{ environment: { name: 'prod' }, reviewers: [] }]);
});

test('the App is asked as GitHub asks: the run is only in the address, the deployment is by who started it', async () => {
  const yard = await openYard();
  await yard.enableRule();
  const run = await yard.dispatch('max');
  const [asked, ...more] = yard.received.filter((one) => one.event === 'deployment_protection_rule');
  expect(more).toEqual([]);
  expect(asked?.payload).toMatchObject({
    action: 'requested',
    environment: 'prod',
    event: 'workflow_dispatch',
    deployment_callback_url: `${yard.sandbox.apiUrl}/repos/acme/shop/actions/runs/${run.id}/deployment_protection_rule`,
    deployment: {
      sha: run.headSha,
      ref: 'main',
      task: 'deploy',
      payload: {},
      environment: 'prod',
      creator: { login: 'max' },
      performed_via_github_app: { id: 15368, slug: 'github-actions' },
    },
    pull_requests: [],
    repository: { full_name: 'acme/shop' },
    organization: { login: 'acme' },
    installation: { id: yard.installation.id },
    sender: { login: 'max' },
  });
  expect(Object.keys(asked?.payload ?? {}).toSorted()).toEqual([
    'action',
    'deployment',
    'deployment_callback_url',
    'environment',
    'event',
    'installation',
    'organization',
    'pull_requests',
    'repository',
    'sender',
  ]);
});

test('for a pull request the deployment is of its head, and the request names it', async () => {
  const yard = await openYard();
  await yard.enableRule();
  const head = await yard.commit({ 'a.txt': 'a' }, 'topic');
  await yard.as('wes').rest.pulls.create({ ...SHOP, title: 'A', head: 'topic', base: 'main' });
  await yard.sandbox.idle();
  const asked = yard.received.find((one) => one.event === 'deployment_protection_rule');
  expect(asked?.payload).toMatchObject({
    event: 'pull_request',
    deployment: { sha: head, ref: 'topic' },
    pull_requests: [{ number: 1, head: { ref: 'topic', sha: head }, base: { ref: 'main' } }],
  });
});

test('approved, the job goes on', async () => {
  const yard = await openYard();
  await yard.enableRule();
  const run = await yard.dispatch();
  expect(await yard.answer(run, { state: 'approved', comment: 'Slot is open' })).toBe(204);
  expect(run.conclusion).toBe('success');
  expect(await yard.states()).toEqual([['waiting', 'queued', 'in_progress', 'success']]);
  expect(yard.events('workflow_job')).toEqual(['queued', 'waiting', 'queued', 'in_progress', 'completed']);
  expect(yard.events('workflow_run')).toEqual(['requested', 'in_progress', 'completed']);
  expect(await yard.pending(run)).toEqual([]);
});

test('rejected, job and run fail without a step, and so does the deployment', async () => {
  const yard = await openYard();
  await yard.enableRule();
  const run = await yard.dispatch();
  await yard.answer(run, { state: 'rejected', comment: 'Frozen' });
  expect(run).toMatchObject({ status: 'completed', conclusion: 'failure' });
  expect(run.jobs).toMatchObject([{ conclusion: 'failure', steps: [] }]);
  expect(complaints(run)).toEqual([NOT_SATISFIED]);
  expect(await yard.states()).toEqual([['waiting', 'failure']]);
});

test('a decision is final: another one finds nothing that waits', async () => {
  const yard = await openYard();
  await yard.enableRule();
  await addSecondRule(yard);
  const run = await yard.dispatch();
  await yard.answer(run, { state: 'approved' });
  expect(run.status).toBe('waiting');
  for (const said of [{ state: 'rejected' }, { state: 'approved' }, { comment: 'still here' }])
    await expect(yard.answer(run, said)).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining(`No pending custom deployment requests in workflow run \`${run.id}\``),
    });
});

test('each App is asked for itself and answers for itself; all have to let the job in', async () => {
  const yard = await openYard();
  await yard.enableRule();
  const run = await yard.dispatch();
  expect(yard.events('deployment_protection_rule')).toHaveLength(1);
  await yard.answer(run, { state: 'approved' });
  await addSecondRule(yard);
  yard.received.length = 0;
  const both = await yard.dispatch();
  expect(yard.events('deployment_protection_rule')).toHaveLength(2);
  await yard.answer(both, { state: 'approved' });
  expect(both.status).toBe('waiting');
});

test.each([
  ['another environment', { environment_name: 'uat', state: 'approved' }],
  ['neither a state nor a comment', {}],
  ['an empty report', { comment: '' }],
  ['a report over 1,024 characters', { comment: 'x'.repeat(1025) }],
  ['a word that is no decision', { state: 'maybe', comment: 'x' }],
])('%s is 422 and changes nothing', async (_what, said) => {
  const yard = await openYard();
  await yard.enableRule();
  const run = await yard.dispatch();
  await expect(yard.answer(run, said)).rejects.toMatchObject({ status: 422 });
  expect(run.status).toBe('waiting');
});

test('only an App with deployments: write answers, and no person in its place', async () => {
  const yard = await openYard();
  await yard.enableRule();
  const run = await yard.dispatch();
  const path = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule';
  const said = { ...SHOP, run_id: run.id, environment_name: 'prod', state: 'approved' as const };
  await expect(
    yard.asApp({ deployments: 'read', actions: 'write' }).request(path, said),
  ).rejects.toMatchObject({ status: 403 });
  await expect(yard.as('ada').request(path, said)).rejects.toMatchObject({ status: 422 });
  expect(run.status).toBe('waiting');
});

test('ten status reports are taken, an eleventh is not; a decision still is', async () => {
  const yard = await openYard();
  await yard.enableRule();
  const run = await yard.dispatch();
  for (let count = 1; count <= 10; count += 1)
    await yard.answer(run, { comment: count === 1 ? 'x'.repeat(1024) : `report ${count}` });
  await expect(yard.answer(run, { comment: 'one more' })).rejects.toMatchObject({ status: 422 });
  expect(run.status).toBe('waiting');
  await yard.answer(run, { state: 'approved', comment: 'Now' });
  const { data } = await yard.as('rea').rest.actions.getReviewsForRun({ ...SHOP, run_id: run.id });
  expect(data.map((one) => one.state)).toEqual([...Array.from({ length: 10 }, () => 'pending'), 'approved']);
  expect(data.at(-1)).toMatchObject({
    user: { login: 'tonic[bot]' },
    comment: 'Now',
    environments: [{ name: 'prod' }],
  });
});

test('jobs that wait together share one answer, one that comes later asks anew', async () => {
  const yard = await openYard({
    jobs: `
deploy:
  strategy: {matrix: {n: [1, 2]}}
  runs-on: ubuntu-latest
  environment: prod
  steps:
    - run: echo deployed
later:
  needs: deploy
  runs-on: ubuntu-latest
  environment: prod
  steps:
    - run: echo deployed`,
  });
  await yard.enableRule();
  const run = await yard.dispatch();
  expect(yard.events('deployment_protection_rule')).toHaveLength(2);
  expect(await yard.pending(run)).toHaveLength(1);
  await yard.answer(run, { state: 'approved' });
  expect(yard.events('deployment_protection_rule')).toHaveLength(3);
  expect(run.jobs.map((job) => `${job.key} ${job.status}`).toSorted()).toEqual([
    'deploy completed',
    'deploy completed',
    'later waiting',
  ]);
  expect(run.status).toBe('waiting');
  await yard.answer(run, { state: 'approved' });
  expect(run.conclusion).toBe('success');
});

test('a job elsewhere goes on while one waits, and the run waits when it is done', async () => {
  const yard = await openYard({
    jobs: `${DEPLOY}\nother:\n  runs-on: ubuntu-latest\n  steps: [{run: echo other}]`,
  });
  await yard.enableRule();
  const run = await yard.dispatch();
  expect(run.jobs.map((job) => `${job.key} ${job.status}`).toSorted()).toEqual([
    'deploy waiting',
    'other completed',
  ]);
  expect(run.status).toBe('waiting');
});

test('deployment: false before a custom rule fails at once, and nobody is asked', async () => {
  const yard = await openYard({
    jobs: DEPLOY.replace('environment: prod', 'environment: {name: prod, deployment: false}'),
  });
  await yard.enableRule();
  const run = await yard.dispatch();
  expect(run.conclusion).toBe('failure');
  expect(complaints(run)[0]).toContain('custom deployment protection rules');
  expect(yard.events('deployment_protection_rule')).toEqual([]);
  expect(await yard.states()).toEqual([]);
});

test('a rule that is switched off is not asked', async () => {
  const yard = await openYard();
  const protection_rule_id = await yard.enableRule();
  await yard.as('ada').rest.repos.disableDeploymentProtectionRule({ ...PROD, protection_rule_id });
  expect((await yard.dispatch()).conclusion).toBe('success');
});

test('cancelled while it waits, the run is cancelled and the question is gone', async () => {
  const yard = await openYard();
  await yard.enableRule();
  const run = await yard.dispatch();
  await yard.as('wes').rest.actions.cancelWorkflowRun({ ...SHOP, run_id: run.id });
  await yard.sandbox.idle();
  expect(run.conclusion).toBe('cancelled');
  expect(await yard.states()).toEqual([['waiting', 'error']]);
  await expect(yard.answer(run, { state: 'approved' })).rejects.toMatchObject({ status: 422 });
});

test('after thirty days without an answer the job fails', async () => {
  const yard = await openYard();
  await yard.enableRule();
  const run = await yard.dispatch();
  const { clock } = yard.sandbox;
  const startMs = clock.nowMs();
  clock.advanceTo(startMs + 30 * 86_400_000 - 1000);
  await yard.sandbox.idle();
  expect(run.status).toBe('waiting');
  clock.advanceTo(startMs + 30 * 86_400_000);
  await yard.sandbox.idle();
  expect(run.conclusion).toBe('failure');
  await expect(yard.answer(run, { state: 'approved' })).rejects.toMatchObject({ status: 422 });
});

test('a run at a gate holds its concurrency group: the next waits behind it', async () => {
  const yard = await openYard({ head: 'concurrency: slot' });
  await yard.enableRule();
  const first = await yard.dispatch();
  const second = await yard.dispatch();
  expect([first.status, second.status]).toEqual(['waiting', 'pending']);
  expect(yard.events('deployment_protection_rule')).toHaveLength(1);
  await yard.answer(first, { state: 'rejected' });
  expect([first.conclusion, second.status]).toEqual(['failure', 'waiting']);
  expect(yard.events('deployment_protection_rule')).toHaveLength(2);
});
