import { expect, test } from 'vitest';
import { renderActionsPage } from '../../../src/sandbox/actions/page.ts';
import { openBench, workflow, type Bench } from './support.ts';

const FILE = {
  '.github/workflows/a.yml': workflow(`
a:
  runs-on: ubuntu-latest
  environment: {name: uat, url: "javascript:alert(1)"}
  steps:
    - run: |
        echo '<script>alert(1)</script>'
        echo '## It is <b>done</b>' >> "$GITHUB_STEP_SUMMARY"
    - run: exit 1`),
};

async function show(bench: Bench, path: string): Promise<string | null> {
  const page = renderActionsPage(bench.sandbox, bench.repository, { path });
  return page && `${page.title}\n${String(await page.body)}`;
}

test('the list links to the run, the run shows jobs, steps, log and summary, all escaped', async () => {
  const bench = await openBench(FILE);
  expect(await show(bench, '')).toContain('No workflow has run yet');
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(await show(bench, '')).toContain(`/alice/shop/actions/runs/${run.id}"`);
  const page = (await show(bench, `/runs/${run.id}`)) ?? '';
  expect(page).toContain('fixture #1: workflow_dispatch by\n    alice on main');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).toContain('## It is &lt;b&gt;done&lt;/b&gt;');
  expect(page).not.toContain('<script>');
  expect(page).not.toContain('href="javascript:');
  expect(page).toContain('Process completed with exit code 1');
});

test('a job has its own page, unknown ones are null', async () => {
  const bench = await openBench(FILE);
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(await show(bench, `/runs/${run.id}/job/${run.jobs[0]?.id}`)).toContain('<details class="step"');
  expect(await show(bench, `/runs/${run.id}/job/1`)).toBeNull();
  expect(await show(bench, '/runs/1')).toBeNull();
});
