import { createZone } from './adapters/clock/zone.ts';
import { DEMO_ZONE } from './compose-demo-repository.ts';
import { nextSlot, type SlotKind } from './domain/calendar.ts';
import type { Clock } from './ports/clock.ts';

/** How many days before today the story begins: its last night is over. */
const STORY_DAYS = 6;

/** As fixtures/demo says, and the defaults. */
const SLOTS = {
  t1: '20:00',
  t2: '22:00',
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  latestStartMinutes: 60,
  checksTimeoutMinutes: 30,
} as const;

/** Time as the people of the demo read it. */
export interface DemoTime {
  /** Epoch milliseconds of a local time on a day of the story, which begins on day 1. */
  at(day: number, time: string): number;
  /** A day of the story as the calendar has it: `2026-02-05`. */
  date(day: number): string;
  /** The clock's time as the demo's people read it: `20:00`. */
  localTime(): string;
  /** The next slot of each kind by the sandbox's clock, the earlier one first. */
  nextSlots(): readonly { readonly kind: SlotKind; readonly startsAtMs: number; readonly local: string }[];
}

/** The days of a story that is over today, in the demo's zone. */
export function createDemoTime(clock: Clock): DemoTime {
  const zone = createZone(DEMO_ZONE);
  const today = zone.toLocal(Date.now()).date;
  const calendar = { zone, slots: { ...SLOTS, timeZone: zone.name } };
  const date = (day: number): string => zone.addDays(today, day - 1 - STORY_DAYS);
  return {
    date,
    at: (day, time) => zone.toEpochMs(date(day), time),
    localTime: () => zone.toLocal(clock.nowMs()).time,
    nextSlots: () =>
      (['T1', 'T2'] as const)
        .map((kind) => nextSlot(calendar, kind, clock.nowMs()))
        .map(({ kind, startsAtMs }) => {
          const { date, time } = zone.toLocal(startsAtMs);
          return { kind, startsAtMs, local: `${date} ${time} (${zone.name})` };
        })
        .toSorted((left, right) => left.startsAtMs - right.startsAtMs),
  };
}
