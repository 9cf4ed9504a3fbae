import { describe, expect, it } from 'vitest';
import type { Weekday } from '../../../../src/domain/policy.ts';
import { fitsSlot, scheduleOf } from '../../../../src/domain/setup/schedule.ts';
import { aPolicy } from '../../../support/builders.ts';

const slots = (changes: Partial<ReturnType<typeof aPolicy>['slots']> = {}) => ({
  ...aPolicy().slots,
  ...changes,
});
const crons = (changes: Parameters<typeof slots>[0], kind: 'T1' | 'T2' = 'T2') =>
  scheduleOf(slots(changes), kind).map(({ cron }) => cron);
const WEEKDAYS: Weekday[] = [1, 2, 3, 4, 5];

describe('the backup schedule of a slot', () => {
  it('fires off the full and half hour, twice, in the zone of the slots', () => {
    expect(scheduleOf(slots(), 'T2')).toEqual([
      { cron: '7 22 * * *', timezone: 'Asia/Taipei' },
      { cron: '37 22 * * *', timezone: 'Asia/Taipei' },
    ]);
    expect(crons({}, 'T1')).toEqual(['7 20 * * *', '37 20 * * *']);
  });

  it('keeps off the half hour also where the slot begins at an odd time', () => {
    expect(crons({ t2: '21:53' })).toEqual(['1 22 * * *', '31 22 * * *']);
  });

  it('fires on the day after where the slot is late in the evening', () => {
    expect(crons({ t2: '23:40', weekdays: WEEKDAYS })).toEqual(['47 23 * * 1,2,3,4,5', '17 0 * * 2,3,4,5,6']);
    expect(crons({ t2: '23:40', weekdays: [6, 7] })).toEqual(['47 23 * * 0,6', '17 0 * * 0,1']);
  });

  it('never fires later than the slot may start', () => {
    expect(crons({ latestStartMinutes: 20 })).toEqual(['7 22 * * *', '10 22 * * *']);
    expect(crons({ latestStartMinutes: 1 })).toEqual(['1 22 * * *']);
  });

  it('fits its own slot, whatever the slot', () => {
    for (const t2 of ['00:00', '05:53', '22:00', '23:59']) {
      for (const latestStartMinutes of [1, 7, 20, 60, 360]) {
        const given = slots({ t2, latestStartMinutes, weekdays: WEEKDAYS });
        for (const line of scheduleOf(given, 'T2')) expect(fitsSlot(line, given, 'T2'), line.cron).toBe(true);
      }
    }
  });
});

const fits = (cron: string, timezone = 'Asia/Taipei', changes: Parameters<typeof slots>[0] = {}) =>
  fitsSlot({ cron, timezone }, slots(changes), 'T2');

describe('a schedule that somebody wrote', () => {
  it('fits at any minute at which the slot may start', () => {
    expect(fits('0 22 * * *')).toBe(true);
    expect(fits('0 23 * * *')).toBe(true);
    expect(fits('1 23 * * *')).toBe(false);
    expect(fits('59 21 * * *')).toBe(false);
  });

  it('does not fit in another zone, nor in words that are not understood', () => {
    expect(fits('7 22 * * *', 'UTC')).toBe(false);
    expect(fits('7 22 * * *', 'asia/taipei')).toBe(true);
    expect(fits('*/5 * * * *')).toBe(false);
    expect(fits('7 22 1 * *')).toBe(false);
  });

  it('has to have the days of the slots, in any spelling', () => {
    const changes = { weekdays: WEEKDAYS };
    expect(fits('7 22 * * mon-fri', undefined, changes)).toBe(true);
    expect(fits('7 22 * * 1-5', undefined, changes)).toBe(true);
    expect(fits('7 22 * * *', undefined, changes)).toBe(false);
    expect(fits('7 22 * * 0-6')).toBe(true);
  });
});
