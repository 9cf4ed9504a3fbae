import type { SlotCalendar } from '../calendar.ts';
import { isGateCheck } from '../gate.ts';
import type { PreviewedStage, SlotPreview } from '../slot-preview.ts';
import { aboardOf } from '../slot.ts';
import type { BugOutcome } from '../slot.ts';
import { code, listOf, plain, shortOid } from './markdown.ts';
import { renderSlot } from './time.ts';

/** When it is, and where. */
export interface PreviewMoment {
  readonly calendar: SlotCalendar;
  readonly nowMs: number;
}

/** What slots would do, for a comment, a job summary or a terminal: lists only, which all of them show well. */
export function renderPreviews(previews: readonly SlotPreview[], moment: PreviewMoment): string {
  const note = 'As things are now; nothing was changed. Approvals count until each slot’s cut-off.';
  return [...previews.map((preview) => renderPreview(preview, moment)), note].join('\n\n');
}

function renderPreview(
  { slot, frozen, stages, outcomes, titles }: SlotPreview,
  { calendar, nowMs }: PreviewMoment,
): string {
  const bugs = outcomes.map((outcome) => `- ${describeBug(outcome, titles)}`);
  return [
    `### ${slot.kind}: ${renderSlot(calendar, slot, nowMs).replaceAll('**', '')}`,
    ...(frozen === null ? [] : [frozen.message]),
    ...stages.map(renderStage),
    ...(stages.length === 0 ? ['Nothing would be deployed.'] : []),
    bugs.length === 0 ? 'No bug is up.' : bugs.join('\n'),
  ].join('\n\n');
}

function renderStage({ stage, release, steps }: PreviewedStage): string {
  const { environment, base, candidate, checks } = stage;
  // The branch may have all of it already.
  const from = candidate === base ? (release?.envelope.previous ?? base) : base;
  const what =
    candidate === from ? `stays at ${shortOid(from)}` : `${shortOid(from)} → ${shortOid(candidate)}`;
  const carried = listOf(aboardOf(stage).map((number) => `#${number}`));
  const required = checks.filter(({ context }) => !isGateCheck(context)).map(({ context }) => code(context));
  return [
    `**${environment.toUpperCase()}** ${what}, with ${carried}${release === null ? '' : `, as ${code(release.id)}`}`,
    '',
    ...(required.length === 0 ? [] : [`1. green on the candidate: ${listOf(required)}`]),
    ...steps.map(({ key }) => `1. ${plain(key)}${reasonFor(key, release)}`),
  ].join('\n');
}

/** Why a service is rolled out as it is, with its first share of the traffic. */
function reasonFor(key: string, release: PreviewedStage['release']): string {
  const service = release?.envelope.services.find(
    ({ name, percents }) => key === ['deploy', name, percents[0]].filter((part) => part !== null).join(' '),
  );
  if (service === undefined) return '';
  return ` (${service.strategy.replaceAll('_', '-')}: ${plain(service.strategyReason)})`;
}

const MARKS: Readonly<Record<BugOutcome['outcome'], string>> = {
  analyzed: '🔎',
  queued: '➡️',
  deployed: '🚀',
  merged: '🔁',
  held: '✋',
  failed: '❌',
};

function describeBug({ bug, outcome, reason, message }: BugOutcome, titles: SlotPreview['titles']): string {
  const title = titles.get(bug);
  const why = reason === null ? message : `${message} (${code(reason)})`;
  return `${MARKS[outcome]} #${bug}${title === undefined ? '' : ` ${plain(title, 80)}`}: ${why}`;
}
