import { missingChecks } from '../../domain/check.ts';
import { isGateCheck } from '../../domain/gate.ts';
import { slotEndMs } from '../../domain/protection.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import type { SlotRecord, Stage } from '../../domain/slot.ts';
import { renderMissing } from '../../domain/text/candidate.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';

/** The first look comes soon, as checks of a previewed candidate are there already; later ones are rarer. */
const SHORTEST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15_000;

/** How long candidates of a slot may wait for their checks: until this moment, epoch milliseconds. */
export function checksDeadline({ clock }: Context, { policy }: Setting, slot: SlotRecord): number {
  return Math.min(clock.nowMs() + policy.slots.checksTimeoutMinutes * 60_000, slotEndMs(slot));
}

interface AwaitedChecks {
  readonly stage: Pick<Stage, 'checks' | 'candidate' | 'base'>;
  readonly deadlineMs: number;
  /** What follows when they do not come, as a clause. */
  readonly so?: string;
}

/**
 * Waits until the checks that the branch asks for are green on the candidate: what is deployed is what was tested.
 * Our own check is left out, it says what the ledger says.
 *
 * Refuses: `checks_red` as soon as one is red, `checks_late` at the deadline.
 * Calls: none where nothing but our own check is asked for.
 */
export async function awaitChecks(
  context: Context,
  { policy }: Setting,
  { stage, deadlineMs, so = 'so nothing was deployed' }: AwaitedChecks,
): Promise<Refusal | null> {
  const required = stage.checks.filter(({ context: name }) => !isGateCheck(name));
  if (required.length === 0 || stage.candidate === stage.base) return null;
  for (let waitMs = SHORTEST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    const missing = missingChecks(required, await context.checks.on(stage.candidate));
    if (missing.length === 0) return null;
    const what = renderMissing(stage.candidate, missing);
    if (missing[0]?.state === 'red') return refuse('checks_red', `${what}, ${so}.`);
    const leftMs = deadlineMs - context.clock.nowMs();
    if (leftMs <= 0) {
      const minutes = policy.slots.checksTimeoutMinutes;
      return refuse('checks_late', `${what} within ${minutes} minutes, ${so}.`);
    }
    await context.pause(Math.min(waitMs, leftMs));
  }
}
