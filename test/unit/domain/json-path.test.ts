import { expect, test } from 'vitest';
import { isJsonPath, readJsonPath, readJsonText } from '../../../src/domain/json-path.ts';

test.each(['a', 'a.b', 'a[0].b-c', '[0]', '[0][1]', '_x.$y'])('%s is a path', (path) => {
  expect(isJsonPath(path)).toBe(true);
});

test.each(['', '.', 'a.', '.a', 'a..b', 'a[x]', 'a[-1]', 'a b', '0', 'a[0]b'])('"%s" is none', (path) => {
  expect(isJsonPath(path)).toBe(false);
});

test('a path leads to what is there, and nowhere else', () => {
  const value = { items: [{ id: 7, 'x-y': null }], text: 'abc' };
  expect(readJsonPath(value, 'items[0].id')).toBe(7);
  expect(readJsonPath(value, 'items[0].x-y')).toBeNull();
  for (const path of ['items[1].id', 'none.id', 'text.length', 'toString', 'items.constructor', '__proto__'])
    expect(readJsonPath(value, path)).toBeUndefined();
});

test('a text that is no JSON has no values', () => {
  expect(readJsonText('<html>', 'a')).toBeUndefined();
  expect(readJsonText('{"a":[1]}', 'a[0]')).toBe(1);
  expect(readJsonText('12', null)).toBe(12);
});
