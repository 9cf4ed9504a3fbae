import type { SlotCalendar } from '../../calendar.ts';
import type { Step } from '../../pipeline.ts';
import type { Release } from '../../release.ts';
import { renderChecklist } from './checklist.ts';
import { renderNotes } from './notes.ts';
import { renderRollbackPlan } from './rollback-plan.ts';

/** What is written of a release that was brought: its notes, the checklist and the way back; each Markdown. */
export function renderDocuments(
  release: Release,
  steps: readonly Step[],
  calendar: SlotCalendar,
): readonly string[] {
  return [renderNotes(release), renderChecklist(release, steps, calendar), renderRollbackPlan(release)];
}
