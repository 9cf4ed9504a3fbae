import { expect, test } from 'vitest';
import { jobOf, logOf, openBench, workflow } from './support.ts';

const PATH = '.github/workflows/a.yml';

test('a script runs with outputs, environment, path and summary files, also with values of several lines', async () => {
  const bench = await openBench({
    [PATH]: workflow(`
a:
  runs-on: ubuntu-latest
  outputs:
    both: \${{ steps.one.outputs.plain }}|\${{ steps.one.outputs.long }}
  steps:
    - id: one
      run: |
        echo "plain=x=1" >> "$GITHUB_OUTPUT"
        printf 'long<<EOF\\nfirst\\nsecond\\nEOF\\n' >> "$GITHUB_OUTPUT"
        echo "COLOUR=green" >> "$GITHUB_ENV"
        mkdir bin && printf '#!/bin/sh\\necho from-path' > bin/tool && chmod +x bin/tool
        echo "$PWD/bin" >> "$GITHUB_PATH"
        echo "## Done" >> "$GITHUB_STEP_SUMMARY"
    - run: echo "$COLOUR \${{ env.COLOUR }}"; tool`),
  });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(run.conclusion).toBe('success');
  expect(jobOf(run, 'a').outputs).toEqual({ both: 'x=1|first\nsecond' });
  expect(logOf(run, 'a')).toContain('green green\nfrom-path\n');
  expect(jobOf(run, 'a').steps.map((step) => step.summary)).toContain('## Done\n');
});

test('a failed step skips the next, but not always() and failure()', async () => {
  const bench = await openBench({
    [PATH]: workflow(`
a:
  runs-on: ubuntu-latest
  steps:
    - run: exit 3
    - run: echo never
    - if: failure()
      run: echo on-failure
    - if: \${{ always() && github.event_name == 'workflow_dispatch' }}
      run: echo always`),
  });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(run.conclusion).toBe('failure');
  expect(jobOf(run, 'a').steps.map((step) => step.conclusion)).toEqual([
    'success',
    'failure',
    'skipped',
    'success',
    'success',
  ]);
});

test('an unknown action fails its step and is named', async () => {
  const bench = await openBench({
    [PATH]: workflow(`
a:
  runs-on: ubuntu-latest
  steps:
    - uses: somebody/thing@v1`),
  });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(run.conclusion).toBe('failure');
  expect(logOf(run, 'a')).toContain("does not have the action 'somebody/thing@v1'");
});
