import { expect, test } from 'vitest';
import { artifactsOf, textOf } from '../../../src/sandbox/actions/artifact.ts';
import { openPages } from '../../support/sandbox-page.ts';
import { AT, jobOf, logOf, openBench, workflow, type Bench } from './support.ts';

const PATH = '.github/workflows/a.yml';

/** A run that makes files in its temporary folder and uploads some of them. */
async function upload(inputs: string, again = ''): Promise<{ bench: Bench; runId: number }> {
  const jobs = `a:
  runs-on: ubuntu-24.04
  steps:
    - run: |
        mkdir -p "$RUNNER_TEMP/out/deep"
        printf '# One' > "$RUNNER_TEMP/out/one.md"
        printf 'two <b>' > "$RUNNER_TEMP/out/deep/two.txt"
        printf hidden > "$RUNNER_TEMP/out/.three"
    - id: up
      uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1
      with: {${inputs}}
    - run: echo "id \${{ steps.up.outputs.artifact-id }}"
${again}`;
  const bench = await openBench({ [PATH]: workflow(jobs) });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  return { bench, runId: run.id };
}

const OUT = '"${{ runner.temp }}/out"';
const filesIn = ({ repository }: Bench) =>
  artifactsOf(repository).map(({ name, files }) => [name, ...files.map(({ path }) => path)]);

test('a folder is kept with the run, and seen by REST and on its page', async () => {
  const { bench, runId } = await upload(`name: records, path: ${OUT}, retention-days: 5`);
  expect(filesIn(bench)).toEqual([['records', 'deep/two.txt', 'one.md']]);
  const { data } = await bench.octokit.rest.actions.listWorkflowRunArtifacts({ ...AT, run_id: runId });
  expect(data).toMatchObject({
    total_count: 1,
    artifacts: [
      {
        name: 'records',
        size_in_bytes: 12,
        expired: false,
        workflow_run: { id: runId, head_branch: 'main' },
      },
    ],
  });
  const [artifact] = data.artifacts;
  const one = await bench.octokit.rest.actions.getArtifact({ ...AT, artifact_id: artifact?.id ?? 0 });
  expect(one.data).toEqual(artifact);
  const [run] = bench.runs();
  expect(run && logOf(run, 'a')).toContain(`id ${artifact?.id}`);
  const { text } = await openPages(() => bench.sandbox).visit(`/alice/shop/actions/runs/${runId}`);
  expect(text).toContain('deep/two.txt');
  expect(text).toContain('two &lt;b&gt;');
});

test('files are named by patterns, without those that are left out, below the folder that is looked through', async () => {
  const { bench } = await upload(
    'path: "${{ runner.temp }}/out/**/*\\n${{ runner.temp }}/out/.three\\n!${{ runner.temp }}/out/*.md"',
  );
  expect(filesIn(bench)).toEqual([['artifact', 'deep/two.txt']]);
  const [file] = artifactsOf(bench.repository).flatMap(({ files }) => files);
  expect(file && textOf(file)).toBe('two <b>');
});

test.each([
  ['warn', 'success'],
  ['error', 'failure'],
])('nothing to keep: %s is a %s', async (how, conclusion) => {
  const { bench } = await upload(`path: none, if-no-files-found: ${how}`);
  const [run] = bench.runs();
  expect(run?.conclusion).toBe(conclusion);
  expect(run && logOf(run, 'a')).toContain('No files were found with the provided path: none.');
  expect(artifactsOf(bench.repository)).toEqual([]);
});

/** One more upload under the name that is there already. */
const second = (more: string) =>
  `    - uses: actions/upload-artifact@v7\n      with: {path: "\${{ runner.temp }}/out/one.md"${more}}`;

test('a name is taken once a run, unless it is to be overwritten', async () => {
  const taken = await upload(`path: ${OUT}`, second(''));
  const [run] = taken.bench.runs();
  expect(run && jobOf(run, 'a').conclusion).toBe('failure');
  expect(run && logOf(run, 'a')).toContain('(409) Conflict');
  expect(filesIn(taken.bench)).toEqual([['artifact', 'deep/two.txt', 'one.md']]);
  const { bench } = await upload(`path: ${OUT}`, second(', overwrite: true'));
  expect(filesIn(bench)).toEqual([['artifact', 'one.md']]);
});
