import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { setSecret } from '../../../src/sandbox/actions/setting.ts';
import { addApp, installApp } from '../../../src/sandbox/found.ts';
import { jobOf, logOf, openBench, workflow, type Bench } from './support.ts';

const PATH = '.github/workflows/a.yml';

test('a node action gets inputs, context and clock, and gives outputs, state and its post', async () => {
  const bench = await openBench({
    'tool/action.yml': `name: tool
inputs:
  two-words: {default: "\${{ github.repository }}"}
  given: {required: true}
outputs: {answer: {description: x}}
runs: {using: node24, main: main.js, post: post.js}
`,
    'tool/main.js': `const fs = require('fs');
const {env} = process;
const event = JSON.parse(fs.readFileSync(env.GITHUB_EVENT_PATH, 'utf8'));
fs.appendFileSync(env.GITHUB_OUTPUT, 'answer=' + [env['INPUT_TWO-WORDS'], env.INPUT_GIVEN, event.inputs.slot].join(',') + '\\n');
fs.appendFileSync(env.GITHUB_STATE, 'kept=from main\\n');
console.log('moved to ' + new Date(Date.now() + Number(env.TONIC_CLOCK_OFFSET_MS)).toISOString().slice(0, 10));
console.log([env.GITHUB_ACTOR, env.GITHUB_API_URL, env.GITHUB_JOB, env.GITHUB_EVENT_NAME, env.GITHUB_REF, env.CI, env.RUNNER_TEMP === undefined].join(' '));
console.log('secret of the machine: ' + env.SANDBOX_TEST_SECRET);
`,
    'tool/post.js': `console.log('post has ' + process.env.STATE_kept);`,
    [PATH]: `on: {workflow_dispatch: {inputs: {slot: {type: string}}}}
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - id: t
        uses: ./tool
        with: {given: " yes "}
      - run: echo "answer \${{ steps.t.outputs.answer }}"
`,
  });
  process.env['SANDBOX_TEST_SECRET'] = 'must stay here';
  onTestFinished(() => {
    delete process.env['SANDBOX_TEST_SECRET'];
  });
  const run = await bench.dispatch('a.yml', { slot: '2026-11-20/T1' });
  await bench.sandbox.idle();
  const log = logOf(run, 'a');
  expect(log).toContain('answer alice/shop, yes ,2026-11-20/T1');
  expect(log).toContain('moved to 2026-11-20');
  expect(log).toContain(`alice ${bench.sandbox.apiUrl} a workflow_dispatch refs/heads/main true false`);
  expect(log).toContain('secret of the machine: undefined');
  expect(log).toContain('post has from main');
  expect(run.conclusion).toBe('success');
});

test('our own action is taken from a folder, whatever its ref', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'own-action-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'action.yml'), 'name: own\ninputs: {}\nruns: {using: node24, main: m.js}\n');
  writeFileSync(join(folder, 'm.js'), "console.log('own action')");
  const bench = await openBench({
    [PATH]: workflow(`
a:
  runs-on: ubuntu-latest
  steps:
    - uses: acme/tonic-deploy/action@${'0'.repeat(40)}`),
  });
  bench.runner.useAction('acme/tonic-deploy/action', folder);
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(logOf(run, 'a')).toContain('own action');
});

test('checkout gives the files at the ref and keeps credentials only when told to', async () => {
  const bench = await openBench({
    'a.txt': 'one',
    [PATH]: workflow(`
a:
  permissions: {contents: read}
  runs-on: ubuntu-latest
  steps:
    - uses: actions/checkout@v7
      with: {persist-credentials: false}
    - run: |
        cat a.txt; git rev-parse HEAD; git status --short --branch
        git config --get-regexp extraheader || echo no credentials
    - uses: actions/checkout@v7
      with: {ref: other, path: there, fetch-depth: 0}
    - run: |
        cat there/a.txt; git -C there log --format=%s | wc -l
        git -C there config --get-regexp extraheader | wc -l
    - run: '! git -C there push origin HEAD:refs/heads/stolen'`),
  });
  await bench.commit({ 'a.txt': 'two' }, 'other');
  bench.repository.private = true;
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  const log = logOf(run, 'a');
  expect(log).toContain(`one${run.sha}\n## main\nno credentials`);
  expect(log).toMatch(/two\s*1\n1\n/);
  expect(log).not.toMatch(/ghs_|basic [A-Za-z0-9+/]{20}/);
  expect(run.conclusion).toBe('success');
});

const WHO = `node -e 'const {env} = process; fetch(env.GITHUB_API_URL + "/repos/" + env.GITHUB_REPOSITORY + "/issues", {method: "POST", headers: {authorization: "token " + env.TOKEN}, body: "{\\"title\\":\\"made\\"}"}).then(({status}) => console.log("code " + status))'`;

test("the job's token really has the permissions of the job and no more, and ends with it", async () => {
  const bench = await openBench({
    [PATH]: workflow(
      `
may:
  permissions: {issues: write}
  runs-on: ubuntu-latest
  steps:
    - env: {TOKEN: "\${{ github.token }}"}
      run: |
        ${WHO}
may-not:
  runs-on: ubuntu-latest
  steps:
    - env: {TOKEN: "\${{ secrets.GITHUB_TOKEN }}"}
      run: |
        ${WHO}`,
      'permissions: {}',
    ),
  });
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(logOf(run, 'may')).toContain('code 201');
  expect(logOf(run, 'may-not')).toContain('code 403');
  expect(bench.repository.issues).toHaveLength(1);
  expect(bench.sandbox.world.tokens.filter((one) => one.kind === 'installation')).toEqual([]);
});

const APP_TOKEN = (permission: string): string =>
  workflow(
    `
a:
  runs-on: ubuntu-latest
  steps:
    - id: app
      uses: actions/create-github-app-token@bcd2ba49218906704ab6c1aa796996da409d3eb1
      with:
        client-id: \${{ vars.CLIENT }}
        app-id: \${{ secrets.APP }}
        private-key: \${{ secrets.KEY }}
        ${permission}
    - env: {TOKEN: "\${{ steps.app.outputs.token }}"}
      run: |
        ${WHO}
        echo "slug \${{ steps.app.outputs.app-slug }} $TOKEN"`,
    'permissions: {}',
  );

function addTonic(bench: Bench): void {
  const app = addApp(bench.sandbox, {
    slug: 'tonic',
    owner: bench.alice,
    permissions: { issues: 'write', checks: 'read' },
    events: [],
  });
  installApp(bench.sandbox, app, { account: bench.alice });
  const now = bench.sandbox.clock.now();
  setSecret(bench.repository, { name: 'APP', value: String(app.id) }, now);
  setSecret(bench.repository, { name: 'KEY', value: app.privateKeyPem ?? '' }, now);
}

test('create-github-app-token gives a token of the App with the permissions asked for, masked', async () => {
  const bench = await openBench({ [PATH]: APP_TOKEN('permission-issues: write') });
  addTonic(bench);
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(logOf(run, 'a')).toContain('code 201\nslug tonic ***');
  expect(bench.sandbox.world.tokens.filter((one) => one.kind === 'installation')).toEqual([]);
});

test('a permission that the installation lacks is an error', async () => {
  const bench = await openBench({ [PATH]: APP_TOKEN('permission-contents: write') });
  addTonic(bench);
  const run = await bench.dispatch('a.yml');
  await bench.sandbox.idle();
  expect(jobOf(run, 'a').conclusion).toBe('failure');
  expect(logOf(run, 'a')).toContain('The permissions requested are not granted to this installation.');
});
