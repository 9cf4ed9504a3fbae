import { describe, expect, it } from 'vitest';
import { createZone } from '../../../src/adapters/clock/zone.ts';
import {
  dueSlot,
  lastSlot,
  nextSlot,
  parseSlotId,
  slotOn,
  type SlotCalendar,
} from '../../../src/domain/calendar.ts';
import type { SlotPolicy, Weekday } from '../../../src/domain/policy.ts';

const EVERY_DAY: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

function aCalendar(timeZone: string, changes: Partial<SlotPolicy> = {}): SlotCalendar {
  const slots = {
    timeZone,
    t1: '20:00',
    t2: '22:00',
    weekdays: EVERY_DAY,
    latestStartMinutes: 60,
    checksTimeoutMinutes: 30,
    ...changes,
  };
  return { zone: createZone(timeZone), slots };
}

function at(iso: string): number {
  return Date.parse(iso);
}

const MINUTE_MS = 60_000;

describe('an approval for tonight', () => {
  it.each([
    {
      timeZone: 'Asia/Taipei',
      tomorrow: '2026-11-21',
      cutOff: '2026-11-20T22:00:00+08:00',
      why: 'an ordinary night',
    },
    {
      timeZone: 'Europe/Berlin',
      tomorrow: '2026-03-30',
      cutOff: '2026-03-29T22:00:00+02:00',
      why: 'the day of 23 hours',
    },
    {
      timeZone: 'Europe/Berlin',
      tomorrow: '2026-10-26',
      cutOff: '2026-10-25T22:00:00+01:00',
      why: 'the day of 25 hours',
    },
    {
      timeZone: 'America/New_York',
      tomorrow: '2026-03-09',
      cutOff: '2026-03-08T22:00:00-04:00',
      why: 'the day of 23 hours',
    },
    {
      timeZone: 'America/New_York',
      tomorrow: '2026-11-02',
      cutOff: '2026-11-01T22:00:00-05:00',
      why: 'the day of 25 hours',
    },
    {
      timeZone: 'Australia/Lord_Howe',
      tomorrow: '2026-10-05',
      cutOff: '2026-10-04T22:00:00+11:00',
      why: 'a day of 23.5 hours',
    },
    {
      timeZone: 'Australia/Lord_Howe',
      tomorrow: '2026-04-06',
      cutOff: '2026-04-05T22:00:00+10:30',
      why: 'a day of 24.5 hours',
    },
  ])('in $timeZone counts until $cutOff, and then for $tomorrow ($why)', ({ timeZone, tomorrow, cutOff }) => {
    const calendar = aCalendar(timeZone);
    const tonight = `${cutOff.slice(0, 10)}/T2`;
    expect(nextSlot(calendar, 'T2', at(cutOff) - 1_000)).toMatchObject({
      id: tonight,
      startsAtMs: at(cutOff),
    });
    expect(nextSlot(calendar, 'T2', at(cutOff) - 1).id).toBe(tonight);
    expect(nextSlot(calendar, 'T2', at(cutOff)).id).toBe(`${tomorrow}/T2`);
  });

  it('follows from the time it was written, however late it is processed', () => {
    const calendar = aCalendar('Europe/Berlin');
    const writtenAtMs = at('2026-10-25T21:59:59+01:00');
    const slot = nextSlot(calendar, 'T2', writtenAtMs);
    // An hour later the slot has long begun; what was written before still belongs to it.
    expect(dueSlot(calendar, 'T2', writtenAtMs + 60 * MINUTE_MS)?.id).toBe(slot.id);
    expect(slot.startsAtMs).toBeGreaterThan(writtenAtMs);
    expect(nextSlot(calendar, 'T2', writtenAtMs + 60 * MINUTE_MS).id).toBe('2026-10-26/T2');
  });
});

describe('a slot whose local time is special', () => {
  it('begins as far after the gap as it lay in it', () => {
    const calendar = aCalendar('Europe/Berlin', { t1: '01:00', t2: '02:30' });
    const slot = slotOn(calendar, 'T2', '2026-03-29');
    expect(slot?.startsAtMs).toBe(at('2026-03-29T03:30:00+02:00'));
    expect(nextSlot(calendar, 'T2', at('2026-03-29T03:29:59+02:00')).id).toBe('2026-03-29/T2');
    expect(nextSlot(calendar, 'T2', at('2026-03-29T03:30:00+02:00')).id).toBe('2026-03-30/T2');
  });

  it('begins once where the clock shows it twice', () => {
    const calendar = aCalendar('Europe/Berlin', { t1: '01:00', t2: '02:30' });
    const first = at('2026-10-25T02:30:00+02:00');
    expect(nextSlot(calendar, 'T2', first - 1).startsAtMs).toBe(first);
    expect(nextSlot(calendar, 'T2', first).id).toBe('2026-10-26/T2');
    // 02:30 again: the slot began an hour ago.
    const second = at('2026-10-25T02:30:00+01:00');
    expect(dueSlot(calendar, 'T2', second)?.startsAtMs).toBe(first);
    expect(dueSlot(calendar, 'T2', second + 1)).toBeNull();
  });

  it('in a gap before midnight begins after midnight, and is still the slot of its day', () => {
    const calendar = aCalendar('America/Nuuk', { t2: '23:30' });
    const begins = at('2026-03-29T00:30:00-01:00');
    const slot = { id: '2026-03-28/T2', startsAtMs: begins };
    expect(nextSlot(calendar, 'T2', at('2026-03-28T22:59:59-02:00'))).toMatchObject(slot);
    expect(nextSlot(calendar, 'T2', at('2026-03-29T00:10:00-01:00'))).toMatchObject(slot);
    expect(dueSlot(calendar, 'T2', begins)).toMatchObject(slot);
    expect(nextSlot(calendar, 'T2', begins).id).toBe('2026-03-29/T2');
  });
});

describe('weekdays', () => {
  const calendar = aCalendar('Asia/Taipei', { weekdays: [1, 5] });

  it('without a slot are passed over', () => {
    expect(nextSlot(calendar, 'T2', at('2026-11-20T22:00:00+08:00')).id).toBe('2026-11-23/T2');
    expect(slotOn(calendar, 'T1', '2026-11-21')).toBeNull();
    expect(dueSlot(calendar, 'T2', at('2026-11-21T22:10:00+08:00'))).toBeNull();
    expect(lastSlot(calendar, 'T2', at('2026-11-23T21:59:59+08:00'))?.id).toBe('2026-11-20/T2');
  });

  it('are those of the zone, not of UTC', () => {
    // Monday 06:00 in Auckland is Sunday in UTC.
    const early = aCalendar('Pacific/Auckland', { t1: '04:00', t2: '06:00', weekdays: [1] });
    expect(nextSlot(early, 'T2', at('2026-11-22T00:00:00Z')).startsAtMs).toBe(at('2026-11-22T17:00:00Z'));
  });

  it('may be a single one: the next slot is a week ahead', () => {
    const friday = aCalendar('UTC', { weekdays: [5] });
    expect(nextSlot(friday, 'T1', at('2026-11-20T20:00:00Z')).id).toBe('2026-11-27/T1');
    expect(lastSlot(friday, 'T1', at('2026-11-27T19:59:59Z'))?.id).toBe('2026-11-20/T1');
  });
});

describe('a slot that is due', () => {
  const calendar = aCalendar('UTC', { latestStartMinutes: 60 });

  it.each([
    ['2026-11-20T21:59:59.999Z', null],
    ['2026-11-20T22:00:00Z', '2026-11-20/T2'],
    ['2026-11-20T23:00:00Z', '2026-11-20/T2'],
    ['2026-11-20T23:00:00.001Z', null],
    ['2026-11-21T06:00:00Z', null],
  ])('at %s is %s', (moment, id) => {
    expect(dueSlot(calendar, 'T2', at(moment))?.id ?? null).toBe(id);
  });

  it('may be late past midnight and keeps its date', () => {
    const late = aCalendar('UTC', { t2: '23:30' });
    expect(dueSlot(late, 'T2', at('2026-11-21T00:30:00Z'))?.id).toBe('2026-11-20/T2');
    expect(dueSlot(late, 'T2', at('2026-11-21T00:30:00.001Z'))).toBeNull();
  });
});

it.each(['2026-11-20/T3', '2026-11-20', '2026-11-20/T1 ', '../T1', '20261120/T2'])(
  '%j is no slot id',
  (text) => {
    expect(parseSlotId(text)).toBeNull();
  },
);
