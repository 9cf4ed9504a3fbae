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

  const toLocal = remembering((atMs: number): ReturnType<Zone['toLocal']> => {
    const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(zoneId);
    return {
      date: local.toPlainDate().toString(),
      time: local.toPlainTime().toString({ smallestUnit: 'minute' }),
      weekday: weekdayAt(local.dayOfWeek),
    };
  });

  const toEpochMs = remembering((date: string, time: LocalTime): number => {
    const local = Temporal.PlainDateTime.from(`${date}T${time}`);
    return local.toZonedDateTime(zoneId, { disambiguation: 'compatible' }).epochMilliseconds;
  });

  return {
    name: zoneId,
    toLocal,
    toEpochMs,
    addDays: remembering((date: string, days: number) =>
      Temporal.PlainDate.from(date).add({ days }).toString(),
    ),
    weekdayOf: remembering((date: string) => weekdayAt(Temporal.PlainDate.from(date).dayOfWeek)),
  };
}

/** So many answers of each kind are remembered; then all are forgotten. */
const MOST_ANSWERS = 1_000;

/** Cards and slots ask about the same few days again and again, and Temporal takes its time. */
function remembering<Args extends readonly (string | number)[], Answer>(
  ask: (...args: Args) => Answer,
): (...args: Args) => Answer {
  const answers = new Map<string, Answer>();
  return (...args) => {
    const question = args.join(' ');
    const known = answers.get(question);
    if (known !== undefined) return known;
    const answer = ask(...args);
    if (answers.size >= MOST_ANSWERS) answers.clear();
    answers.set(question, answer);
    return answer;
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
