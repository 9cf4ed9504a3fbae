import type { SlotKind } from '../calendar.ts';
import type { SlotPolicy, Weekday } from '../policy.ts';

/** One line of a workflow's `on.schedule`. */
export interface ScheduleLine {
  readonly cron: string;
  readonly timezone: string;
}

/**
 * Minutes after a slot's start at which its backup fires. Source: Actions is late or drops runs most often on the full
 * hour; the second is the backup of the backup.
 */
const BACKUP_MINUTES = [7, 37];
const DAY_MINUTES = 1440;
const EVERY_DAY = 7;

/** The backup schedule of a slot: off the full and half hour, and not later than the slot may start. */
export function scheduleOf(slots: SlotPolicy, kind: SlotKind): readonly ScheduleLine[] {
  const latest = slots.latestStartMinutes;
  const after = BACKUP_MINUTES.map((minutes) => (minutes <= latest ? minutes : Math.floor(latest / 2)));
  return [...new Set(after)].map((minutes) => {
    const busy = (startOf(slots, kind) + minutes) % 30 === 0;
    return {
      cron: cronAt(slots, kind, busy && minutes < latest ? minutes + 1 : minutes),
      timezone: slots.timeZone,
    };
  });
}

/** Tells whether a line fires within the slot, on each of its days and no other. */
export function fitsSlot(line: ScheduleLine, slots: SlotPolicy, kind: SlotKind): boolean {
  if (line.timezone.toLowerCase() !== slots.timeZone.toLowerCase()) return false;
  const [, minute, hour] = /^(\d{1,2}) (\d{1,2}) \* \* \S+$/u.exec(line.cron) ?? [];
  if (minute === undefined || hour === undefined) return false;
  const fires = Number(hour) * 60 + Number(minute);
  const after = (fires - startOf(slots, kind) + DAY_MINUTES) % DAY_MINUTES;
  return after <= slots.latestStartMinutes && daysOf(line.cron) === daysOf(cronAt(slots, kind, after));
}

function startOf(slots: SlotPolicy, kind: SlotKind): number {
  const time = kind === 'T1' ? slots.t1 : slots.t2;
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** A slot late in the evening fires its backup on the day after. */
function cronAt(slots: SlotPolicy, kind: SlotKind, afterMinutes: number): string {
  const at = startOf(slots, kind) + afterMinutes;
  const shift = Math.floor(at / DAY_MINUTES);
  const days = slots.weekdays.map((day) => cronDay(day, shift)).toSorted((left, right) => left - right);
  const named = days.length === EVERY_DAY ? '*' : days.join(',');
  return `${at % 60} ${Math.floor((at % DAY_MINUTES) / 60)} * * ${named}`;
}

/** Source: cron counts Sunday as 0, ISO as 7. */
function cronDay(day: Weekday, shift: number): number {
  return (day + shift) % EVERY_DAY;
}

const DAY_NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The days of a cron line in one spelling: `mon-fri` and `1,2,3,4,5` are the same. */
function daysOf(cron: string): string {
  const written = cron.split(' ')[4] ?? '';
  if (written === '*') return '0,1,2,3,4,5,6';
  const days = written.split(',').flatMap((part) => {
    const [first = -1, last = first] = part.split('-').map(dayNumber);
    return Array.from({ length: Math.max(last - first, 0) + 1 }, (_, index) => (first + index) % EVERY_DAY);
  });
  return [...new Set(days)].toSorted((left, right) => left - right).join(',');
}

function dayNumber(word: string): number {
  const named = DAY_NAMES.indexOf(word.toLowerCase());
  return named >= 0 ? named : Number(word);
}
