/** `suspend`: slots do nothing. `full`: and of hotfixes only the worst go on. */
export const FREEZE_LEVELS = ['suspend', 'full'] as const;
export type FreezeLevel = (typeof FREEZE_LEVELS)[number];

/** `YYYY-MM-DD`, or `YYYY-MM-DD HH:MM` with a `T` or a blank; local to the slots' time zone. */
type LocalMoment = string;

/** A freeze that the configuration knows of in advance. A date as `until` is the first day that is free again. */
export interface FreezeWindow {
  readonly from: LocalMoment;
  readonly until: LocalMoment;
  readonly level: FreezeLevel;
  readonly parts: readonly string[];
  readonly reason: string;
}

export interface FreezePolicy {
  readonly windows: readonly FreezeWindow[];
  /** The last days of each month; 0: none. */
  readonly monthEndDays: number;
  readonly lunarNewYear: LunarNewYearRule | null;
  /** Whose days were looked up are among the windows. */
  readonly publicHolidays: readonly HolidayRule[];
}

/** Every public holiday of a country, or of one of its states. */
export interface HolidayRule {
  /** ISO 3166-1, upper case. */
  readonly country: string;
  /** As the package date-holidays calls it; `null`: what holds in the whole country. */
  readonly state: string | null;
  readonly level: FreezeLevel;
  readonly parts: readonly string[];
}

/** The first day of the lunar year, and days round it. */
interface LunarNewYearRule {
  readonly daysBefore: number;
  readonly daysAfter: number;
  readonly level: FreezeLevel;
}
