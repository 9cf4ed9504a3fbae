import { expect, test } from 'vitest';
import { AT, jobOf, openBench, workflow } from './support.ts';

const PATH = '.github/workflows/a.yml';
const ACTIONS_APP_ID = 15368;

test('a job in an environment has a deployment by who started it, through github-actions, with its states, log and address', async () => {
  const bench = await openBench({
    [PATH]: workflow(`
a:
  runs-on: ubuntu-latest
  environment:
    name: uat
    url: https://uat.example.test/\${{ steps.s.outputs.id }}
  steps:
    - id: s
      run: echo "id=7" >> "$GITHUB_OUTPUT"`),
  });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  const { data: deployments } = await bench.octokit.rest.repos.listDeployments(AT);
  expect(deployments).toHaveLength(1);
  const [deployment] = deployments;
  expect(deployment).toMatchObject({ task: 'deploy', environment: 'uat', sha: run.sha, ref: 'main' });
  expect(deployment?.creator?.login).toBe('alice');
  expect(deployment?.performed_via_github_app?.id).toBe(ACTIONS_APP_ID);
  const { data: statuses } = await bench.octokit.rest.repos.listDeploymentStatuses({
    ...AT,
    deployment_id: deployment?.id ?? 0,
  });
  expect(statuses.map((one) => one.state)).toEqual(['success', 'in_progress']);
  expect(statuses[0]?.environment_url).toBe('https://uat.example.test/7');
  const named = bench.events.map((event) => `${event.name}/${event.action}`);
  expect(named.filter((name) => name.startsWith('deployment'))).toEqual([
    'deployment/created',
    'deployment_status/created',
    'deployment_status/created',
  ]);
});

test('a failed job leaves a failed deployment', async () => {
  const bench = await openBench({
    [PATH]: workflow(`
a:
  runs-on: ubuntu-latest
  environment: uat
  steps:
    - run: exit 1`),
  });
  await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  const { data: deployments } = await bench.octokit.rest.repos.listDeployments(AT);
  const { data: statuses } = await bench.octokit.rest.repos.listDeploymentStatuses({
    ...AT,
    deployment_id: deployments[0]?.id ?? 0,
  });
  expect(statuses[0]?.state).toBe('failure');
});

test('each job is a check run of github-actions on the head commit, with its annotations', async () => {
  const bench = await openBench({
    [PATH]: workflow(`
a:
  name: build and test
  runs-on: ubuntu-latest
  steps:
    - run: echo "::error file=src/x.ts,line=3,title=Broken::it is%0Abroken"
    - run: exit 1
b:
  if: false
  runs-on: ubuntu-latest
  steps:
    - run: echo never`),
  });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  const { data } = await bench.octokit.rest.checks.listForRef({ ...AT, ref: run.sha });
  const shown = data.check_runs.map((one) => [one.name, { conclusion: one.conclusion, app: one.app?.id }]);
  expect(Object.fromEntries(shown)).toEqual({
    b: { conclusion: 'skipped', app: ACTIONS_APP_ID },
    'build and test': { conclusion: 'failure', app: ACTIONS_APP_ID },
  });
  const check_run_id = jobOf(run, 'b').id;
  await expect(bench.octokit.rest.checks.rerequestRun({ ...AT, check_run_id })).rejects.toMatchObject({
    status: 422,
  });
  const { data: annotations } = await bench.octokit.rest.checks.listAnnotations({
    ...AT,
    check_run_id: jobOf(run, 'build and test').id,
  });
  expect(annotations).toMatchObject([
    {
      path: 'src/x.ts',
      start_line: 3,
      title: 'Broken',
      message: 'it is\nbroken',
      annotation_level: 'failure',
    },
  ]);
});
