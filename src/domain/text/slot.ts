import type { Bug } from '../bug.ts';
import type { SlotCalendar, SlotId } from '../calendar.ts';
import { nextSlot } from '../calendar.ts';
import type { ReasonCode } from '../reason.ts';
import { aboardOf, type BugOutcome, type SlotRecord } from '../slot.ts';
import { plain, tableCell } from './markdown.ts';
import { renderSlot } from './time.ts';

/** Tells the people of a bug that it is live somewhere now, and what they can do. */
export function renderDeployed(
  bug: Bug,
  context: { readonly calendar: SlotCalendar; readonly slot: SlotId; readonly nowMs: number },
): string {
  const next = () =>
    renderSlot(context.calendar, nextSlot(context.calendar, 'T2', context.nowMs), context.nowMs);
  if (bug.status === 'deployed_uat' && bug.uatOnly)
    return `**On UAT** since ${context.slot}. It travels to PROD with the next release; where PROD has the bug too, an admin says \`/confirm flow2\`.`;
  if (bug.status === 'deployed_uat')
    return `**On UAT** since ${context.slot}. Look at it there; an admin’s \`/approve-prod\` counts for T2 ${next()}.`;
  if (bug.status === 'deployed_prod')
    return bug.flow === 2
      ? `**On PROD** since ${context.slot}. Once it is seen to work, an admin’s \`/approve-uat-merge\` brings it to UAT with T2 ${next()}.`
      : `**On PROD** since ${context.slot}. UAT had it before: done.`;
  if (bug.status === 'uat_merged')
    return `**On UAT too** since ${context.slot}: both environments have the fix. Done.`;
  // Somebody ended it while its fix was on the way.
  return `It is \`${bug.status}\` since ${context.slot}.`;
}

/** Tells on a pull request that is signed off by itself that it is live. */
export function renderReleased(slot: SlotId): string {
  return `**On PROD** since ${slot}.`;
}

/** Tells why a bug did not move in a slot. */
export function renderHeld(slot: SlotId, message: string): string {
  return `**Held back in ${slot}:** ${message}`;
}

/** Tells what would stop a bug in the next slot, as long as there is time to mend it. */
export function renderPreviewed(slot: SlotId, message: string): string {
  return `**${slot} could not take it as it is now:** ${message}`;
}

/** Says that a slot did not run and what follows. */
export function renderSkipped(slot: SlotId): string {
  return `**${slot} was skipped:** it could not start in time, and nothing is deployed late. The bug stays where it is; the next slot takes it, or an admin starts one by hand.`;
}

const WORDS: Readonly<Record<BugOutcome['outcome'], string>> = {
  analyzed: '🔎 analysed',
  queued: '⏳ queued',
  deployed: '🚀 deployed',
  merged: '🔁 merged',
  held: '✋ held back',
  failed: '❌ failed',
};

/** The slot's report as Markdown: job summary and dashboard. */
export function renderReport(slot: SlotRecord): string {
  const stages = slot.stages.map(
    (stage) =>
      `| ${stage.environment.toUpperCase()} | ${stage.state} | \`${stage.base.slice(0, 7)}\` → \`${stage.candidate.slice(0, 7)}\` | ${listBugs(stage)} |`,
  );
  const rows = slot.outcomes.map(
    (outcome) => `| #${outcome.bug} | ${WORDS[outcome.outcome]} | ${tableCell(outcome.message)} |`,
  );
  return [
    `## ${slot.id}: ${slot.state}${slot.reason === null ? '' : ` (${describeSlotReason(slot.reason)})`}`,
    ...renderUnsafe(slot),
    ...(stages.length === 0
      ? []
      : ['', '| environment | state | commits | bugs |', '| --- | --- | --- | --- |', ...stages]),
    ...(rows.length === 0 ? [] : ['', '| bug | what happened | |', '| --- | --- | --- |', ...rows]),
    ...(rows.length + stages.length === 0 ? ['', 'No bug was up.'] : []),
  ].join('\n');
}

function renderUnsafe({ unsafe }: SlotRecord): readonly string[] {
  if (unsafe === null) return [];
  const findings = unsafe.findings.map((finding) => plain(finding)).join(', ');
  return [
    '',
    `> **PROD was deployed to although it is not guarded** (${findings}): ${plain(unsafe.reason, 500)}`,
  ];
}

function listBugs(stage: SlotRecord['stages'][number]): string {
  const aboard = aboardOf(stage);
  return aboard.length === 0 ? 'none' : aboard.map((number) => `#${number}`).join(' ');
}

const SLOT_REASONS: Readonly<Partial<Record<ReasonCode, string>>> = {
  slot_taken: 'another run has it',
  slot_done: 'it ran already',
  slot_not_due: 'no slot is due now',
  slot_too_late: 'too late to start',
  nothing_to_do: 'nothing to do',
  frozen: 'everything is frozen',
};

/** Why a slot did not run, in words. */
export function describeSlotReason(reason: ReasonCode): string {
  return SLOT_REASONS[reason] ?? reason.replaceAll('_', ' ');
}
