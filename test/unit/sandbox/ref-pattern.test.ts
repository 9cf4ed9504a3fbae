import { expect, test } from 'vitest';
import { matchesRefPattern } from '../../../src/sandbox/ref-pattern.ts';

test.each([
  ['main', 'main', true],
  ['main', 'main2', false],
  ['ma.n', 'main', false],
  ['*', 'main', true],
  ['*', 'release/1', false],
  ['release/*', 'release/1', true],
  ['release/*', 'release/1/2', false],
  ['release/*/*', 'release/1/2', true],
  ['release/**/*', 'release/1', true],
  ['release/**/*', 'release/a/b/1', true],
  ['**/fix', 'fix', true],
  ['**/fix', 'a/b/fix', true],
  ['release**', 'release/1', false],
  ['v?', 'v1', true],
  ['v?', 'v/', false],
  ['v[0-9]', 'v7', true],
  ['v[!0-9]', 'v7', false],
  ['v[^0-9]', 'vx', true],
  ['v[!0-9]', 'v/', false],
  [String.raw`a\*`, 'a*', true],
  [String.raw`a\*`, 'ab', false],
  ['a+b(c)', 'a+b(c)', true],
  ['a[', 'a[', true],
])('%s and %s: %s', (pattern, name, expected) => {
  expect(matchesRefPattern(pattern, name)).toBe(expected);
});
