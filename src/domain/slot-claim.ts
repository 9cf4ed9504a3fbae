import type { Slot } from './calendar.ts';
import { refuse, type Refusal } from './reason.ts';
import type { SlotClaim, SlotRecord } from './slot.ts';
import { describeSlotReason } from './text/slot.ts';

/** How long a claim without a workflow run to ask counts as alive, and how late a crashed slot may be resumed. */
export const CLAIM_LEASE_MS = 90 * 60_000;

/** Who asks for a slot, and what is known of the one who has it. */
export interface ClaimFacts {
  readonly nowMs: number;
  readonly runId: number | null;
  readonly attempt: number;
  /** Workflow runs that were seen to have ended. */
  readonly endedRuns: ReadonlySet<number>;
}

export type ClaimDecision = { readonly kind: 'claimed'; readonly claim: SlotClaim } | Refusal;

/**
 * Decides who runs a slot: whoever comes first, and after a crash whoever comes next (PRODUCT section 5).
 *
 * Refuses: `slot_done`, `slot_taken` while another run may be alive, `slot_not_due`, `slot_too_late`.
 */
export function decideClaim(slot: Slot, record: SlotRecord | undefined, facts: ClaimFacts): ClaimDecision {
  if (isOver(record)) return refuseSlot(slot, 'slot_done');
  if (facts.nowMs < slot.startsAtMs) return refuseSlot(slot, 'slot_not_due');
  const held = record?.state === 'running' ? record.claim : null;
  if (held !== null && isAlive(held, facts)) return refuseSlot(slot, 'slot_taken');
  const latestMs = slot.latestStartMs + (record === undefined ? 0 : CLAIM_LEASE_MS);
  if (facts.nowMs > latestMs) return refuseSlot(slot, 'slot_too_late');
  const claim = {
    runId: facts.runId,
    attempt: facts.attempt,
    claimedAtMs: facts.nowMs,
    leaseUntilMs: facts.nowMs + CLAIM_LEASE_MS,
  };
  return { kind: 'claimed', claim };
}

function isOver(record: SlotRecord | undefined): boolean {
  return record?.state === 'done' || record?.state === 'skipped';
}

function isAlive(held: SlotClaim, facts: ClaimFacts): boolean {
  if (held.runId === null) return facts.nowMs < held.leaseUntilMs;
  if (held.runId === facts.runId) return facts.attempt < held.attempt;
  return !facts.endedRuns.has(held.runId);
}

function refuseSlot(
  slot: Slot,
  reason: 'slot_done' | 'slot_taken' | 'slot_not_due' | 'slot_too_late',
): Refusal {
  return refuse(reason, `${slot.id}: ${describeSlotReason(reason)}.`);
}
