import { expect, test } from 'vitest';
import { matchesPattern } from '../../../src/sandbox/fnmatch.ts';

test.each([
  ['refs/heads/main', ['refs/heads/main'], ['refs/heads/main2', 'refs/heads/x/main', 'refs/heads/mai']],
  ['release/*', ['release/1', 'release/'], ['release/1/x', 'release']],
  ['qa/**/*', ['qa/a', 'qa/a/b/c'], ['qa', 'xqa/a']],
  ['**/fix', ['fix', 'a/fix', 'a/b/fix'], ['prefix', 'a/prefix']],
  ['a**', ['a', 'abc'], ['ab/c']],
  ['qa/**', ['qa/a'], ['qa/a/b']],
  ['v?.[0-9]', ['v1.0', 'vx.9'], ['v1.x', 'v/.1', 'v10.1']],
  ['[!a]x', ['bx'], ['ax', '/x']],
  ['[a-c]-[]x]', ['b-]', 'c-x'], ['d-x']],
  ['a.b+(c)', ['a.b+(c)'], ['aXb+(c)', 'a.bb(c)']],
  [String.raw`a\*`, ['a*'], ['ab']],
  ['{a,b}', ['{a,b}'], ['a', 'b']],
])('the pattern %s takes %j and not %j', (pattern, fitting, others) => {
  expect(fitting.filter((name) => !matchesPattern(name, pattern))).toEqual([]);
  expect(others.filter((name) => matchesPattern(name, pattern))).toEqual([]);
});
