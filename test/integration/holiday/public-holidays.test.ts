import { describe, expect, test } from 'vitest';
import { createZone } from '../../../src/adapters/clock/zone.ts';
import { holidayFreezes } from '../../../src/adapters/holiday/public-holidays.ts';
import type { HolidayRule } from '../../../src/domain/freeze-policy.ts';
import { at } from '../../support/builders.ts';

const zone = createZone('Asia/Taipei');
const NOW = { zone, atMs: at('2026-11-20 19:00:00') };
const aRule = (changes: Partial<HolidayRule> = {}): HolidayRule => ({
  country: 'TW',
  state: null,
  level: 'suspend',
  parts: [],
  ...changes,
});
const daysOf = async (...rules: HolidayRule[]) =>
  (await holidayFreezes(rules, NOW)).map(({ from, until }) => `${from} ${until}`);

describe('public holidays', () => {
  test('of a country freeze its days, from today on and for more than a year', async () => {
    const days = await daysOf(aRule());
    expect(days).toContain('2027-01-01 2027-01-02');
    expect(days).toContain('2027-10-10 2027-10-11');
    expect(days).not.toContain('2026-10-10 2026-10-11');
  });

  test('of a state are those of its country and its own', async () => {
    const assumption = '2027-08-15 2027-08-16';
    expect(await daysOf(aRule({ country: 'DE', state: 'SL' }))).toContain(assumption);
    expect(await daysOf(aRule({ country: 'DE' }))).not.toContain(assumption);
    expect(await daysOf(aRule({ country: 'DE' }))).toContain('2026-12-25 2026-12-26');
  });

  test('carry the rule’s level and parts, and name the day', async () => {
    const [first] = await holidayFreezes([aRule({ country: 'DE', level: 'full', parts: ['billing'] })], NOW);
    expect(first).toMatchObject({
      level: 'full',
      parts: ['billing'],
      reason: 'public holiday: 1. Weihnachtstag',
    });
  });

  test('that nobody knows are a mistake, not a day without a freeze', async () => {
    await expect(daysOf(aRule({ country: 'XX' }))).rejects.toThrow('nobody knows the holidays of XX');
    await expect(daysOf(aRule({ country: 'DE', state: 'XX' }))).rejects.toThrow('DE, XX');
  });

  test('are not looked up where no rule asks for them', async () => {
    expect(await daysOf()).toEqual([]);
  });
});
