import type { Slot, SlotCalendar } from '../calendar.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** `Fri 2026-11-20 22:00 (Asia/Taipei)` */
export function renderLocal(calendar: SlotCalendar, atMs: number): string {
  const local = calendar.zone.toLocal(atMs);
  return `${WEEKDAYS[local.weekday - 1]} ${local.date} ${local.time} (${calendar.zone.name})`;
}

/** `1 h 20 min`, rounded up to whole minutes; `less than a minute` below one. */
export function renderDuration(ms: number): string {
  if (ms < 60_000) return 'less than a minute';
  const minutes = Math.ceil(ms / 60_000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const parts = [
    days > 0 ? `${days} d` : '',
    hours > 0 ? `${hours} h` : '',
    minutes % 60 > 0 ? `${minutes % 60} min` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** When a slot is: its date, local time and the time left; goes behind `T1` or `T2`. Every answer to an approval says it. */
export function renderSlot(calendar: SlotCalendar, slot: Slot, nowMs: number): string {
  const left = slot.startsAtMs - nowMs;
  const when = left > 0 ? `in ${renderDuration(left)}` : 'it has begun';
  return `**${renderLocal(calendar, slot.startsAtMs)}**, ${when}`;
}
