import { describe, expect, test } from 'vitest';
import { missingChecks, type CheckFacts } from '../../../src/domain/check.ts';

const CI = 20;
const aCheck = (changes: Partial<CheckFacts> = {}): CheckFacts => ({
  name: 'unit',
  appId: CI,
  state: 'green',
  url: null,
  ...changes,
});
const PINNED = [{ context: 'unit', appId: CI }];
const ANYBODY = [{ context: 'unit', appId: null }];

describe('a check that is required from one App', () => {
  test('is there when that App says green', () => {
    expect(missingChecks(PINNED, [aCheck()])).toEqual([]);
  });

  test.each<[string, CheckFacts[]]>([
    ['nobody said anything', []],
    ['another App says green', [aCheck({ appId: 21 })]],
    ['a commit status of that name says green', [aCheck({ appId: null })]],
    ['it is under way', [aCheck({ state: 'pending' })]],
    ['its name is another', [aCheck({ name: 'Unit' })]],
  ])('is missing while %s', (_, said) => {
    expect(missingChecks(PINNED, said)).toMatchObject([{ context: 'unit', state: 'pending' }]);
  });

  test('is red when that App says so, whatever others say', () => {
    const said = [
      aCheck({ appId: 21 }),
      aCheck({ state: 'red', url: 'https://ci.test/1' }),
      aCheck({ appId: null }),
    ];
    expect(missingChecks(PINNED, said)).toEqual([
      { context: 'unit', state: 'red', url: 'https://ci.test/1' },
    ]);
  });
});

describe('a check that is required from anybody', () => {
  test('is there when everybody who says it says green', () => {
    expect(missingChecks(ANYBODY, [aCheck(), aCheck({ appId: null })])).toEqual([]);
    expect(missingChecks(ANYBODY, [aCheck(), aCheck({ appId: 21, state: 'pending' })])).toHaveLength(1);
    expect(missingChecks(ANYBODY, [])).toHaveLength(1);
  });
});

test('red checks come before those that are under way', () => {
  const required = [...PINNED, { context: 'lint', appId: CI }];
  const said = [aCheck({ state: 'pending' }), aCheck({ name: 'lint', state: 'red' })];
  expect(missingChecks(required, said).map(({ context }) => context)).toEqual(['lint', 'unit']);
});
