import { expect, test } from 'vitest';
import { Octokit } from '@octokit/rest';
import { addUserToken } from '../../../src/sandbox/auth/token.ts';
import { addUser } from '../../../src/sandbox/found.ts';
import { AT, openBench, workflow } from './support.ts';

const PATH = '.github/workflows/a.yml';
const JOBS = `jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo "\${{ toJSON(inputs) }}" "\${{ github.event.inputs.level }}"
`;
const INPUTS = `on:
  workflow_dispatch:
    inputs:
      slot: {type: string}
      level: {type: choice, options: [low, high], default: low}
      really: {type: boolean, default: false}
      times: {type: number, default: 3}
      must: {type: string, required: true}
${JOBS}`;

function dispatchOf(
  bench: Awaited<ReturnType<typeof openBench>>,
  inputs: Record<string, unknown>,
  ref = 'main',
) {
  return bench.octokit.rest.actions.createWorkflowDispatch({ ...AT, workflow_id: 'a.yml', ref, inputs });
}

test('inputs are checked and get their types and defaults', async () => {
  const bench = await openBench({ [PATH]: INPUTS });
  await dispatchOf(bench, { must: 'x', really: 'true' });
  await bench.sandbox.idle();
  expect(bench.runs()[0]?.inputs).toEqual({ slot: '', level: 'low', really: true, times: 3, must: 'x' });
  expect(bench.runs()[0]?.payload['inputs']).toMatchObject({ really: 'true', times: '3' });
});

test.each([
  ['a missing required input', { inputs: {} }, "Required input 'must' not provided"],
  ['an unknown input', { inputs: { must: 'x', colour: 'red' } }, 'Unexpected inputs provided: ["colour"]'],
  [
    'a value that is not offered',
    { inputs: { must: 'x', level: 'huge' } },
    "Provided value 'huge' for input 'level' not in the list",
  ],
  ['a wrong boolean', { inputs: { must: 'x', really: 'perhaps' } }, 'is not a boolean'],
  ['an unknown ref', { inputs: { must: 'x' }, ref: 'nowhere' }, 'No ref found for: nowhere'],
])(
  '%s is refused with 422',
  async (_what, { inputs, ref = 'main' }: { inputs: object; ref?: string }, message) => {
    const bench = await openBench({ [PATH]: INPUTS });
    await expect(dispatchOf(bench, { ...inputs }, ref)).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining(message),
    });
    expect(bench.runs()).toEqual([]);
  },
);

test('a workflow without the trigger is refused, a missing one is not found, a broken one says where', async () => {
  const bench = await openBench({
    [PATH]: `on: push\n${JOBS}`,
    '.github/workflows/broken.yml': 'on: push\njobs: {a: {runs-on: x, stepz: []}}\n',
  });
  await expect(dispatchOf(bench, {})).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining("does not have 'workflow_dispatch' trigger"),
  });
  const missing = bench.octokit.rest.actions.createWorkflowDispatch({
    ...AT,
    workflow_id: 'b.yml',
    ref: 'main',
  });
  await expect(missing).rejects.toMatchObject({ status: 404 });
  const broken = bench.octokit.rest.actions.createWorkflowDispatch({
    ...AT,
    workflow_id: 'broken.yml',
    ref: 'main',
  });
  await expect(broken).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining("Unexpected value 'stepz'"),
  });
});

test('the file at the given ref decides, and run details come when asked for', async () => {
  const bench = await openBench({ [PATH]: workflow('a:\n  runs-on: x\n  steps: [{run: exit 1}]') });
  await bench.commit({ [PATH]: workflow('a:\n  runs-on: x\n  steps: [{run: exit 0}]') }, 'other');
  const { data, status } = await bench.octokit.request(
    'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
    {
      ...AT,
      workflow_id: 'a.yml',
      ref: 'other',
      return_run_details: true,
    },
  );
  await bench.sandbox.idle();
  expect(status).toBe(200);
  const run = bench.runs()[0];
  expect(data).toEqual({
    workflow_run_id: run?.id,
    run_url: `${bench.sandbox.apiUrl}/repos/alice/shop/actions/runs/${run?.id}`,
    html_url: `${bench.sandbox.url}/alice/shop/actions/runs/${run?.id}`,
  });
  expect(run).toMatchObject({ headBranch: 'other', ref: 'refs/heads/other', conclusion: 'success' });
});

test('somebody without write may not dispatch', async () => {
  const bench = await openBench({ [PATH]: INPUTS });
  const token = addUserToken(bench.sandbox.world, addUser(bench.sandbox, { login: 'mallory' }));
  const mallory = new Octokit({ baseUrl: bench.sandbox.apiUrl, auth: token });
  const tried = mallory.rest.actions.createWorkflowDispatch({
    ...AT,
    workflow_id: 'a.yml',
    ref: 'main',
    inputs: { must: 'x' },
  });
  await expect(tried).rejects.toMatchObject({ status: 403 });
});

test('workflows, runs, jobs and logs can be read and filtered', async () => {
  const bench = await openBench({
    [PATH]: workflow('a:\n  runs-on: ubuntu-latest\n  steps: [{run: echo hello}]'),
  });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  const { actions } = bench.octokit.rest;
  const { data: workflows } = await actions.listRepoWorkflows(AT);
  expect(workflows.workflows).toMatchObject([{ path: PATH, name: 'fixture', state: 'active' }]);
  const list = async (query: object): Promise<number> =>
    (await actions.listWorkflowRunsForRepo({ ...AT, ...query })).data.total_count;
  expect(
    await list({
      status: 'success',
      event: 'workflow_dispatch',
      branch: 'main',
      actor: 'alice',
      head_sha: run.sha,
    }),
  ).toBe(1);
  expect(await list({ created: '>=2026-11-20' })).toBe(1);
  expect(await list({ created: '2026-11-18..2026-11-19' })).toBe(0);
  expect(await list({ status: 'failure' })).toBe(0);
  expect(await list({ event: 'schedule' })).toBe(0);
  const { data: one } = await actions.getWorkflowRun({ ...AT, run_id: run.id });
  expect(one).toMatchObject({
    status: 'completed',
    conclusion: 'success',
    run_attempt: 1,
    path: PATH,
    head_sha: run.sha,
  });
  const { data: jobs } = await actions.listJobsForWorkflowRun({ ...AT, run_id: run.id });
  expect(jobs.jobs[0]?.steps?.map((step) => step.name)).toEqual(['Set up job', 'Run echo hello']);
  const { data: log } = await actions.downloadJobLogsForWorkflowRun({ ...AT, job_id: jobs.jobs[0]?.id ?? 0 });
  expect(log).toContain('2026-11-20T12:00:00Z hello\n');
});

test('webhooks tell the whole life of a run in order', async () => {
  const bench = await openBench({
    [PATH]: workflow('a:\n  runs-on: ubuntu-latest\n  steps: [{run: echo hello}]'),
  });
  await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  const told = bench.events
    .filter(({ name }) => name.startsWith('workflow'))
    .map(({ name, action }) => `${name} ${action}`);
  expect(told).toEqual([
    'workflow_dispatch null',
    'workflow_run requested',
    'workflow_job queued',
    'workflow_run in_progress',
    'workflow_job in_progress',
    'workflow_job completed',
    'workflow_run completed',
  ]);
});
