import { expect, test } from 'vitest';
import { bypassGates } from '../../../src/sandbox/actions/gate/decide.ts';
import type { WorkflowRun } from '../../../src/sandbox/actions/model.ts';
import { addTeam } from '../../../src/sandbox/found.ts';
import { accountOf } from '../../../src/sandbox/world.ts';
import { complaints, openYard, SHOP, DEPLOY, type Yard } from './support.ts';

const reviewers = (yard: Yard, ...logins: string[]) => ({
  reviewers: logins.map((login) => ({ type: 'User', id: yard.people[login]?.id })),
});

/** A reviewer's word on prod. */
async function review(
  yard: Yard,
  run: WorkflowRun,
  by: { login: string; state: 'approved' | 'rejected'; environmentId: number },
) {
  const answer = await yard.as(by.login).rest.actions.reviewPendingDeploymentsForRun({
    ...SHOP,
    run_id: run.id,
    environment_ids: [by.environmentId],
    state: by.state,
    comment: 'Seen',
  });
  await yard.sandbox.idle();
  return answer.data;
}

test('a job waits for one of its reviewers; the review is told and kept', async () => {
  const yard = await openYard();
  const environmentId = await yard.protect(reviewers(yard, 'max', 'tia'));
  const run = await yard.dispatch();
  expect(run.status).toBe('waiting');
  expect(await yard.pending(run, 'tia')).toMatchObject([
    { current_user_can_approve: true, reviewers: [{ reviewer: { login: 'max' } }, {}] },
  ]);
  expect(await yard.pending(run, 'wes')).toMatchObject([{ current_user_can_approve: false }]);
  const deployments = await review(yard, run, { login: 'tia', state: 'approved', environmentId });
  expect(deployments).toMatchObject([{ environment: 'prod', creator: { login: 'wes' } }]);
  expect(run.conclusion).toBe('success');
  const reviews = yard.received.filter((one) => one.event === 'deployment_review');
  expect(reviews).toMatchObject([
    {
      action: 'requested',
      payload: {
        environment: 'prod',
        requestor: { login: 'wes' },
        reviewers: [{ type: 'User', reviewer: { login: 'max' } }, {}],
        workflow_job_run: { name: 'deploy', status: 'waiting', environment: 'prod' },
        workflow_run: { id: run.id },
        sender: { login: 'wes' },
      },
    },
    {
      action: 'approved',
      payload: {
        approver: { login: 'tia' },
        comment: 'Seen',
        workflow_job_runs: [{ name: 'deploy' }],
        workflow_run: { id: run.id, status: 'waiting' },
        sender: { login: 'tia' },
      },
    },
  ]);
  const { data } = await yard.as('rea').rest.actions.getReviewsForRun({ ...SHOP, run_id: run.id });
  expect(data).toMatchObject([{ state: 'approved', user: { login: 'tia' }, comment: 'Seen' }]);
});

test('a rejection fails the run', async () => {
  const yard = await openYard();
  const environmentId = await yard.protect(reviewers(yard, 'max'));
  const run = await yard.dispatch();
  await review(yard, run, { login: 'max', state: 'rejected', environmentId });
  expect(run.conclusion).toBe('failure');
  expect(yard.events('deployment_review')).toEqual(['requested', 'rejected']);
});

test('members of a reviewing team count, others do not, and no App does', async () => {
  const yard = await openYard();
  const { sandbox, repository, people } = yard;
  const members = people['rea'] ? [people['rea']] : [];
  const crew = addTeam(sandbox, accountOf(sandbox.world, repository.ownerId), { name: 'Crew', members });
  const environmentId = await yard.protect({ reviewers: [{ type: 'Team', id: crew.id }] });
  const run = await yard.dispatch();
  for (const login of ['ada', 'wes'])
    await expect(review(yard, run, { login, state: 'approved', environmentId })).rejects.toMatchObject({
      status: 422,
    });
  await expect(
    yard.asApp().rest.actions.reviewPendingDeploymentsForRun({
      ...SHOP,
      run_id: run.id,
      environment_ids: [environmentId],
      state: 'approved',
      comment: '',
    }),
  ).rejects.toMatchObject({ status: 403 });
  await review(yard, run, { login: 'rea', state: 'approved', environmentId });
  expect(run.conclusion).toBe('success');
});

test('who started a run reviews it only where that is allowed', async () => {
  const yard = await openYard();
  const environmentId = await yard.protect(reviewers(yard, 'wes', 'max'));
  const own = await yard.dispatch('wes');
  await review(yard, own, { login: 'wes', state: 'approved', environmentId });
  expect(own.conclusion).toBe('success');
  await yard.protect({ prevent_self_review: true });
  const run = await yard.dispatch('wes');
  await expect(review(yard, run, { login: 'wes', state: 'approved', environmentId })).rejects.toMatchObject({
    status: 422,
  });
  await review(yard, run, { login: 'max', state: 'approved', environmentId });
  expect(run.conclusion).toBe('success');
});

test('a wait timer lets the job in when the clock reaches it', async () => {
  const yard = await openYard();
  await yard.protect({ wait_timer: 30 });
  const run = await yard.dispatch();
  expect(await yard.pending(run)).toMatchObject([
    { wait_timer: 30, wait_timer_started_at: '2026-11-20T19:00:00Z' },
  ]);
  const { clock } = yard.sandbox;
  const endMs = clock.nowMs() + 30 * 60_000;
  clock.advanceTo(endMs - 1);
  await yard.sandbox.idle();
  expect(run.status).toBe('waiting');
  clock.advanceTo(endMs);
  await yard.sandbox.idle();
  expect(run.conclusion).toBe('success');
});

test('timer, reviewer and App have to agree, in any order', async () => {
  const yard = await openYard();
  const environmentId = await yard.protect({ wait_timer: 5, ...reviewers(yard, 'max') });
  await yard.enableRule();
  const run = await yard.dispatch();
  await yard.answer(run, { state: 'approved' });
  yard.sandbox.clock.advanceTo(yard.sandbox.clock.nowMs() + 5 * 60_000);
  await yard.sandbox.idle();
  expect(run.status).toBe('waiting');
  await review(yard, run, { login: 'max', state: 'approved', environmentId });
  expect(run.conclusion).toBe('success');
});

test('with deployment: false reviewers are still asked, without a deployment', async () => {
  const yard = await openYard({
    jobs: DEPLOY.replace('environment: prod', 'environment: {name: prod, deployment: false}'),
  });
  const environmentId = await yard.protect(reviewers(yard, 'max'));
  const run = await yard.dispatch();
  expect(await review(yard, run, { login: 'max', state: 'approved', environmentId })).toEqual([]);
  expect(run.conclusion).toBe('success');
  expect(await yard.states()).toEqual([]);
});

test('an admin starts waiting jobs past the rules, unless the environment forbids it', async () => {
  const yard = await openYard();
  const environmentId = await yard.protect(reviewers(yard, 'max'));
  await yard.enableRule();
  const bypass = async (run: WorkflowRun, login: string) => {
    const person = yard.people[login];
    if (!person) throw new Error(login);
    const place = { repository: yard.repository, run };
    bypassGates(yard.sandbox, place, { person, environmentIds: [environmentId], comment: 'Urgent' });
    await yard.sandbox.idle();
  };
  const run = await yard.dispatch();
  await expect(bypass(run, 'max')).rejects.toMatchObject({ status: 403 });
  await bypass(run, 'ada');
  expect(run.conclusion).toBe('success');
  await expect(bypass(run, 'ada')).rejects.toMatchObject({ status: 422 });
  await yard.protect({ can_admins_bypass: false });
  const kept = await yard.dispatch();
  await expect(bypass(kept, 'ada')).rejects.toMatchObject({ status: 403 });
  expect(kept.status).toBe('waiting');
});

test.each([
  { policy: { name: 'release/*' }, may: true },
  { policy: { name: 'main' }, may: false },
  { policy: { name: 'release/*', type: 'tag' as const }, may: false },
])('of a branch release/1 with $policy: $may', async ({ policy, may }) => {
  const yard = await openYard();
  await yard.commit({ 'b.txt': 'b' }, 'release/1');
  await yard.enableRule();
  await yard.protect({
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  });
  await yard
    .as('ada')
    .rest.repos.createDeploymentBranchPolicy({ ...SHOP, environment_name: 'prod', ...policy });
  const run = await yard.dispatch('wes', 'release/1');
  expect(run.conclusion).toBe(may ? null : 'failure');
  expect(yard.events('deployment_protection_rule')).toHaveLength(may ? 1 : 0);
  expect(await yard.states()).toEqual([[may ? 'waiting' : 'failure']]);
  const words = 'Branch "release/1" is not allowed to deploy to prod due to environment protection rules.';
  expect(complaints(run).includes(words)).toBe(!may);
});

test('where only protected branches deploy, all do until one is protected', async () => {
  const yard = await openYard();
  await yard.protect({
    deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
  });
  expect((await yard.dispatch()).conclusion).toBe('success');
  await yard.commit({ 'b.txt': 'b' }, 'release/1');
  await yard.as('ada').rest.repos.updateBranchProtection({
    ...SHOP,
    branch: 'release/1',
    required_status_checks: null,
    enforce_admins: null,
    required_pull_request_reviews: null,
    restrictions: null,
  });
  expect((await yard.dispatch('wes', 'main')).conclusion).toBe('failure');
  expect((await yard.dispatch('wes', 'release/1')).conclusion).toBe('success');
});
