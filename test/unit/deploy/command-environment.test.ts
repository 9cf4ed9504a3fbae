import { expect, it } from 'vitest';
import { buildCommandEnvironment } from '../../../src/adapters/deploy/command-environment.ts';
import { aDeployRequest } from '../../support/builders.ts';
import { createLineSplitter, LEFT_OUT } from '../../../src/adapters/deploy/line-splitter.ts';

const REQUEST = aDeployRequest({ candidate: 'c'.repeat(40), releaseId: '2026-11-20-T1-uat' });
const FACTS = {
  TONIC_ENVIRONMENT: 'uat',
  TONIC_CANDIDATE: 'c'.repeat(40),
  TONIC_RELEASE_ID: '2026-11-20-T1-uat',
  TONIC_SERVICE: '',
  TONIC_PREVIOUS: '',
  TONIC_ARTIFACT_DIGEST: '',
  TONIC_STRATEGY: '',
  TONIC_ROLLOUT_PERCENT: '',
  TONIC_ROLLOUT_STEP: '',
  TONIC_ROLLOUT_STEPS: '',
  TONIC_ROLLBACK: 'false',
  TONIC_FENCING_TOKEN: '1',
};

it('a command sees what programs need, what was listed, and the facts; nothing else', () => {
  const variables = {
    PATH: '/bin',
    HOME: '/home/mona',
    LC_ALL: 'C.UTF-8',
    RUNNER_TEMP: '/tmp/r',
    AWS_PROFILE: 'uat',
    AWS_REGION: 'eu-1',
    SECRET: 'x',
    TONIC_CANDIDATE: 'forged',
    NOTHING: undefined,
  };
  expect(buildCommandEnvironment(variables, ['AWS_PROFILE', 'NOTHING'], REQUEST)).toEqual({
    PATH: '/bin',
    HOME: '/home/mona',
    LC_ALL: 'C.UTF-8',
    RUNNER_TEMP: '/tmp/r',
    AWS_PROFILE: 'uat',
    ...FACTS,
  });
});

it('a step of a rollout is told which one it is', () => {
  const request = aDeployRequest({
    service: 'backend',
    previous: 'b'.repeat(40),
    digest: 'sha256:1234',
    rollout: { strategy: 'canary', percent: 50, step: 2, steps: 3 },
  });
  expect(buildCommandEnvironment({}, [], request)).toMatchObject({
    TONIC_SERVICE: 'backend',
    TONIC_PREVIOUS: 'b'.repeat(40),
    TONIC_ARTIFACT_DIGEST: 'sha256:1234',
    TONIC_STRATEGY: 'canary',
    TONIC_ROLLOUT_PERCENT: '50',
    TONIC_ROLLOUT_STEP: '2',
    TONIC_ROLLOUT_STEPS: '3',
  });
});

it.each([
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'ACTIONS_RUNTIME_TOKEN',
  'PRIVATE_KEY',
  'PRIVATE_KEY_PATH',
  'WEBHOOK_SECRET',
  'INPUT_TOKEN',
  'INPUT_PRIVATE-KEY',
  'GITHUB_ENV',
  'GITHUB_OUTPUT',
  'BASH_ENV',
  'BASH_FUNC_ls%%',
])('%s is kept back even when it is listed', (name) => {
  expect(buildCommandEnvironment({ [name]: 'x' }, [name], REQUEST)).toEqual(FACTS);
});

it('lines are whole, whatever the chunks are', () => {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  for (const chunk of ['a', 'b\nc', '\r\nd\re', '', '\n\nlast']) splitter.push(chunk);
  splitter.end();
  expect(lines).toEqual(['ab', 'c', 'd', 'e', '', 'last']);
});

it('a line without end is left out as a whole', () => {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  for (let count = 0; count < 300; count += 1) splitter.push('x'.repeat(1_000));
  splitter.push('tail\nnext\n');
  for (let count = 0; count < 300; count += 1) splitter.push('x'.repeat(1_000));
  splitter.end();
  expect(lines).toEqual([LEFT_OUT, 'next', LEFT_OUT]);
});
