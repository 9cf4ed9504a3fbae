import { describe, expect, it } from 'vitest';
import { parseDemoArguments } from '../../../src/cli/demo-arguments.ts';
import { createPaint } from '../../../src/cli/story/paint.ts';

describe('the arguments of npm run demo', () => {
  it('tell the story without any', () => {
    expect(parseDemoArguments([])).toEqual({ kind: 'story' });
  });

  it('take a repository with both of its branches', () => {
    expect(parseDemoArguments(['--repo', '../shop', '--uat', 'staging', '--prod=main'])).toEqual({
      kind: 'own_repository',
      repo: '../shop',
      uat: 'staging',
      prod: 'main',
    });
  });

  it.each([
    [['--repo', 'x'], /go together/u],
    [['--uat', 'a', '--prod', 'b'], /go together/u],
    [['--repo', 'x', '--uat', 'a', '--prod', 'a'], /same branch/u],
    [['--rep', 'x'], /--rep/u],
    [['x'], /x/u],
  ])('refuse %j with a sentence', (args, sentence) => {
    const wish = parseDemoArguments(args);
    expect(wish.kind).toBe('refused');
    expect(wish.kind === 'refused' ? wish.message : '').toMatch(sentence);
  });
});

function red(isTerminal: boolean, variables: Record<string, string>): string {
  return createPaint({ isTerminal, variables }).red('no');
}

describe('colours', () => {
  it('are for terminals, and not where NO_COLOR is set', () => {
    expect(red(true, {})).toBe('\u001B[31mno\u001B[39m');
    expect(red(false, {})).toBe('no');
    expect(red(true, { NO_COLOR: '1' })).toBe('no');
    expect(red(true, { TERM: 'dumb' })).toBe('no');
  });
});
