import type { SlotCalendar } from '../calendar.ts';
import type { DeploymentVerdict } from '../protection.ts';
import type { Refusal } from '../reason.ts';
import { aboardOf } from '../slot.ts';
import { listOf, shortOid } from './markdown.ts';
import { renderSlot } from './time.ts';

/** GitHub's limit of what a protection rule says, characters. */
const LIMIT = 1_024;

/** Says whether a run may enter an environment and why, for the run's page; at most 1,024 characters of Markdown. */
export function renderVerdict(
  verdict: DeploymentVerdict,
  { calendar, nowMs }: { readonly calendar: SlotCalendar | null; readonly nowMs: number },
): string {
  switch (verdict.kind) {
    case 'approved': {
      if ('order' in verdict) {
        const { id, kind, environment, envelope } = verdict.order;
        const how = kind === 'rollback' ? 'back to' : 'candidate';
        return `✅ **${id} may go to ${environment.toUpperCase()}:** ${how} ${shortOid(envelope.commit)}.`;
      }
      const { slot, stage } = verdict;
      const bugs = listOf(aboardOf(stage).map((number) => `#${number}`));
      return cut(
        `✅ **${slot} may go to ${stage.environment.toUpperCase()}:** candidate ${shortOid(stage.candidate)} with ${bugs}.`,
        '',
      );
    }
    case 'rejected': {
      const { refusal, next } = verdict;
      const opening =
        next === null || calendar === null
          ? ''
          : ` It opens again with ${next.kind} ${renderSlot(calendar, next, nowMs)}.`;
      return cut(`⛔ **Rejected** (\`${refusal.reason}\`): ${refusal.message}`, opening);
    }
    case 'waiting':
      return cut(`⏳ **Waits:** ${verdict.message}`, ' It is looked at again within minutes.');
    default:
      return verdict satisfies never;
  }
}

/** Says that a candidate is not deployed as it was planned, but again without the bugs that may not go any more. */
export function renderBuiltAgain({ message }: Refusal): string {
  return `🔁 **Built again:** ${message}`;
}

function cut(text: string, end: string): string {
  const room = LIMIT - end.length;
  return (text.length <= room ? text : `${text.slice(0, room - 1)}…`) + end;
}
