import { nextSlot, type Slot, type SlotCalendar } from './calendar.ts';
import type { LedgerState } from './ledger.ts';
import { ENVIRONMENTS, type Policy } from './policy.ts';
import type { Probe } from './probe.ts';
import { waitingFor } from './slot.ts';

/** How long before a slot its checklists are looked at: time to mend what would stop it (PRODUCT section 10.2). */
const AHEAD_MS = 30 * 60_000;

/** The slots that begin soon, that bugs wait for, and that a checklist may stop. */
export function slotsAhead(
  state: LedgerState,
  { policy, calendar }: { readonly policy: Policy; readonly calendar: SlotCalendar },
  nowMs: number,
): readonly Slot[] {
  if (ENVIRONMENTS.every((name) => policy.environments[name].checklist === null)) return [];
  return (['T1', 'T2'] as const)
    .map((kind) => nextSlot(calendar, kind, nowMs))
    .filter(({ startsAtMs }) => startsAtMs - nowMs <= AHEAD_MS)
    .filter(({ kind }) => waitingFor(kind, state.bugs.values()).length > 0);
}

/**
 * Tells whether an item can be known before the slot, by a process that is none of its jobs: commands need the runner,
 * secrets are the job's, and addresses are asked only where the operator has named their host. `hostOf` reads an address.
 */
export function canLookAhead(
  probe: Probe,
  hosts: readonly string[],
  hostOf: (url: string) => string | null,
): boolean {
  if (probe.kind === 'command') return false;
  if (probe.kind !== 'http' && probe.kind !== 'prometheus') return true;
  const host = hostOf(probe.at.url);
  return probe.at.authorizationEnv === null && host !== null && hosts.includes(host);
}
