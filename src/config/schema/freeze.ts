import { z } from 'zod';
import { FREEZE_LEVELS, type FreezePolicy } from '../../domain/freeze-policy.ts';

const DAY = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ](?:[01]\d|2[0-3]):[0-5]\d)?$/u;

const moment = z
  .string()
  .regex(DAY, { error: 'must be a date such as "2026-02-05", or with a time as "2026-02-05 18:00"' });

const level = z
  .enum(FREEZE_LEVELS)
  .default('suspend')
  .describe('`suspend`: slots do nothing; `full`: and of hotfixes only the worst go on.');

const parts = z
  .array(z.string().min(1).max(50))
  .max(100)
  .default([])
  .describe('Modules and services it is for; none: everything.');

/** Times in which slots deploy nothing. */
export const FreezeFile = z
  .strictObject({
    windows: z
      .array(
        z
          .strictObject({
            from: moment.describe('First moment, local to the slots.'),
            until: moment.describe('First moment that is free again.'),
            level,
            parts,
            reason: z.string().min(1).max(200).describe('Why, in a few words.'),
          })
          .refine(({ from, until }) => from.replace('T', ' ') < until.replace('T', ' '), {
            error: 'ends before it begins',
          }),
      )
      .max(200)
      .default([])
      .describe('Freezes that are known in advance.'),
    month_end_days: z
      .int()
      .min(0)
      .max(15)
      .default(0)
      .describe('The last days of each month in which slots do nothing; 0: none.'),
    public_holidays: z
      .array(
        z.strictObject({
          country: z
            .string()
            .regex(/^[A-Z]{2}$/u, { error: 'must be the two letters of a country, such as "TW"' })
            .describe('ISO 3166-1, such as `TW`.'),
          state: z
            .string()
            .regex(/^[A-Z0-9-]{1,6}$/u, { error: 'must be the code of a state, such as "BY"' })
            .nullable()
            .default(null)
            .describe('One of its states, such as `BY`; `null`: what holds everywhere.'),
          level,
          parts,
        }),
      )
      .max(20)
      .default([])
      .describe('Every public holiday of some countries.'),
    lunar_new_year: z
      .strictObject({
        days_before: z.int().min(0).max(30).default(1).describe('Days before the first of the lunar year.'),
        days_after: z.int().min(0).max(30).default(3).describe('Days after it.'),
        level,
      })
      .nullable()
      .default(null)
      .describe('The first day of the lunar year, and days round it.'),
  })
  .prefault({})
  .describe('Times in which slots deploy nothing.');

/** Freezes as the policy has them. */
export function toFreeze({
  windows,
  month_end_days: monthEndDays,
  lunar_new_year: lunar,
  public_holidays: holidays,
}: z.output<typeof FreezeFile>): FreezePolicy {
  return {
    windows: windows.map(withLowerCase),
    publicHolidays: holidays.map(withLowerCase),
    monthEndDays,
    lunarNewYear:
      lunar === null
        ? null
        : { daysBefore: lunar.days_before, daysAfter: lunar.days_after, level: lunar.level },
  };
}

function withLowerCase<T extends { readonly parts: readonly string[] }>(rule: T): T {
  return { ...rule, parts: rule.parts.map((name) => name.toLowerCase()) };
}
