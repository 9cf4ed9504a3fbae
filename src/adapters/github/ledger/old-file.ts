import { kindOf, type LedgerFileKind } from './file.ts';

/** Slots are two a day and are looked at a week back; of releases only those of this night can still be under way. */
const NEWEST: Readonly<Partial<Record<LedgerFileKind, number>>> = { slot: 14, release: 6 };

/**
 * The files of slots and releases of long ago, which are not read.
 *
 * @throws LedgerFailure for a file that the ledger does not have.
 */
export function oldFiles(paths: readonly string[]): ReadonlySet<string> {
  const entries = paths.map((path) => ({ path, kind: kindOf(path) }));
  return new Set(
    Object.entries(NEWEST).flatMap(([kind, kept]) => {
      const known = entries.filter((each) => each.kind === kind).map(({ path }) => path);
      // Both are named after their day, and within it not by age: a day is kept whole or not at all.
      const firstDay = dayOf(known.toSorted().at(-kept) ?? '');
      return known.filter((path) => dayOf(path) < firstDay);
    }),
  );
}

/** `releases/2026-11-20` */
function dayOf(path: string): string {
  return path.slice(0, path.indexOf('/') + 1 + '2026-11-20'.length);
}
