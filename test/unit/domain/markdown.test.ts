import { describe, expect, it } from 'vitest';
import {
  code,
  codeBlock,
  listOf,
  nameOf,
  plain,
  shortOid,
  tableCell,
} from '../../../src/domain/text/markdown.ts';

describe('plain', () => {
  it.each([
    ['It breaks', 'It breaks'],
    ['  two   words\n\tand more ', 'two words and more'],
    ['a\r\nb\u2028c\u0085d', 'a b cd'],
    ['@wes', '@\u200Bwes'],
    ['me@example.com', 'me@\u200Bexample.com'],
    ['see #12', 'see &#35;\u200B12'],
    ['gh-12 and GH-13', 'gh&#45;\u200B12 and GH&#45;\u200B13'],
    ['http://evil.example', 'http:\u200B//evil.example'],
    ['WWW.evil.example', 'WWW\u200B.evil.example'],
    ['[x](y)', '&#91;x&#93;&#40;y&#41;'],
    ['<script>', '&#60;script&#62;'],
    ['&lt;b&gt;', '&#38;lt;b&#38;gt;'],
    ['a | b', 'a &#124; b'],
    ['`x`', '&#96;x&#96;'],
    ['**b** _i_ ~~s~~', '&#42;&#42;b&#42;&#42; &#95;i&#95; &#126;&#126;s&#126;&#126;'],
    ['\\*', '&#92;&#42;'],
    ['$x$', '&#36;x&#36;'],
    ['user\u202Efdp.exe', 'userfdp.exe'],
    ['ad\u200Bmin', 'admin'],
    ['a\u{E0041}\u{E0042}b', 'ab'],
    ['a\u3164b\u2800c', 'abc'],
    ['@\u200Bwes', '@\u200Bwes'],
    ['h\u0000i', 'hi'],
    ['\uD83D half', 'half'],
    ['', ''],
    ['中文標題', '中文標題'],
  ])('shows %j as %j', (untrusted, shown) => {
    expect(plain(untrusted)).toBe(shown);
  });

  it('cuts what is too long, with a mark, and never through a character', () => {
    expect(plain('abcdef', 6)).toBe('abcdef');
    expect(plain('abcdefg', 6)).toBe('abcde…');
    expect(plain('abcd😀😀', 6)).toBe('abcd…');
    expect(plain('abc😀😀', 6)).toBe('abc😀…');
    expect(plain('<'.repeat(1_000), 5)).toBe('&#60;&#60;&#60;&#60;…');
  });
});

describe('code', () => {
  it.each([
    ['main', '`main`'],
    ['a`b', '``a`b``'],
    ['a``b`c', '```a``b`c```'],
    ['`a', '`` `a ``'],
    ['a`', '`` a` ``'],
    ['', '`  `'],
    ['a\n\nb', '`a b`'],
    ['@wes <b>', '`@wes <b>`'],
    ['a\u202Eb', '`ab`'],
  ])('shows %j as %s', (untrusted, shown) => {
    expect(code(untrusted)).toBe(shown);
  });

  it('measures its fence after the cut', () => {
    expect(code(`aa${'`'.repeat(50)}`, 5)).toBe('```aa``…```');
  });
});

describe('codeBlock', () => {
  it.each([
    ['one\ntwo\r\nthree', '```\none\ntwo\nthree\n```'],
    ['a\n```\n@wes <b>', '````\na\n```\n@wes <b>\n````'],
    ['a\u2028```\u2029b', '````\na\n```\nb\n````'],
    ['a\u202Eb\u0007\n\tc\n\n', '```\nab\n  c\n```'],
    ['`\u200B`\u200B`\n@wes', '````\n```\n@wes\n````'],
    ['', '```\n\n```'],
  ])('shows %j as %j', (untrusted, shown) => {
    expect(codeBlock(untrusted)).toBe(shown);
  });

  it('measures its fence after the cut', () => {
    expect(codeBlock(`aa${'`'.repeat(50)}`, 5)).toBe('```\naa``…\n```');
  });
});

describe('tableCell', () => {
  it.each([
    ['a | b', String.raw`a \| b`],
    [String.raw`a\| @wes`, String.raw`a\| @wes`],
    [String.raw`a\\|b`, String.raw`a\\\|b`],
    [String.raw`a\b|c`, String.raw`a\b\|c`],
    ['a\n\nb\u2028c', 'a  b c'],
  ])('writes %j as %j', (markdown, cell) => {
    expect(tableCell(markdown)).toBe(cell);
  });
});

describe('names', () => {
  it('are written without calling anybody', () => {
    expect(nameOf({ login: 'wes' })).toBe('**wes**');
    expect(nameOf({ login: '@acme/leads' })).toBe('**@\u200Bacme/leads**');
    expect(nameOf({ login: 'dependabot[bot]' })).toBe('**dependabot&#91;bot&#93;**');
    expect(nameOf(null)).toBe('Tonic');
  });

  it('of commits are their first seven digits', () => {
    expect(shortOid('0123456789abcdef')).toBe('`0123456`');
  });

  it('are listed as people do', () => {
    expect(listOf([])).toBe('');
    expect(listOf(['a'])).toBe('a');
    expect(listOf(['a', 'b'])).toBe('a and b');
    expect(listOf(['a', 'b', 'c'], 'or')).toBe('a, b or c');
  });
});
