import { expect, test } from 'vitest';
import { openBench, until, workflow, type Bench } from './support.ts';
import type { WorkflowRun } from '../../../src/sandbox/actions/model.ts';

const PATH = '.github/workflows/a.yml';
const JOB = `
a:
  runs-on: ubuntu-latest
  steps:
    - run: echo x`;

/** Dispatches three runs while the first is held in its first step, then lets go. */
async function dispatchThree(bench: Bench): Promise<WorkflowRun[]> {
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  bench.runner.onStep(({ run }) => (run.number === 1 && run.conclusion === null ? held : undefined));
  const first = await bench.dispatch('a.yml');
  await until(() => first.status === 'in_progress');
  const second = await bench.dispatch('a.yml');
  await until(() => second.status === 'pending');
  const third = await bench.dispatch('a.yml');
  await until(() => third.status === 'pending');
  letGo();
  await bench.sandbox.idle();
  return [first, second, third];
}

test('queue: max keeps all that wait and runs them in order', async () => {
  const bench = await openBench({ [PATH]: workflow(JOB, 'concurrency: {group: Slot, queue: max}') });
  const order: number[] = [];
  bench.sandbox.onEvent(({ name, action, payload }) => {
    if (name === 'workflow_run' && action === 'completed')
      order.push(Number(Object(payload['workflow_run'])['run_number']));
  });
  const runs = await dispatchThree(bench);
  expect(runs.map((run) => run.conclusion)).toEqual(['success', 'success', 'success']);
  expect(order).toEqual([1, 2, 3]);
});

test('without it the older waiting run is cancelled', async () => {
  const bench = await openBench({ [PATH]: workflow(JOB, 'concurrency: slot') });
  const runs = await dispatchThree(bench);
  expect(runs.map((run) => run.conclusion)).toEqual(['success', 'cancelled', 'success']);
});

test('cancel-in-progress ends the run that is in, and names of groups do not mind case', async () => {
  const bench = await openBench({
    [PATH]: workflow(
      `
a:
  runs-on: ubuntu-latest
  steps:
    - if: github.run_number == 1
      run: sleep 300
    - if: always()
      run: echo cleaned`,
      "concurrency: {group: \"${{ github.run_number == 1 && 'slot' || 'SLOT' }}\", cancel-in-progress: true}",
    ),
  });
  const first = await bench.dispatch('a.yml');
  await until(() => first.jobs[0]?.steps[1]?.status === 'in_progress');
  const second = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect([first.conclusion, second.conclusion]).toEqual(['cancelled', 'success']);
  expect(first.jobs[0]?.steps.map((step) => step.conclusion)).toEqual(['success', 'cancelled', 'success']);
});

test('jobs have groups, too', async () => {
  const bench = await openBench({
    [PATH]: workflow(`
a:
  strategy: {matrix: {n: [1, 2, 3]}}
  concurrency: {group: one-by-one, queue: max}
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
  expect(run.conclusion).toBe('success');
  expect(most).toBe(1);
});
