import { expect, test } from 'vitest';
import { setSecret, setVariable } from '../../../src/sandbox/actions/setting.ts';
import { latestJobs, type WorkflowRun } from '../../../src/sandbox/actions/model.ts';
import { jobOf, logOf, openBench, workflow } from './support.ts';

const PATH = '.github/workflows/a.yml';

test('jobs follow their needs, see results and outputs, and are skipped after a skipped one', async () => {
  const bench = await openBench({
    [PATH]: workflow(`
last:
  needs: [plan, prod]
  if: \${{ !cancelled() && needs.plan.outputs.uat == 'true' && (needs.prod.result == 'success' || needs.prod.result == 'skipped') }}
  runs-on: ubuntu-latest
  steps:
    - env: {OUTPUTS: "\${{ toJSON(needs.plan.outputs) }}"}
      run: echo "\${{ needs.prod.result }} $(echo "$OUTPUTS" | tr -d ' \\n')"
plan:
  runs-on: ubuntu-latest
  outputs:
    uat: \${{ steps.p.outputs.uat }}
    prod: \${{ steps.p.outputs.prod }}
  steps:
    - id: p
      run: |
        echo uat=true >> "$GITHUB_OUTPUT"
        echo prod=false >> "$GITHUB_OUTPUT"
prod:
  needs: plan
  if: needs.plan.outputs.prod == 'true'
  runs-on: ubuntu-latest
  steps:
    - run: exit 1
after-prod:
  needs: prod
  runs-on: ubuntu-latest
  steps:
    - run: echo never
after-last:
  needs: last
  runs-on: ubuntu-latest
  steps:
    - run: echo never, for prod is among the ancestors`),
  });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  const results = Object.fromEntries(latestJobs(run).map((job) => [job.key, job.conclusion]));
  expect(results).toEqual({
    plan: 'success',
    prod: 'skipped',
    'after-prod': 'skipped',
    last: 'success',
    'after-last': 'skipped',
  });
  expect(logOf(run, 'last')).toContain('skipped {"uat":"true","prod":"false"}');
  expect(run.conclusion).toBe('success');
});

test('a matrix makes one job a cell, with include and exclude', async () => {
  const bench = await openBench({
    [PATH]: workflow(`
a:
  strategy:
    matrix:
      os: [linux, mac]
      node: [22, 24]
      exclude: [{os: mac, node: 22}]
      include: [{os: linux, node: 24, extra: yes-indeed}]
  runs-on: \${{ matrix.os }}
  steps:
    - run: echo "\${{ matrix.os }}-\${{ matrix.node }}-\${{ matrix.extra }}"`),
  });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  const names = run.jobs.map((job) => job.name);
  expect(names).toEqual(['a (linux, 22)', 'a (linux, 24, yes-indeed)', 'a (mac, 24)']);
  expect(logOf(run, 'a (linux, 24, yes-indeed)')).toContain('linux-24-yes-indeed');
});

/** Three jobs, the second of which fails, and one that comes after them all. */
const inTurn = (failFast: boolean) => `
a:
  strategy: {max-parallel: 1, fail-fast: ${failFast}, matrix: {n: [1, 2, 3]}}
  runs-on: ubuntu-latest
  steps:
    - run: test \${{ matrix.n }} != 2
b:
  needs: a
  if: always()
  runs-on: ubuntu-latest
  steps:
    - run: echo "a was \${{ needs.a.result }}"`;

const ends = (run: WorkflowRun) => run.jobs.map(({ conclusion }) => conclusion);

test('a matrix with max-parallel goes one after the other, and with fail-fast no further than the first failure', async () => {
  const bench = await openBench({
    [PATH]: workflow(inTurn(true)),
    '.github/workflows/b.yml': workflow(inTurn(false)),
  });
  const [fast, slow] = [await bench.dispatch('a.yml'), await bench.dispatch('b.yml')];
  await bench.sandbox.idle();
  expect(ends(fast)).toEqual(['success', 'failure', 'cancelled', 'success']);
  expect(ends(slow)).toEqual(['success', 'failure', 'success', 'success']);
  expect(logOf(fast, 'b')).toContain('a was failure');
});

test('continue-on-error of a step and of a job lets the run succeed', async () => {
  const bench = await openBench({
    [PATH]: workflow(`
a:
  runs-on: ubuntu-latest
  steps:
    - id: s
      continue-on-error: true
      run: exit 1
    - run: echo "\${{ steps.s.outcome }}/\${{ steps.s.conclusion }}"
b:
  continue-on-error: \${{ github.event_name == 'workflow_dispatch' }}
  runs-on: ubuntu-latest
  steps:
    - run: exit 1`),
  });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(run.conclusion).toBe('success');
  expect(logOf(run, 'a')).toContain('failure/success');
  expect(jobOf(run, 'b').conclusion).toBe('failure');
});

test('timeout-minutes ends a job with everything it started', async () => {
  const bench = await openBench({
    [PATH]: workflow(`
a:
  runs-on: ubuntu-latest
  timeout-minutes: \${{ fromJSON('0.005') }}
  steps:
    - run: sleep 300 & sleep 300
    - run: echo never`),
  });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(run.conclusion).toBe('cancelled');
  expect(jobOf(run, 'a').annotations[0]?.message).toContain('maximum execution time');
  expect(logOf(run, 'a')).not.toContain('Run echo never');
});

test('secrets and variables come from repository and environment, and secrets never reach the log', async () => {
  const bench = await openBench({
    [PATH]: workflow(`
a:
  environment: uat
  env:
    KEY: \${{ secrets.KEY }}
  runs-on: ubuntu-latest
  steps:
    - run: |
        echo "$KEY" | tr 'a-z' 'A-Z'
        echo "$KEY"
        echo "url=\${{ vars.URL }} common=\${{ vars.COMMON }}"
        echo "::add-mask::hidden-value"
        echo "a hidden-value here"
        echo "summary $KEY" >> "$GITHUB_STEP_SUMMARY"`),
  });
  const now = bench.sandbox.clock.now();
  setSecret(bench.repository, { name: 'KEY', value: 'first-line\nsecond-line' }, now);
  setVariable(bench.repository, { name: 'URL', value: 'repository' }, now);
  setVariable(bench.repository, { name: 'url', value: 'of-uat', environment: 'UAT' }, now);
  setVariable(bench.repository, { name: 'COMMON', value: 'shared' }, now);
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  const log = logOf(run, 'a');
  expect(log).toContain('FIRST-LINE\nSECOND-LINE\n***\n***\nurl=of-uat common=shared\na *** here\n');
  expect(JSON.stringify(run)).not.toContain('second-line');
  expect(jobOf(run, 'a').steps.map((step) => step.summary)).toContain('summary ***\n***\n');
});

test('services and containers are refused in clear words', async () => {
  const bench = await openBench({
    [PATH]: workflow(`
a:
  runs-on: ubuntu-latest
  services: {db: {image: postgres}}
  steps:
    - run: echo x`),
  });
  await expect(bench.dispatch('a.yml')).rejects.toThrow("the sandbox's runner does not support services");
});

test('at most two jobs run at once', async () => {
  const bench = await openBench({
    [PATH]: workflow(`
a:
  strategy: {matrix: {n: [1, 2, 3, 4]}}
  runs-on: ubuntu-latest
  steps:
    - run: echo x`),
  });
  let most = 0;
  bench.runner.onStep(({ run }) => {
    most = Math.max(most, run.jobs.filter((job) => job.status === 'in_progress').length);
  });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(run.jobs.map((job) => job.conclusion)).toEqual(['success', 'success', 'success', 'success']);
  expect(most).toBe(2);
});

test.each([
  ['condition of a job', 'a:\n  if: fromJSON(vars.NONE) == 1\n  runs-on: x\n  steps: [{run: echo x}]'],
  ['runner of a job', "a:\n  runs-on: ${{ fromJSON('{') }}\n  steps: [{run: echo x}]"],
  [
    'matrix',
    "a:\n  strategy: {matrix: '${{ fromJSON(vars.NONE) }}'}\n  runs-on: x\n  steps: [{run: echo x}]",
  ],
])('a %s that cannot be evaluated fails the job and says why', async (_what, job) => {
  const bench = await openBench({ [PATH]: workflow(job) });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(run.conclusion).toBe('failure');
  expect(jobOf(run, 'a').annotations[0]?.message).toMatch(/^The expression `fromJSON\(.*is not valid/);
});

test('a concurrency group that cannot be evaluated fails the run and says why', async () => {
  const head = 'concurrency: {group: "${{ fromJSON(\'{\') }}"}';
  const bench = await openBench({ [PATH]: workflow('a:\n  runs-on: x\n  steps: [{run: echo x}]', head) });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(run).toMatchObject({ status: 'completed', conclusion: 'failure', jobs: [] });
  expect(run.problem).toContain('is not valid');
});

test('steps know hashFiles, and an output with a secret in it is left out', async () => {
  const bench = await openBench({
    'package-lock.json': '{}',
    [PATH]: workflow(`
a:
  runs-on: ubuntu-latest
  outputs:
    hash: \${{ steps.s.outputs.hash }}
    leak: \${{ steps.s.outputs.leak }}
  steps:
    - uses: actions/checkout@v7
    - id: s
      run: |
        echo "hash=\${{ hashFiles('**/package-lock.json') }}" >> "$GITHUB_OUTPUT"
        echo "leak=x\${{ secrets.KEY }}" >> "$GITHUB_OUTPUT"`),
  });
  setSecret(bench.repository, { name: 'KEY', value: 'sesame' }, bench.sandbox.clock.now());
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  const { outputs, annotations } = jobOf(run, 'a');
  expect(Object.keys(outputs)).toEqual(['hash']);
  expect(outputs['hash']).toMatch(/^[0-9a-f]{64}$/);
  expect(annotations[0]?.message).toContain("Skip output 'leak'");
});
