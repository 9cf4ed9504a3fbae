const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?\s?(?:Z|UTC|([+-])(\d\d):?(\d\d))$/iu;

/** Above this a number counts milliseconds, below it seconds: the one is in 1973, the other in the year 5138. */
const MOST_SECONDS = 1e11;

/**
 * Reads a moment as programs write it: ISO 8601 with a zone, or seconds or milliseconds since 1970. `null`: it is none.
 * Whole seconds; a time without a zone could be anywhere.
 */
export function readTimestamp(value: unknown): number | null {
  if (typeof value === 'number') return readCount(value);
  if (typeof value !== 'string') return null;
  return SECONDS.test(value) ? readCount(Number(value)) : readIso(value.trim());
}

const SECONDS = /^\d{9,13}(?:\.\d{1,9})?$/u;

function readCount(count: number): number | null {
  if (count < 0) return null;
  return count < MOST_SECONDS ? count * 1_000 : count;
}

function readIso(text: string): number | null {
  const match = ISO.exec(text);
  return match === null ? null : readParts(match.slice(1, 7).map(toNumber), readOffset(match.slice(7, 10)));
}

function readParts(parts: readonly number[], offsetMinutes: number): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const isOne = month >= 1 && day >= 1 && isWithin(parts.slice(1));
  if (!isOne) return null;
  const minutes = (daysSince1970(year, month, day) * 24 + hour) * 60 + minute - offsetMinutes;
  return minutes * 60_000 + second * 1_000;
}

function readOffset([sign, hours, minutes]: readonly (string | undefined)[]): number {
  return (sign === '-' ? -1 : 1) * (toNumber(hours) * 60 + toNumber(minutes));
}

function toNumber(digits: string | undefined): number {
  return Number(digits ?? 0);
}

/** Of month, day, hour, minute and second; a day that its month lacks is one of the next. */
const MOST = [12, 31, 24, 59, 60];

function isWithin(parts: readonly number[]): boolean {
  return parts.every((part, index) => part <= (MOST[index] ?? 0));
}

/** Source: Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil; years begin in March. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
