import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createZone } from '../../src/adapters/clock/zone.ts';
import {
  dueSlot,
  lastSlot,
  nextSlot,
  parseSlotId,
  slotOn,
  type SlotCalendar,
  type SlotKind,
} from '../../src/domain/calendar.ts';
import type { Weekday } from '../../src/domain/policy.ts';

const ZONES = [
  'UTC',
  'Asia/Taipei',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Nuuk',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Beirut',
  'Atlantic/Azores',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Antarctica/Troll',
].map(createZone);

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

function timeOf(minutes: number): string {
  const hour = String(Math.floor(minutes / 60)).padStart(2, '0');
  return `${hour}:${String(minutes % 60).padStart(2, '0')}`;
}

/** T1 anywhere in the day, T2 at least an hour after it. */
const calendars: fc.Arbitrary<SlotCalendar> = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    t1: fc.integer({ min: 0, max: 1_379 }),
    later: fc.nat(),
    weekdays: fc.uniqueArray(fc.constantFrom<Weekday>(1, 2, 3, 4, 5, 6, 7), { minLength: 1 }),
    latestStartMinutes: fc.integer({ min: 1, max: 360 }),
  })
  .map(({ zone, t1, later, weekdays, latestStartMinutes }) => ({
    zone,
    slots: {
      timeZone: zone.name,
      t1: timeOf(t1),
      t2: timeOf(t1 + 60 + (later % (1_380 - t1))),
      weekdays,
      latestStartMinutes,
      checksTimeoutMinutes: 30,
    },
  }));

/** Anywhere in 16 years, and often within hours of a change of the clock. */
const moments: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2036, 0) }),
  fc
    .record({
      day: fc.constantFrom(
        '2026-03-08',
        '2026-03-28',
        '2026-03-29',
        '2026-04-05',
        '2026-10-04',
        '2026-10-24',
        '2026-10-25',
        '2026-11-01',
      ),
      afterMs: fc.integer({ min: -DAY_MS, max: 2 * DAY_MS }),
    })
    .map(({ day, afterMs }) => Date.parse(day) + afterMs),
);

const kinds = fc.constantFrom<SlotKind>('T1', 'T2');
const parts = fc.double({ min: 0, max: 1, noNaN: true });
const OPTIONS = { numRuns: 500 };

describe('the calendar, in any zone, on any day', () => {
  it('gives a next slot strictly after the moment, within eight days, on a configured weekday', () => {
    fc.assert(
      fc.property(calendars, kinds, moments, (calendar, kind, atMs) => {
        const slot = nextSlot(calendar, kind, atMs);
        const date = parseSlotId(slot.id)?.date ?? '';
        expect(slot.startsAtMs).toBeGreaterThan(atMs);
        expect(slot.startsAtMs - atMs).toBeLessThanOrEqual(8 * DAY_MS);
        expect(calendar.slots.weekdays).toContain(calendar.zone.weekdayOf(date));
        // A gap before midnight moves a slot into the first hour of the next day.
        const begins = calendar.zone.toLocal(slot.startsAtMs);
        expect(begins.date === date || begins.time < '01:00').toBe(true);
        expect(slot.latestStartMs - slot.startsAtMs).toBe(calendar.slots.latestStartMinutes * MINUTE_MS);
      }),
      OPTIONS,
    );
  });

  it('gives the same slot for everything written up to its start, and none in between', () => {
    fc.assert(
      fc.property(calendars, kinds, fc.tuple(moments, parts), (calendar, kind, [atMs, part]) => {
        const slot = nextSlot(calendar, kind, atMs);
        const between = Math.floor(atMs + (slot.startsAtMs - 1 - atMs) * part);
        expect(nextSlot(calendar, kind, between)).toEqual(slot);
        expect(lastSlot(calendar, kind, slot.startsAtMs)).toEqual(slot);
        expect(lastSlot(calendar, kind, slot.startsAtMs - 1)?.id).not.toBe(slot.id);
      }),
      OPTIONS,
    );
  });

  it('numbers its slots without a repeat, in order of time', () => {
    fc.assert(
      fc.property(calendars, kinds, moments, (calendar, kind, atMs) => {
        const ids: string[] = [];
        let cursor = atMs;
        for (let count = 0; count < 10; count += 1) {
          const slot = nextSlot(calendar, kind, cursor);
          ids.push(slot.id);
          cursor = slot.startsAtMs;
        }
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.toSorted()).toEqual(ids);
      }),
      { numRuns: 150 },
    );
  });

  it('lets T1 of a day begin no later than its T2, where no change of the clock is longer than an hour', () => {
    fc.assert(
      fc.property(calendars, moments, (calendar, atMs) => {
        fc.pre(calendar.zone.name !== 'Antarctica/Troll');
        const t1 = nextSlot(calendar, 'T1', atMs);
        const t2 = slotOn(calendar, 'T2', parseSlotId(t1.id)?.date ?? '');
        expect(t1.startsAtMs).toBeLessThanOrEqual(t2?.startsAtMs ?? 0);
      }),
      OPTIONS,
    );
  });

  it('says a slot is due exactly from its start to its latest start', () => {
    fc.assert(
      fc.property(calendars, kinds, moments, (calendar, kind, atMs) => {
        const slot = nextSlot(calendar, kind, atMs);
        expect(dueSlot(calendar, kind, slot.startsAtMs)).toEqual(slot);
        expect(dueSlot(calendar, kind, slot.latestStartMs)).toEqual(slot);
        expect(dueSlot(calendar, kind, slot.latestStartMs + 1)?.id).not.toBe(slot.id);
        expect(dueSlot(calendar, kind, slot.startsAtMs - 1)?.id).not.toBe(slot.id);
      }),
      OPTIONS,
    );
  });
});

it('a local time and its moment are the same thing, outside the gaps', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), moments, (zone, atMs) => {
      const local = zone.toLocal(atMs);
      const back = zone.toLocal(zone.toEpochMs(local.date, local.time));
      expect(back).toEqual(local);
      expect(zone.weekdayOf(local.date)).toBe(local.weekday);
    }),
    { numRuns: 500 },
  );
});
