import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import {
  differences,
  fillWorkflow,
  hasGateStep,
  scheduleLines,
  unpinnedActions,
} from '../../../../src/domain/setup/workflow.ts';
import { aPolicy } from '../../../support/builders.ts';

const TEXT = readFileSync('.github/workflows/tonic-t2.yml', 'utf8');
const OURS: unknown = parse(TEXT);

/** What differs once the text was changed by hand. */
function apart(from: string, to: string): readonly string[] {
  expect(TEXT).toContain(from);
  return differences(OURS, parse(TEXT.replaceAll(from, to)));
}

const step = (uses: string) => ({ uses });
const job = (...steps: object[]) => ({ jobs: { prod: { steps } } });

describe('a workflow that people have made their own', () => {
  it('does not differ by schedule, version of the action, machine, name, or time-out', () => {
    expect(differences(OURS, OURS)).toEqual([]);
    expect(apart("cron: '7 22 * * *'", "cron: '1 1 * * *'")).toEqual([]);
    expect(apart('tonic-deploy/tonic-deploy/action@v0', 'acme/fork/action@0123')).toEqual([]);
    expect(apart('runs-on: ubuntu-24.04', 'runs-on: [self-hosted, big]')).toEqual([]);
    expect(apart('name: Tonic T2', 'name: Nightly')).toEqual([]);
    expect(apart('timeout-minutes: 60', 'timeout-minutes: 90')).toEqual([]);
  });

  it('may have steps, permissions and inputs besides', () => {
    expect(
      apart('      - uses: actions/checkout@', '      - run: ./log-in\n      - uses: actions/checkout@'),
    ).toEqual([]);
    expect(apart('      issues: write\n', '      issues: write\n      id-token: write\n')).toEqual([]);
    expect(
      apart('          phase: prod\n', '          phase: prod\n          pass-environment: HOST\n'),
    ).toEqual([]);
  });

  it('differs where a part of ours is missing or another', () => {
    expect(apart('    environment: prod\n', '')).toEqual(['jobs.prod.environment']);
    expect(apart('  queue: max\n', '')).toEqual(['concurrency.queue']);
    expect(apart("if: vars.TONIC_ENABLED == 'true'", 'if: true')).toEqual(['jobs.plan.if']);
    expect(apart('phase: prod', 'phase: all')).toEqual(['jobs.prod.steps[2]']);
    expect(apart('persist-credentials: false', 'persist-credentials: true')).toEqual([
      'jobs.prod.steps[1]',
      'jobs.uat.steps[1]',
    ]);
  });

  it('differs where our steps come in another order', () => {
    const ours = job(step('a/token@1'), step('b/deploy@1'));
    expect(differences(ours, job(step('a/token@2'), step('x/y@1'), step('b/deploy@2')))).toEqual([]);
    expect(differences(ours, job(step('b/deploy@1'), step('a/token@1')))).toEqual(['jobs.prod.steps[1]']);
  });

  it('differs by a trigger or a permission of the whole that ours has not', () => {
    expect(apart('on:\n', 'on:\n  pull_request_target:\n')).toEqual(['on.pull_request_target']);
    expect(apart('permissions: {}', 'permissions: write-all')).toEqual(['permissions']);
    expect(apart('permissions: {}', 'permissions: { contents: write }')).toEqual(['permissions.contents']);
  });

  it('differs as a whole when it is no workflow', () => {
    for (const broken of [null, 'text', [], 7]) expect(differences(OURS, broken)).toEqual(['']);
  });
});

it('what is not named by a commit is told, the local excepted', () => {
  expect(unpinnedActions(OURS)).toEqual(['tonic-deploy/tonic-deploy/action@v0']);
  expect(unpinnedActions({ jobs: { a: { steps: [{ uses: './action' }, { uses: 'a/b@main' }] } } })).toEqual([
    'a/b@main',
  ]);
  expect(unpinnedActions('nonsense')).toEqual([]);
});

describe('the gate step', () => {
  const policy = aPolicy();
  const filled = parse(fillWorkflow(TEXT, 'T2', policy)) as unknown;

  it('is the action’s own phase in a job of the environment', () => {
    expect(hasGateStep(filled, 'prod', policy)).toBe(true);
    expect(hasGateStep(filled, 'uat', policy)).toBe(true);
  });

  it('is missing where the job is in no or another environment, or runs something else', () => {
    const changed = (from: string, to: string) =>
      parse(fillWorkflow(TEXT, 'T2', policy).replaceAll(from, to)) as unknown;
    expect(hasGateStep(changed('environment: production', 'environment: other'), 'prod', policy)).toBe(false);
    expect(hasGateStep(changed('phase: prod', 'phase: uat'), 'prod', policy)).toBe(false);
    expect(hasGateStep(changed('/action@v0', '/other@v0'), 'prod', policy)).toBe(false);
    expect(hasGateStep(null, 'prod', policy)).toBe(false);
  });
});

describe('a workflow fitted to a policy', () => {
  it('has its schedule, its zone and its environments, and is ours in all else', () => {
    const policy = aPolicy({
      environments: {
        ...aPolicy().environments,
        prod: { ...aPolicy().environments.prod, githubEnvironment: 'on: live "1"' },
      },
    });
    const text = fillWorkflow(TEXT, 'T2', policy);
    const content: unknown = parse(text);
    expect(scheduleLines(content)).toEqual([
      { cron: '7 22 * * *', timezone: 'Asia/Taipei' },
      { cron: '37 22 * * *', timezone: 'Asia/Taipei' },
    ]);
    expect(content).toMatchObject({
      jobs: { prod: { environment: 'on: live "1"' }, uat: { environment: 'uat' } },
    });
    expect(differences(OURS, content)).toEqual(['jobs.prod.environment']);
  });

  it('is refused when the text is not ours', () => {
    expect(() => fillWorkflow('on: push\n', 'T1', aPolicy())).toThrow('no schedule');
  });
});
