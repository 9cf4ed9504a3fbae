import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findAlive } from '../../support/alive.ts';
import { hostile, HOSTILE_KINDS, writeOut } from '../../support/hostile.ts';

test('there are many of each kind, each with a name of its own', () => {
  const names = HOSTILE_KINDS.flatMap((kind) => hostile(kind).map(({ name }) => `${kind}: ${name}`));
  expect(names.length).toBeGreaterThanOrEqual(150);
  expect(new Set(names).size).toBe(names.length);
  for (const kind of HOSTILE_KINDS) expect(hostile(kind).length).toBeGreaterThanOrEqual(25);
});

test('every sort of attack is there', () => {
  const text = HOSTILE_KINDS.flatMap((kind) => hostile(kind).map((entry) => JSON.stringify(entry))).join(
    '\n',
  );
  const sorts = {
    shell: /\$\(touch/u,
    expression: /\$\{\{ ?secrets/u,
    html: /<script/u,
    mention: /@acme\/leads/u,
    bidi: /\u202E/u,
    'zero width': /\u200B/u,
    path: /\.\.\/\.\.\//u,
    prompt: /ignore all instructions/iu,
    huge: /"times":[1-9]\d{5}/u,
    deep: /deep/u,
    cut: /cut/u,
    slow: /quadratic|exponential/u,
  };
  for (const [sort, pattern] of Object.entries(sorts))
    expect([sort, pattern.test(text)]).toEqual([sort, true]);
});

describe('the traps work:', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tonic-canary-'));
  const canary = join(folder, 'canary');
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(['command substitution', 'backticks', 'a second command', 'end of a quoted word'])(
    'a shell that gets the title "%s" leaves the canary behind',
    (name) => {
      const entry = hostile('titles').find((each) => each.name === name);
      const text = writeOut(entry?.text ?? '', { canary, url: 'http://127.0.0.1:1/' });
      const word = name === 'end of a quoted word' ? `"${text}"` : text;
      execFileSync('bash', ['-c', `echo ${word} || true`], { stdio: 'ignore' });
      expect(existsSync(canary)).toBe(true);
      rmSync(canary);
    },
  );

  test.each([
    'image with a handler',
    'script tag',
    'mention of a person',
    'mention of a team',
    'mention in entities',
    'reference to an issue',
    'link in Markdown',
    'bare addresses',
    'code span',
    'comment that is not closed',
  ])('the title "%s" posted as it is comes alive', (name) => {
    const entry = hostile('titles').find((each) => each.name === name);
    expect(findAlive(writeOut(entry?.text ?? ''))).not.toEqual([]);
  });

  test('what is in code, or written with entities and spaces that keep it dead, does not', () => {
    expect(
      findAlive(
        '`@ada <b>` ``a ` @ada`` and\n\n```\n@ada\n``\n```\n@\u200Bada &#60;b&#62; &#91;x&#93;&#40;y&#41;',
      ),
    ).toEqual([]);
    expect(findAlive('> ```\n> @ada\n> ```')).toEqual([]);
    expect(findAlive('`a`` @ada')).not.toEqual([]);
    expect(findAlive('```\nx\n```\n@ada')).not.toEqual([]);
  });
});
