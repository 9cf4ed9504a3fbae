import { describe, expect, it } from 'vitest';
import { parseCodeOwners } from '../../../src/adapters/analysis/code-owners.ts';
import { parsePathPattern } from '../../../src/domain/path-pattern.ts';

describe('a path pattern', () => {
  it.each([
    ['*', 'a/b.ts', true],
    ['*.js', 'a/b.js', true],
    ['*.js', 'a/b.jsx', false],
    ['/build/logs/', 'build/logs/a/b.log', true],
    ['/build/logs/', 'x/build/logs/b.log', false],
    ['docs/*', 'docs/a.md', true],
    ['docs/*', 'docs/a/b.md', false],
    ['apps/', 'x/apps/y/z.ts', true],
    ['apps/', 'apps', false],
    ['/apps', 'apps/y.ts', true],
    ['**/logs', 'a/b/logs/c.txt', true],
    ['**/logs', 'logs', true],
    ['src/**/test', 'src/a/b/test', true],
    ['src/**/test', 'src/test/a.ts', true],
    ['src/**', 'src/a/b.ts', true],
    ['/a?c.ts', 'abc.ts', true],
    ['/a?c.ts', 'ac.ts', false],
    ['a*b*c', 'aXbXbXc', true],
    ['/docs/*.md', 'docs/a.md', true],
    ['!a.ts', 'a.ts', false],
    ['[a-z].ts', 'b.ts', false],
    ['src/a.ts', 'src/a.ts', true],
    ['src/a.ts', 'x/src/a.ts', false],
  ])('%s for %s is %s', (pattern, path, matches) => {
    expect(parsePathPattern(pattern)(path)).toBe(matches);
  });

  it('takes bounded time', () => {
    const startedMs = performance.now();
    parsePathPattern(`${'*a'.repeat(500)}b`)('a'.repeat(2_000));
    parsePathPattern(`${'**/'.repeat(200)}x`)('a/'.repeat(300));
    expect(performance.now() - startedMs).toBeLessThan(200);
  });
});

describe('code owners', () => {
  const ownersOf = parseCodeOwners(
    '# comment\n\n*  @acme/all\n*.ts @typist  mona@acme.io # inline\n/src/free/\nmy\\ file.md @writer\n',
  );

  it('are those of the last rule that matches', () => {
    expect(ownersOf('README.md')).toEqual(['@acme/all']);
    expect(ownersOf('src/a.ts')).toEqual(['@typist', 'mona@acme.io']);
  });

  it('are nobody where the last rule names nobody', () => {
    expect(ownersOf('src/free/a.ts')).toEqual([]);
  });

  it('may own a file with a blank in its name', () => {
    expect(ownersOf('my file.md')).toEqual(['@writer']);
  });
});
