import { expect, test } from 'vitest';
import { AT, jobOf, logOf, openBench, until, workflow } from './support.ts';

const PATH = '.github/workflows/a.yml';
const SLEEPER = workflow(`
a:
  runs-on: ubuntu-latest
  environment: prod
  steps:
    - run: |
        sleep 300 &
        echo "child $!"
        wait
    - if: always()
      run: echo cleaned up
b:
  needs: a
  if: always()
  runs-on: ubuntu-latest
  steps:
    - run: echo after`);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function startSleeper() {
  const bench = await openBench({ [PATH]: SLEEPER });
  const run = await bench.dispatch('a.yml');
  const childId = (): number => Number(/child (\d+)\n/.exec(run.jobs[0]?.steps[1]?.log ?? '')?.[1] ?? 0);
  await until(() => childId() > 0);
  return { bench, run, child: childId() };
}

test('a killed run leaves no process, runs nothing more and counts as failed', async () => {
  const { bench, run, child } = await startSleeper();
  bench.runner.kill(run.id);
  await bench.runner.finished(run.id);
  await until(() => !isAlive(child));
  expect(run).toMatchObject({ status: 'completed', conclusion: 'failure' });
  expect(run.jobs.map((job) => job.key)).toEqual(['a']);
  expect(logOf(run, 'a')).not.toContain('cleaned up');
});

test('a step listener can kill at a chosen moment, and the rerun goes through', async () => {
  const bench = await openBench({
    [PATH]: workflow(
      'a:\n  runs-on: ubuntu-latest\n  steps: [{run: echo one}, {run: echo two}, {run: echo three}]',
    ),
  });
  const stop = bench.runner.onStep(({ when, run, step }) => {
    if (when === 'after' && step.name === 'Run echo two') bench.runner.kill(run.id);
  });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(run.conclusion).toBe('failure');
  expect(logOf(run, 'a')).not.toContain('three');
  stop();
  await bench.octokit.rest.actions.reRunWorkflow({ ...AT, run_id: run.id });
  await bench.sandbox.idle();
  expect(run).toMatchObject({ attempt: 2, conclusion: 'success' });
  expect(logOf(run, 'a')).toContain('three');
  expect(run.jobs).toHaveLength(2);
});

test('a cancelled run still does its always() steps and jobs', async () => {
  const { bench, run, child } = await startSleeper();
  await bench.octokit.rest.actions.cancelWorkflowRun({ ...AT, run_id: run.id });
  await bench.sandbox.idle();
  await until(() => !isAlive(child));
  expect(run.conclusion).toBe('cancelled');
  expect(logOf(run, 'a')).toContain('cleaned up');
  await expect(bench.octokit.rest.actions.cancelWorkflowRun({ ...AT, run_id: run.id })).rejects.toMatchObject(
    { status: 409 },
  );
});

test('a run under way cannot be run again', async () => {
  const { bench, run } = await startSleeper();
  await expect(bench.octokit.rest.actions.reRunWorkflow({ ...AT, run_id: run.id })).rejects.toMatchObject({
    status: 403,
  });
  bench.runner.kill(run.id);
  await bench.runner.finished(run.id);
  expect(jobOf(run, 'a').conclusion).toBe('failure');
});

test('closing the sandbox ends what runs', async () => {
  const { bench, run, child } = await startSleeper();
  await bench.sandbox.close();
  await until(() => !isAlive(child));
  expect(run.status).toBe('completed');
});
