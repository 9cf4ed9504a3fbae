import { nextSlot, type SlotCalendar } from '../calendar.ts';
import type { LedgerState, LedgerWrites } from '../ledger.ts';
import type { NamedBug } from './event.ts';

/** A commit of the ledger, as it is about to be made. */
export interface Commit {
  readonly before: LedgerState;
  readonly writes: LedgerWrites;
  readonly calendar: SlotCalendar;
  readonly nowMs: number;
}

/** The T2 that comes, as a message names it. */
export function comingT2({ calendar, nowMs }: Pick<Commit, 'calendar' | 'nowMs'>) {
  const slot = nextSlot(calendar, 'T2', nowMs);
  return { next: slot.id, at: { atMs: slot.startsAtMs } };
}

/** Bugs as a message names them, with the titles that the newest releases know. */
export function named(
  { before, writes }: Pick<Commit, 'before' | 'writes'>,
  bugs: readonly { readonly number: number }[],
): { readonly bugs: readonly NamedBug[] } {
  const titles = new Map(
    [...before.releases.values(), ...(writes.releases ?? [])].flatMap(({ envelope }) =>
      envelope.bugs.map(({ number, title }) => [number, title] as const),
    ),
  );
  return { bugs: bugs.map(({ number }) => ({ number, title: titles.get(number) ?? null })) };
}
