import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** `path: title; another title` in a pair of brackets, or in a cell, of the page on trust. */
const CLAIM = /`(test\/[\w./-]+\.ts)`(?:: ([^)\n|]+(?:\n[^)\n|]+)?))?/gu;

const page = readFileSync('docs/SECURITY.md', 'utf8');
const claims = [...page.matchAll(CLAIM)].flatMap(([, file = '', titles = '']) =>
  titles === ''
    ? [{ file, title: '' }]
    : titles.split(/; |\), /u).map((title) => ({ file, title: title.replaceAll('\n', ' ').trim() })),
);

it('the page on trust names tests', () => {
  expect(claims.length).toBeGreaterThan(20);
});

it.each(claims)('$file shows: $title', ({ file, title }) => {
  // Backticks are escaped where a title stands between them.
  expect(readFileSync(file, 'utf8').replaceAll('\\`', '`')).toContain(title);
});
