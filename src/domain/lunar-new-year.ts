const FIRST_YEAR = 2020;

/**
 * Month and day on which the lunar year begins, from `FIRST_YEAR` on; a row is ten years.
 *
 * A table, since ICU's `chinese` calendar is a day off where the new moon is near midnight in Beijing: 2027 and 2030.
 * *Source:* the new moons by Beijing time, as the package astronomia reckons them.
 */
// oxfmt-ignore
const NEW_YEARS: readonly string[] = [
  '01-25', '02-12', '02-01', '01-22', '02-10', '01-29', '02-17', '02-06', '01-26', '02-13',
  '02-03', '01-23', '02-11', '01-31', '02-19', '02-08', '01-28', '02-15', '02-04', '01-24',
  '02-12', '02-01', '01-22', '02-10', '01-30', '02-17', '02-06', '01-26', '02-14', '02-02',
  '01-23', '02-11', '02-01', '02-19', '02-08', '01-28', '02-15', '02-04', '01-24', '02-12',
  '02-02', '01-21', '02-09', '01-29', '02-17', '02-05', '01-26', '02-14', '02-03', '01-23',
  '02-11', '01-31', '02-19', '02-07', '01-27', '02-15', '02-05', '01-24', '02-12', '02-02',
  '01-22', '02-09', '01-29', '02-17', '02-06', '01-26', '02-14', '02-03', '01-24', '02-10',
  '01-30', '02-18', '02-07', '01-27', '02-15', '02-05', '01-25', '02-12', '02-01', '01-21',
];

/** The day on which the lunar year begins that most of a year belongs to, `2026-02-17`; `null` before 2020 and after 2099. */
export function lunarNewYear(year: number): string | null {
  const day = NEW_YEARS[year - FIRST_YEAR];
  return day === undefined ? null : `${year}-${day}`;
}
