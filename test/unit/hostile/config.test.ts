import { expect, test } from 'vitest';
import { parsePolicy } from '../../../src/config/parse-policy.ts';
import { renderProblems } from '../../../src/config/problem.ts';
import { labelDefinitions } from '../../../src/domain/label.ts';
import { codeBlock } from '../../../src/domain/text/markdown.ts';
import { findAlive } from '../../support/alive.ts';
import { cpuMs } from '../../support/cpu-time.ts';
import { hostile, writeOut } from '../../support/hostile.ts';

const FILE = '.github/tonic.yml';
const LIMIT_MS = 1_000;

test.each(hostile('configs'))(
  'the configuration "$name" is read in time, as what it is, and nobody can be called with it',
  ({ text, reads }) => {
    const written = writeOut(text);
    expect(cpuMs(() => parsePolicy(written, FILE))).toBeLessThan(LIMIT_MS);
    const reading = parsePolicy(written, FILE);
    expect(reading.kind).toBe(reads);
    const problems = reading.kind === 'broken' ? reading.problems : reading.warnings;
    for (const { message, path, line, column } of problems) {
      expect(`${path} ${message}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(Math.min(line, column)).toBeGreaterThan(0);
    }
    expect(findAlive(codeBlock(renderProblems(problems)))).toEqual([]);
    if (reading.kind === 'policy')
      for (const { description } of labelDefinitions(reading.policy))
        expect(findAlive(description)).toEqual([]);
  },
);

test('nothing of it changes what every object has', () => {
  for (const { text } of hostile('configs')) parsePolicy(writeOut(text), FILE);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
});
