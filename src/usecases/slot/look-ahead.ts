import type { Slot } from '../../domain/calendar.ts';
import { stoppingItems } from '../../domain/checklist.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import { canLookAhead, slotsAhead } from '../../domain/look-ahead.ts';
import type { Release } from '../../domain/release.ts';
import { waitingFor } from '../../domain/slot.ts';
import { checklistAlert, checklistAlertKey } from '../../domain/text/alert.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { isTold, raiseAlert } from '../raise-alert.ts';
import { runChecklist } from '../release/run-checklist.ts';
import { previewSlot } from './preview-slot.ts';

interface Looking {
  readonly setting: Setting;
  readonly state: LedgerState;
  readonly slot: Slot;
  readonly hosts: readonly string[];
}

/**
 * Looks at the checklists of a slot half an hour before it begins, and tells the admins what would stop it, once a slot
 * and environment. Changes nothing and keeps nothing from running: the slot looks for itself. `hosts` may be asked.
 *
 * Called often. Calls: none without a checklist, or while nothing waits; a few once a slot.
 */
export async function lookAhead(context: Context, hosts: readonly string[]): Promise<void> {
  const state = context.ledger.seen();
  if (state === null) return;
  const setting = await context.configuration.load();
  for (const slot of slotsAhead(state, setting, context.clock.nowMs())) {
    await lookAtSlot(context, { setting, state, slot, hosts });
  }
}

/** Once for the bugs that wait: with another one it may go to another environment. */
async function lookAtSlot(context: Context, looking: Looking): Promise<void> {
  const { slot, state } = looking;
  const { lookedAhead } = context.bookkeeping;
  const waiting = waitingFor(slot.kind, state.bugs.values()).map(
    ({ number, status }) => `${number} ${status}`,
  );
  const seen = waiting.join();
  if (lookedAhead.get(slot.kind) === `${slot.id} ${seen}`) return;
  const { frozen, stages } = await previewSlot(context, slot.kind);
  const releases = frozen === null ? stages.flatMap(({ release }) => release ?? []) : [];
  for (const release of releases) await lookAtRelease(context, looking, release);
  lookedAhead.set(slot.kind, `${slot.id} ${seen}`);
}

async function lookAtRelease(
  context: Context,
  { setting, slot, hosts }: Looking,
  release: Release,
): Promise<void> {
  const { environment } = release;
  const items = setting.policy.environments[environment].checklist;
  if (items === null || isTold(context, checklistAlertKey(slot, environment))) return;
  const isKnown = items.map(({ probe }) => canLookAhead(probe, hosts, hostOf));
  const { results } = await runChecklist(
    context,
    release,
    items.filter((_, index) => isKnown[index]),
  );
  const stopping = stoppingItems(results);
  if (stopping.length === 0) return;
  const later = items.filter((_, index) => !isKnown[index]).map(({ name }) => name);
  await raiseAlert(
    context,
    setting,
    checklistAlert({ slot, environment, calendar: setting.calendar, stopping, later }),
  );
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}
