import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createZone } from '../../../src/adapters/clock/zone.ts';
import { freezeOn, nextOpen, type FreezeFacts } from '../../../src/domain/freeze.ts';
import { aPolicy, aCalendar, noFreezes } from '../../support/builders.ts';

/** Clocks that go forward and back at midnight, in the night, by half an hour, and never. */
const ZONES = ['Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe', 'Asia/Beirut', 'Asia/Taipei'];

const anHour = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) });
const aFreeze = fc.record({
  zone: fc.constantFrom(...ZONES.map(createZone)),
  atMs: anHour,
  /** Where the window begins, in days from then. */
  from: fc.integer({ min: -40, max: 40 }),
  days: fc.integer({ min: 1, max: 40 }),
  monthEndDays: fc.integer({ min: 0, max: 15 }),
  lunarNewYear: fc.option(
    fc.record({
      daysBefore: fc.nat({ max: 30 }),
      daysAfter: fc.nat({ max: 30 }),
      level: fc.constant('full' as const),
    }),
  ),
});
type Case = typeof aFreeze extends fc.Arbitrary<infer T> ? T : never;

function factsOf({ zone, atMs, from, days, monthEndDays, lunarNewYear }: Case): {
  facts: FreezeFacts;
  from: string;
  until: string;
} {
  const { date } = zone.toLocal(atMs);
  const window = { from: zone.addDays(date, from), until: zone.addDays(date, from + days) };
  const policy = {
    ...aPolicy().freeze,
    windows: [{ ...window, level: 'suspend' as const, parts: [], reason: 'audit' }],
    monthEndDays,
    lunarNewYear,
  };
  return { facts: noFreezes({ policy, calendar: { ...aCalendar(), zone } }), ...window };
}

/** The same question by the dates alone: what the calendar on the wall says. */
function isFrozenOn(
  date: string,
  { zone, monthEndDays, lunarNewYear: rule }: Case,
  { from, until }: { from: string; until: string },
) {
  const isAtMonthEnd = monthEndDays > 0 && zone.addDays(date, monthEndDays).slice(0, 7) !== date.slice(0, 7);
  const isAtNewYear =
    rule !== null &&
    ['2025-01-29', '2026-02-17', '2027-02-06', '2028-01-26'].some(
      (day) => zone.addDays(day, -rule.daysBefore) <= date && date <= zone.addDays(day, rule.daysAfter),
    );
  return isAtMonthEnd || isAtNewYear || (from <= date && date < until);
}

describe('a freeze, in every zone and on both changes of the clock', () => {
  it('covers exactly the moments whose local date it names', () => {
    fc.assert(
      fc.property(aFreeze, (given) => {
        const { facts, ...window } = factsOf(given);
        const frozen = freezeOn(facts, 'everything', given.atMs) !== null;
        expect(frozen).toBe(isFrozenOn(given.zone.toLocal(given.atMs).date, given, window));
      }),
      { numRuns: 500 },
    );
  });

  it('opens at the first moment that no freeze covers any more', () => {
    fc.assert(
      fc.property(aFreeze, (given) => {
        const { facts } = factsOf(given);
        const opensMs = nextOpen(facts, 'everything', given.atMs) ?? Number.NaN;
        expect(freezeOn(facts, 'everything', opensMs)).toBeNull();
        const isNow = freezeOn(facts, 'everything', given.atMs) === null;
        expect(isNow ? opensMs : freezeOn(facts, 'everything', opensMs - 1) === null).toBe(
          isNow ? given.atMs : false,
        );
      }),
      { numRuns: 300 },
    );
  });
});
