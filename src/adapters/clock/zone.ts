import { Temporal } from 'temporal-polyfill';
import type { Zone } from '../../domain/calendar.ts';
import type { LocalTime, Weekday } from '../../domain/policy.ts';

const WEEKDAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

/**
 * Time zone arithmetic by the zone rules of this machine, on Temporal, which Node 24 does not have by itself yet.
 *
 * @throws RangeError when `name` is not the IANA name of a zone that is known here; offsets such as `+08:00` are none.
 */
export function createZone(name: string): Zone {
  const zoneId = resolveZone(name);

  function toLocal(atMs: number): ReturnType<Zone['toLocal']> {
    const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(zoneId);
    return {
      date: local.toPlainDate().toString(),
      time: local.toPlainTime().toString({ smallestUnit: 'minute' }),
      weekday: weekdayAt(local.dayOfWeek),
    };
  }

  function toEpochMs(date: string, time: LocalTime): number {
    const local = Temporal.PlainDateTime.from(`${date}T${time}`);
    return local.toZonedDateTime(zoneId, { disambiguation: 'compatible' }).epochMilliseconds;
  }

  return {
    name: zoneId,
    toLocal,
    toEpochMs,
    addDays: (date, days) => Temporal.PlainDate.from(date).add({ days }).toString(),
    weekdayOf: (date) => weekdayAt(Temporal.PlainDate.from(date).dayOfWeek),
  };
}

function resolveZone(name: string): string {
  const problem = `"${name.slice(0, 60)}" is no time zone that is known here; write an IANA name, such as "Asia/Taipei"`;
  if (!/^[a-z]/iu.test(name)) throw new RangeError(problem);
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch (cause) {
    throw new RangeError(problem, { cause });
  }
}

function weekdayAt(isoDay: number): Weekday {
  const weekday = WEEKDAYS[isoDay - 1];
  if (weekday === undefined) throw new Error(`no weekday ${isoDay}`);
  return weekday;
}
