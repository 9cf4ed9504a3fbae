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
import { ADA, aCalendar, noFreezes } from '../../support/builders.ts';

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
const withWindows = (...windows: FreezeWindow[]) => noFreezes({ policy: { windows, monthEndDays: 0 } });
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
  const facts = noFreezes({ policy: { windows: [], monthEndDays: 2 } });
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
