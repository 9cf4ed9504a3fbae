import { expect, test } from 'vitest';
import { latestJobs, type WorkflowRun } from '../../../src/sandbox/actions/model.ts';
import { openYard, SHOP, type Yard } from './support.ts';

const JOBS = `
plan:
  runs-on: ubuntu-latest
  outputs: {target: "\${{ steps.p.outputs.target }}"}
  steps:
    - id: p
      run: echo target=a >> "$GITHUB_OUTPUT"
deploy:
  needs: plan
  runs-on: ubuntu-latest
  environment: prod
  steps:
    - run: echo "to \${{ needs.plan.outputs.target }} in attempt \${{ github.run_attempt }}"
tell:
  needs: deploy
  runs-on: ubuntu-latest
  steps:
    - run: echo told
aside:
  runs-on: ubuntu-latest
  steps:
    - run: echo aside`;

/** A run whose deploy was rejected at the gate. */
async function rejectedRun(): Promise<{ yard: Yard; run: WorkflowRun }> {
  const yard = await openYard({ jobs: JOBS });
  await yard.enableRule();
  const run = await yard.dispatch();
  await yard.answer(run, { state: 'rejected', comment: 'Not now' });
  expect(run.conclusion).toBe('failure');
  yard.received.length = 0;
  return { yard, run };
}

const jobsOf = (run: WorkflowRun) =>
  latestJobs(run)
    .map((job) => `${job.key} ${job.conclusion ?? job.status}`)
    .toSorted();

test('a rerun is the next attempt, by whoever asked for it, and asks the App again', async () => {
  const { yard, run } = await rejectedRun();
  await yard.as('max').rest.actions.reRunWorkflow({ ...SHOP, run_id: run.id });
  await yard.sandbox.idle();
  const { data } = await yard.as('rea').rest.actions.getWorkflowRun({ ...SHOP, run_id: run.id });
  expect(data).toMatchObject({
    id: run.id,
    run_attempt: 2,
    status: 'waiting',
    conclusion: null,
    actor: { login: 'wes' },
    triggering_actor: { login: 'max' },
  });
  const asked = yard.received.filter((one) => one.event === 'deployment_protection_rule');
  expect(asked).toMatchObject([
    { payload: { sender: { login: 'max' }, deployment: { creator: { login: 'max' } } } },
  ]);
  expect(yard.events('workflow_run')).toEqual(['in_progress']);
  await yard.answer(run, { state: 'approved' });
  expect(run.conclusion).toBe('success');
  expect(run.jobs).toHaveLength(8);
});

test('rerunning what failed keeps what did not, with its outputs, and asks the App again', async () => {
  const { yard, run } = await rejectedRun();
  expect(jobsOf(run)).toEqual(['aside success', 'deploy failure', 'plan success', 'tell skipped']);
  await yard.as('wes').rest.actions.reRunWorkflowFailedJobs({ ...SHOP, run_id: run.id });
  await yard.sandbox.idle();
  expect(run.attempt).toBe(2);
  expect(jobsOf(run)).toEqual(['aside success', 'deploy waiting', 'plan success']);
  expect(yard.events('deployment_protection_rule')).toEqual(['requested']);
  await yard.answer(run, { state: 'approved' });
  expect(run.conclusion).toBe('success');
  expect(jobsOf(run)).toEqual(['aside success', 'deploy success', 'plan success', 'tell success']);
  const deploy = latestJobs(run).find((job) => job.key === 'deploy');
  expect(deploy?.steps.map((step) => step.log).join('')).toContain('to a in attempt 2');
  const started = run.jobs.filter((job) => job.key === 'plan').map((job) => job.startedAt);
  expect(new Set(started).size).toBe(1);
  const { data } = await yard.as('rea').rest.actions.listJobsForWorkflowRun({ ...SHOP, run_id: run.id });
  expect(data.jobs.map((job) => job.run_attempt)).toEqual([2, 2, 2, 2]);
});

test('an answer to the first attempt is none to the second', async () => {
  const yard = await openYard({ jobs: JOBS.replaceAll('echo told', 'exit 1') });
  await yard.enableRule();
  const run = await yard.dispatch();
  await yard.answer(run, { state: 'approved' });
  expect(run.conclusion).toBe('failure');
  await yard.as('wes').rest.actions.reRunWorkflow({ ...SHOP, run_id: run.id });
  await yard.sandbox.idle();
  expect(run.status).toBe('waiting');
});

test('what waits or has not failed is not rerun', async () => {
  const yard = await openYard({ jobs: JOBS });
  await yard.enableRule();
  const run = await yard.dispatch();
  const { actions } = yard.as('wes').rest;
  await expect(actions.reRunWorkflow({ ...SHOP, run_id: run.id })).rejects.toMatchObject({ status: 403 });
  await yard.answer(run, { state: 'approved' });
  await expect(actions.reRunWorkflowFailedJobs({ ...SHOP, run_id: run.id })).rejects.toMatchObject({
    status: 403,
  });
  await expect(yard.as('tia').rest.actions.reRunWorkflow({ ...SHOP, run_id: run.id })).rejects.toMatchObject({
    status: 403,
  });
});
