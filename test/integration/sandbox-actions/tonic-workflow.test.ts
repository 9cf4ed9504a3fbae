import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { setVariable } from '../../../src/sandbox/actions/setting.ts';
import { latestJobs } from '../../../src/sandbox/actions/model.ts';
import { createClock } from '../../../src/sandbox/clock.ts';
import { openBench, type Bench } from './support.ts';

const FILES = Object.fromEntries(
  ['t1', 't2', 'rollback', 'hotfix'].map((name) => {
    const path = `.github/workflows/tonic-${name}.yml`;
    return [path, readFileSync(path, 'utf8')];
  }),
);

/** Stands in for our action: its plan says what the variables of the test want, its phases fail when told to. */
function useStandIn(bench: Bench, plan: { prod?: string; uat?: string; failing?: string }): void {
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const inputs = ['command', 'phase', 'slot', 'release', 'token', 'app-slug']
    .map((name) => `  ${name}: {required: false}`)
    .join('\n');
  writeFileSync(
    join(folder, 'action.yml'),
    `name: stand-in\ninputs:\n${inputs}\nruns: {using: node24, main: main.js}\n`,
  );
  writeFileSync(
    join(folder, 'main.js'),
    `const fs = require('fs');
const plan = ${JSON.stringify({ prod: 'false', uat: 'false', failing: '', ...plan })};
const {env} = process;
console.log(['did', env.INPUT_COMMAND, env.INPUT_PHASE, env.INPUT_SLOT, env.INPUT_TOKEN === '***' || env.INPUT_TOKEN.startsWith('ghs_')].join(' '));
fs.appendFileSync(env.GITHUB_OUTPUT, 'slot=2026-11-20/' + env.INPUT_COMMAND.toUpperCase() + '\\n');
if (env.INPUT_PHASE === 'plan') fs.appendFileSync(env.GITHUB_OUTPUT, 'prod=' + plan.prod + '\\nuat=' + plan.uat + '\\n');
if (env.INPUT_PHASE === plan.failing) process.exit(1);
`,
  );
  bench.runner.useAction('tonic-deploy/tonic-deploy/action', folder);
}

async function runWith(
  file: string,
  plan: Parameters<typeof useStandIn>[1],
  inputs: Record<string, string> = {},
) {
  const bench = await openBench(FILES);
  useStandIn(bench, plan);
  setVariable(bench.repository, { name: 'TONIC_ENABLED', value: 'true' }, bench.sandbox.clock.now());
  const run = await bench.dispatch(file, inputs);
  await bench.sandbox.idle();
  return Object.fromEntries(latestJobs(run).map((job) => [job.key, job.conclusion]));
}

test('T2 takes PROD, then UAT', async () => {
  expect(await runWith('tonic-t2.yml', { prod: 'true', uat: 'true' })).toEqual({
    plan: 'success',
    answer: 'skipped',
    prod: 'success',
    uat: 'success',
  });
});

test('T2 with nothing for PROD still takes UAT', async () => {
  expect(await runWith('tonic-t2.yml', { uat: 'true' })).toEqual({
    plan: 'success',
    answer: 'skipped',
    prod: 'skipped',
    uat: 'success',
  });
});

test('T2 whose PROD failed leaves UAT alone', async () => {
  expect(await runWith('tonic-t2.yml', { prod: 'true', uat: 'true', failing: 'prod' })).toEqual({
    plan: 'success',
    answer: 'skipped',
    prod: 'failure',
    uat: 'skipped',
  });
});

test('T1 with nothing to do deploys nothing', async () => {
  expect(await runWith('tonic-t1.yml', {})).toEqual({
    plan: 'success',
    answer: 'skipped',
    uat: 'skipped',
  });
});

test('a rollback enters the one environment that its plan names', async () => {
  const release = '2026-11-20-rollback-prod-2200';
  expect(await runWith('tonic-rollback.yml', { prod: 'true' }, { release })).toEqual({
    plan: 'success',
    answer: 'skipped',
    prod: 'success',
    uat: 'skipped',
  });
});

test('a hotfix enters PROD when its plan has a candidate, and not else', async () => {
  const inputs = { release: '2026-11-20-hotfix-12-2200-prod' };
  expect(await runWith('tonic-hotfix.yml', { prod: 'true' }, inputs)).toEqual({
    plan: 'success',
    answer: 'skipped',
    prod: 'success',
  });
  expect(await runWith('tonic-hotfix.yml', {}, inputs)).toEqual({
    plan: 'success',
    answer: 'skipped',
    prod: 'skipped',
  });
});

test('the backup schedule starts both slots, and nothing runs before it is switched on', async () => {
  const clock = createClock(Date.parse('2026-11-20T12:00:00Z'));
  const bench = await openBench(FILES, clock);
  useStandIn(bench, {});
  clock.advanceTo(Date.parse('2026-11-20T20:07:00Z'));
  await bench.sandbox.idle();
  expect(bench.runs()).toMatchObject([{ name: 'Tonic T1', event: 'schedule', conclusion: 'skipped' }]);
  setVariable(bench.repository, { name: 'TONIC_ENABLED', value: 'true' }, clock.now());
  clock.advanceTo(Date.parse('2026-11-20T22:07:00Z'));
  await bench.sandbox.idle();
  expect(bench.runs().map((run) => [run.name, run.conclusion])).toContainEqual(['Tonic T2', 'success']);
});
