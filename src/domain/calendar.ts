import type { LocalTime, SlotPolicy, Weekday } from './policy.ts';

/** A wall clock reading, without a zone. */
interface LocalDateTime {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** `HH:MM`, 24 hours. */
  readonly time: LocalTime;
  readonly weekday: Weekday;
}

/**
 * Time zone arithmetic, handed in because the domain has no packages.
 *
 * Units: epoch milliseconds, UTC.
 * Bounds: a local time that the spring gap leaves out means the moment as far after the gap; one that autumn
 * brings twice means the first (Temporal's `compatible`).
 */
export interface Zone {
  readonly name: string;
  toLocal(atMs: number): LocalDateTime;
  toEpochMs(date: string, time: LocalTime): number;
  /** The date `days` later, `YYYY-MM-DD`. */
  addDays(date: string, days: number): string;
  weekdayOf(date: string): Weekday;
}

export type SlotKind = 'T1' | 'T2';

/** `2026-11-20/T2` */
export type SlotId = `${string}/${SlotKind}`;

export interface Slot {
  readonly id: SlotId;
  readonly kind: SlotKind;
  /** When it is due, and for T2 the cut-off of approvals. */
  readonly startsAtMs: number;
  /** It may begin up to and including this moment. */
  readonly latestStartMs: number;
}

export interface SlotCalendar {
  readonly zone: Zone;
  readonly slots: SlotPolicy;
}

/** Reads a slot id; `null` when it is none. */
export function parseSlotId(text: string): { readonly date: string; readonly kind: SlotKind } | null {
  const match = /^(\d{4}-\d{2}-\d{2})\/(T1|T2)$/u.exec(text);
  const [, date, kind] = match ?? [];
  if (date === undefined || (kind !== 'T1' && kind !== 'T2')) return null;
  return { date, kind };
}

/** The slot of a kind on a calendar day, `null` where the day is not one of the configured weekdays. */
export function slotOn(calendar: SlotCalendar, kind: SlotKind, date: string): Slot | null {
  const { zone, slots } = calendar;
  if (!slots.weekdays.includes(zone.weekdayOf(date))) return null;
  const startsAtMs = zone.toEpochMs(date, kind === 'T1' ? slots.t1 : slots.t2);
  return {
    id: `${date}/${kind}`,
    kind,
    startsAtMs,
    latestStartMs: startsAtMs + slots.latestStartMinutes * 60_000,
  };
}

/**
 * The first slot of a kind that begins after `atMs`.
 *
 * This is also the cut-off: what was written at `atMs` counts for this slot. A comment of 21:59:59 counts for
 * the T2 of 22:00:00, one of 22:00:00 for the next.
 */
export function nextSlot(calendar: SlotCalendar, kind: SlotKind, atMs: number): Slot {
  const today = calendar.zone.toLocal(atMs).date;
  // A week has at least one configured weekday, and one day more covers a slot of today that has begun. The slot
  // of yesterday may lie ahead where a spring gap reaches midnight (America/Nuuk).
  for (let days = -1; days <= 8; days += 1) {
    const slot = slotOn(calendar, kind, calendar.zone.addDays(today, days));
    if (slot !== null && slot.startsAtMs > atMs) return slot;
  }
  throw new Error('the calendar has no weekday with a slot');
}

/** The slot of a kind that is due at `atMs`, between its start and its latest start; `null` between slots. */
export function dueSlot(calendar: SlotCalendar, kind: SlotKind, atMs: number): Slot | null {
  const slot = lastSlot(calendar, kind, atMs);
  return slot !== null && atMs <= slot.latestStartMs ? slot : null;
}

/** The newest slot of a kind that has begun by `atMs`, within the eight days before; `null` without one. */
export function lastSlot(calendar: SlotCalendar, kind: SlotKind, atMs: number): Slot | null {
  const today = calendar.zone.toLocal(atMs).date;
  for (let days = 0; days <= 8; days += 1) {
    const slot = slotOn(calendar, kind, calendar.zone.addDays(today, -days));
    if (slot !== null && slot.startsAtMs <= atMs) return slot;
  }
  return null;
}
