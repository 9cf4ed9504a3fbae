import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { INPUTS, OUTPUTS, parseInputs } from '../../../action/inputs.ts';

const ActionFile = z.object({
  inputs: z.record(
    z.string(),
    z.object({ description: z.string(), required: z.boolean(), default: z.string().optional() }),
  ),
  outputs: z.record(z.string(), z.object({ description: z.string() })),
  runs: z.object({ using: z.string(), main: z.string() }),
});
const file = ActionFile.parse(parse(readFileSync('action/action.yml', 'utf8')));

const given = (inputs: Partial<Record<keyof typeof INPUTS, string>>) =>
  parseInputs((name) => ({ command: 't2', token: 'a-token', ...inputs })[name] ?? '');

describe('action.yml', () => {
  test('names the inputs that the action reads, with their words and defaults', () => {
    const inputs = Object.entries(INPUTS).map(([name, { description, required, default: text }]) => [
      name,
      { description, required, ...(required ? {} : { default: text }) },
    ]);
    expect(file.inputs).toEqual(Object.fromEntries(inputs));
  });

  test('names the outputs that the action sets', () => {
    const outputs = Object.entries(OUTPUTS).map(([name, description]) => [name, { description }]);
    expect(file.outputs).toEqual(Object.fromEntries(outputs));
  });

  test('runs on Node 24', () => {
    expect(file.runs).toEqual({ using: 'node24', main: 'dist/main.js' });
  });
});

describe('the inputs', () => {
  test('have defaults for all that is not needed', () => {
    expect(given({})).toEqual({
      kind: 'inputs',
      inputs: {
        command: 't2',
        phase: 'all',
        slot: null,
        release: null,
        token: 'a-token',
        appSlug: null,
        passEnvironment: [],
        unsafe: null,
      },
    });
  });

  test('take names of variables with commas and blanks', () => {
    expect(given({ 'pass-environment': ' AWS_REGION, KUBECONFIG\n' })).toMatchObject({
      inputs: { passEnvironment: ['AWS_REGION', 'KUBECONFIG'] },
    });
  });

  test.each([
    [{ command: 'deploy' }, 'Input `command`'],
    [{ phase: 'night' }, 'Input `phase`'],
    [{ command: 't1', phase: 'prod' }, 'T1 has no phase'],
    [{ slot: '$(id)' }, 'Input `slot`'],
    [{ slot: '2026-11-20/T3' }, 'Input `slot`'],
    [{ token: ' ' }, 'Input `token` is empty'],
    [{ 'app-slug': 'tonic;id' }, 'Input `app-slug`'],
    [{ 'pass-environment': 'A=B' }, 'Input `pass-environment`'],
    [{ unsafe: 'true' }, 'Input `unsafe` has to say why'],
    [{ unsafe: 'a word '.repeat(80) }, 'Input `unsafe` is longer'],
  ])('are refused with a sentence: %j', (inputs, sentence) => {
    expect(given(inputs)).toMatchObject({
      kind: 'broken',
      problems: expect.arrayContaining([expect.stringContaining(sentence)]),
    });
  });
});
