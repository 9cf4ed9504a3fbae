import { Temporal } from 'temporal-polyfill';
import type { LocalDateTime, Zone } from '../../domain/calendar.ts';

/**
 * A time zone by its IANA name, on Temporal, which Node 24 does not have by itself yet.
 *
 * @throws RangeError for a name that is none.
 */
export function createZone(name: string): Zone {
  // Asks for any moment, so that an unknown name shows at once and not at the first slot.
  Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
  return {
    name,
    toLocal(atMs) {
      return describe(Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(name));
    },
    toEpochMs(date, time) {
      const local = Temporal.PlainDateTime.from(`${date}T${time}`);
      return local.toZonedDateTime(name, { disambiguation: 'compatible' }).epochMilliseconds;
    },
    addDays: (date, days) => Temporal.PlainDate.from(date).add({ days }).toString(),
    weekdayOf: (date) => weekday(Temporal.PlainDate.from(date).dayOfWeek),
  };
}

function describe(at: Temporal.ZonedDateTime): LocalDateTime {
  return {
    date: at.toPlainDate().toString(),
    time: at.toPlainTime().toString({ smallestUnit: 'minute' }),
    weekday: weekday(at.dayOfWeek),
  };
}

function weekday(day: number): LocalDateTime['weekday'] {
  switch (day) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
      return day;
    default:
      throw new Error(`no weekday: ${day}`);
  }
}
