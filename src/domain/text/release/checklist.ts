import type { SlotCalendar } from '../../calendar.ts';
import type { Step } from '../../pipeline.ts';
import type { Release, ReleasedService } from '../../release.ts';
import { renderItems } from '../checklist.ts';
import { code, nameOf, plain, shortOid, tableCell } from '../markdown.ts';
import { renderDuration, renderLocal } from '../time.ts';

/** The deployment checklist: what is brought, on whose word, and every step with how it ended. */
export function renderChecklist(release: Release, steps: readonly Step[], calendar: SlotCalendar): string {
  const { envelope, checklist } = release;
  const undone = release.steps.filter(({ state }) => state === 'undone');
  return [
    `# Deployment checklist: ${release.id}`,
    '',
    `**${release.environment.toUpperCase()}** from ${envelope.previous === null ? 'nothing known' : shortOid(envelope.previous)} to ${shortOid(envelope.commit)}: ${release.state.replaceAll('_', ' ')}`,
    '',
    '| service | strategy | why | artifact |',
    '| --- | --- | --- | --- |',
    ...envelope.services.map(renderService),
    '',
    ...[...envelope.bugs, ...(envelope.pulls ?? [])].map(
      ({ number, approvals }) =>
        `- #${number}, ${approvals.length === 0 ? 'by review' : `approved by ${approvals.map(({ by }) => nameOf(by)).join(', ')}`}`,
    ),
    '',
    ...(checklist === undefined ? [] : [...renderItems(checklist, calendar), '']),
    ...steps.map((step) => renderStep(release, step, calendar)),
    ...undone.map(({ key, endedAtMs }) => `- [x] ${key}, ${renderLocal(calendar, endedAtMs)}`),
  ].join('\n');
}

function renderService({
  name,
  strategy,
  strategyReason,
  percents,
  digest,
  version,
}: ReleasedService): string {
  const rollout = percents.length > 1 ? `${strategy} ${percents.join(' → ')} %` : strategy;
  const artifact = digest ?? version;
  return `| ${name ?? 'everything'} | ${rollout.replaceAll('_', '-')} | ${plain(strategyReason)} | ${artifact === null ? 'the files' : tableCell(code(artifact))} |`;
}

function renderStep({ steps }: Release, { key }: Step, calendar: SlotCalendar): string {
  const taken = steps.findLast((each) => each.key === key);
  if (taken === undefined) return `- [ ] ${key}`;
  const took = renderDuration(taken.endedAtMs - taken.startedAtMs);
  const mark = taken.state === 'done' ? 'x' : ' ';
  const end = taken.state === 'done' ? tell(taken.detail) : `: **${taken.detail ?? taken.state}**`;
  return `- [${mark}] ${key}, ${renderLocal(calendar, taken.endedAtMs)}, ${took}${end}`;
}

function tell(detail: string | null): string {
  return detail === null ? '' : `: ${detail}`;
}
