import type { Zone } from '../../domain/calendar.ts';
import type { FreezeWindow, HolidayRule } from '../../domain/freeze-policy.ts';

/** How far ahead holidays are looked up: the configuration is read anew much more often. */
const AHEAD_DAYS = 400;

const DAY_MS = 86_400_000;

/**
 * The public holidays of countries as freezes, from yesterday on.
 *
 * @throws RangeError for a country or state whose holidays nobody knows: no freeze is not what somebody asked for.
 */
export async function holidayFreezes(
  rules: readonly HolidayRule[],
  { zone, atMs }: { readonly zone: Zone; readonly atMs: number },
): Promise<readonly FreezeWindow[]> {
  if (rules.length === 0) return [];
  const today = zone.toLocal(atMs).date;
  const [first, last] = [zone.addDays(today, -1), zone.addDays(today, AHEAD_DAYS)];
  const windows = await Promise.all(rules.map((rule) => windowsOf(rule, Number(today.slice(0, 4)), zone)));
  return windows.flat().filter(({ from, until }) => until > first && from < last);
}

async function windowsOf(rule: HolidayRule, year: number, zone: Zone): Promise<readonly FreezeWindow[]> {
  const { country, state, level, parts } = rule;
  // Calendars of all the world: read by whoever needs them.
  const { default: Holidays } = await import('date-holidays');
  const place = state === null ? new Holidays(country) : new Holidays(country, state);
  const days = [year - 1, year, year + 1, year + 2].flatMap((each) => place.getHolidays(each));
  const isKnown = state === null || new Holidays().getStates(country)?.[state] !== undefined;
  if (!isKnown || days.length === 0) {
    const name = state === null ? country : `${country}, ${state}`;
    throw new RangeError(`freeze.public_holidays: nobody knows the holidays of ${name}`);
  }
  return days
    .filter(({ type }) => type === 'public')
    .map(({ date, start, end, name }) => {
      const from = date.slice(0, 10);
      const length = Math.max(1, Math.ceil((end.getTime() - start.getTime()) / DAY_MS));
      return { from, until: zone.addDays(from, length), level, parts, reason: `public holiday: ${name}` };
    });
}
