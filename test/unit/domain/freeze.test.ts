import { describe, expect, test } from 'vitest';
import {
  freezeOn,
  nextOpen,
  NO_SWITCHES,
  parseLocalMoment,
  refuseFrozen,
  type SaidFreeze,
} from '../../../src/domain/freeze.ts';
import type { FreezeWindow } from '../../../src/domain/freeze-policy.ts';
import { lunarNewYear } from '../../../src/domain/lunar-new-year.ts';
import { ADA, aCalendar, aPolicy, noFreezes } from '../../support/builders.ts';

const { zone } = aCalendar();
const at = (text: string): number => {
  const ms = parseLocalMoment(text, zone);
  if (ms === null) throw new Error(text);
  return ms;
};
const aWindow = (changes: Partial<FreezeWindow> = {}): FreezeWindow => ({
  from: '2026-12-24',
  until: '2026-12-27',
  level: 'suspend',
  parts: [],
  reason: 'holidays',
  ...changes,
});
const withWindows = (...windows: FreezeWindow[]) => noFreezes({ policy: { ...aPolicy().freeze, windows } });
const aSaid = (changes: Partial<SaidFreeze> = {}): SaidFreeze => ({
  level: 'suspend',
  parts: [],
  fromMs: at('2026-11-20'),
  untilMs: at('2026-11-25'),
  reason: 'audit',
  by: ADA,
  ...changes,
});

describe('a window of the configuration', () => {
  const facts = withWindows(aWindow());
  test.each([
    ['2026-12-23 23:59', false],
    ['2026-12-24 00:00', true],
    ['2026-12-26 23:59', true],
    ['2026-12-27 00:00', false],
  ])('includes its start and not its end: %s', (moment, isFrozen) => {
    expect(freezeOn(facts, 'everything', at(moment)) !== null).toBe(isFrozen);
  });

  test('that another one follows opens with the last', () => {
    const chain = withWindows(aWindow(), aWindow({ from: '2026-12-26 12:00', until: '2027-01-02' }));
    expect(nextOpen(chain, 'everything', at('2026-12-24 10:00'))).toBe(at('2027-01-02'));
  });

  test('beside a stricter one gives way to it', () => {
    const both = withWindows(aWindow(), aWindow({ level: 'full', reason: 'outage' }));
    expect(freezeOn(both, 'everything', at('2026-12-25'))).toMatchObject({ level: 'full' });
  });
});

describe('a freeze of some parts', () => {
  const facts = noFreezes({ said: [aSaid({ parts: ['billing'] })] });
  const on = (subject: Parameters<typeof freezeOn>[1]) => freezeOn(facts, subject, at('2026-11-21'));

  test('covers bugs of them, by service or module, whatever the case', () => {
    expect(on({ services: ['Billing'], modules: [] })).not.toBeNull();
    expect(on({ services: ['web'], modules: ['billing'] })).not.toBeNull();
    expect(on({ services: ['web'], modules: [] })).toBeNull();
    expect(on('everything')).toBeNull();
  });
});

const frozen = (switches: Partial<typeof NO_SWITCHES>, moment = '2026-11-20 22:00') =>
  freezeOn(noFreezes({ switches: { ...NO_SWITCHES, ...switches } }), 'everything', at(moment)) !== null;

describe('the variables', () => {
  test.each([
    [{}, false],
    [{ freeze: 'true' }, true],
    [{ freeze: ' TRUE ' }, true],
    [{ freeze: 'false' }, false],
    [{ freeze: '' }, false],
    [{ freeze: 'treu' }, true],
    [{ freeze: 'true', until: '2026-11-20' }, false],
    [{ freeze: 'true', until: '2026-11-21' }, true],
    [{ until: '2026-11-21' }, true],
    [{ freeze: 'false', until: '2026-11-21' }, false],
    [{ until: 'tomorrow' }, true],
    [{ until: '2026-02-30' }, true],
    [{ modules: 'billing' }, false],
  ])('%j: %s', (switches, isFrozen) => expect(frozen(switches)).toBe(isFrozen));

  test('lift by themselves', () => {
    const switches = { ...NO_SWITCHES, freeze: 'true', until: '2026-11-21 08:00' };
    expect(nextOpen(noFreezes({ switches }), 'everything', at('2026-11-20'))).toBe(at('2026-11-21 08:00'));
  });

  test('name the parts', () => {
    const facts = noFreezes({ switches: { ...NO_SWITCHES, modules: 'financial, Billing' } });
    expect(freezeOn(facts, { services: [], modules: ['billing'] }, at('2026-11-20'))).not.toBeNull();
  });
});

test.each([
  ['2026-11-28', false],
  ['2026-11-29', true],
  ['2026-11-30 23:59', true],
  ['2026-12-01', false],
  ['2026-12-31', true],
  ['2027-02-27', true],
])('the last two days of a month: %s is frozen: %s', (moment, isFrozen) => {
  const facts = noFreezes({ policy: { ...aPolicy().freeze, monthEndDays: 2 } });
  expect(freezeOn(facts, 'everything', at(moment)) !== null).toBe(isFrozen);
});

test('a refusal says what, why and when it opens, and lets nothing of the reason come alive', () => {
  const refusal = refuseFrozen(
    noFreezes({ said: [aSaid({ reason: '@ada <b>' })] }),
    'everything',
    at('2026-11-21'),
  );
  expect(refusal).toMatchObject({ reason: 'frozen' });
  expect(refusal?.message).toContain('it opens Wed 2026-11-25 00:00');
  expect(refusal?.message).not.toMatch(/@ada|<b>/u);
  const forever = noFreezes({ said: [aSaid({ untilMs: null })] });
  expect(refuseFrozen(forever, 'everything', at('2026-11-21'))?.message).toContain('`/unfreeze`');
});

test.each(['2026-13-01', '2026-02-29', '2026-11-31', '26-11-01', '2026-11-20 24:00', '', 'x'])(
  '%j is no moment',
  (text) => expect(parseLocalMoment(text, zone)).toBeNull(),
);

/** As almanacs have them. */
const NEW_YEARS = `
  2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17
  2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31
  2034-02-19 2035-02-08 2036-01-28 2037-02-15 2038-02-04 2039-01-24 2040-02-12`
  .trim()
  .split(/\s+/u);

describe('the lunar new year', () => {
  test.each(NEW_YEARS)('is on %s', (date) => {
    expect(lunarNewYear(Number(date.slice(0, 4)))).toBe(date);
  });

  test('is never more than a day from where ICU has it', () => {
    const chinese = new Intl.DateTimeFormat('en-u-ca-chinese', {
      month: 'numeric',
      day: 'numeric',
      timeZone: 'Asia/Shanghai',
    });
    for (let year = 2020; year <= 2099; year += 1) {
      const noon = Date.parse(`${lunarNewYear(year)}T04:00:00Z`);
      const near = [-1, 0, 1].map((days) => chinese.format(noon + days * 86_400_000));
      expect(near, String(year)).toContain('1/1');
    }
  });

  test('freezes the days before and after it', () => {
    const rule = { daysBefore: 2, daysAfter: 5, level: 'full' } as const;
    const facts = noFreezes({ policy: { ...aPolicy().freeze, lunarNewYear: rule } });
    const levelOn = (moment: string) => freezeOn(facts, 'everything', at(moment))?.level ?? 'open';
    expect(['2027-02-03 23:59', '2027-02-04', '2027-02-11 23:59', '2027-02-12'].map(levelOn)).toEqual([
      'open',
      'full',
      'full',
      'open',
    ]);
    expect(nextOpen(facts, 'everything', at('2027-02-05'))).toBe(at('2027-02-12'));
  });
});
