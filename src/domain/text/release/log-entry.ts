import type { SlotCalendar } from '../../calendar.ts';
import type { Release } from '../../release.ts';
import { nameOf, shortOid } from '../markdown.ts';
import { renderDuration, renderLocal } from '../time.ts';

/** One line for a log of deployments: when, what became of it, from which commit to which, with what, by whom. */
export function renderLogEntry(release: Release, calendar: SlotCalendar): string {
  const { id, environment, state, plannedAtMs, endedAtMs, envelope, deployer, order } = release;
  const { previous, commit, bugs } = envelope;
  const startedAtMs = release.steps[0]?.startedAtMs ?? plannedAtMs;
  const from = previous === null ? '' : `${shortOid(previous)} → `;
  const run =
    deployer === null || deployer.runId === null ? '' : `run ${deployer.runId}, attempt ${deployer.attempt}`;
  const parts = [
    renderLocal(calendar, startedAtMs),
    `**${environment.toUpperCase()} ${state.replaceAll('_', ' ')}**`,
    `${from}${shortOid(commit)}`,
    `\`${id}\``,
    bugs.map(({ number }) => `#${number}`).join(' '),
    order === null
      ? ''
      : `ordered by ${order.by === null ? 'a check of the release' : nameOf(order.by)} on #${order.issue}`,
    run,
    endedAtMs === null ? '' : `took ${renderDuration(endedAtMs - startedAtMs)}`,
    release.reason === null ? '' : `because of \`${release.reason}\``,
  ];
  return `- ${parts.filter((part) => part !== '').join(' · ')}`;
}
