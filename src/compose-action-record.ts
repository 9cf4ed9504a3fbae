import type { Release } from './domain/release.ts';
import { renderChecklist } from './domain/text/release/checklist.ts';
import { renderLogEntry } from './domain/text/release/log-entry.ts';
import { renderNotes } from './domain/text/release/notes.ts';
import { renderRollbackPlan } from './domain/text/release/rollback-plan.ts';
import type { Setting } from './ports/configuration.ts';
import { stepsOf } from './usecases/release/run-release.ts';

/** A document about a release, to be kept as a file. */
export interface ReleaseRecord {
  /** Name of the file. */
  readonly name: string;
  /** Markdown. */
  readonly text: string;
}

/** What is kept of a release of a slot: what it brought, how each step ended, how to go back, its line in the log. */
export function recordsOf(release: Release, setting: Setting): readonly ReleaseRecord[] {
  return [
    { name: `${release.id}-notes.md`, text: renderNotes(release) },
    ...recordsOfSteps(release, setting),
    { name: `${release.id}-rollback-plan.md`, text: renderRollbackPlan(release) },
  ];
}

/** What is kept of a rollback: how it went, in words and step by step, and its line in the log. */
export function recordsOfRollback(
  release: Release,
  setting: Setting,
  report: string,
): readonly ReleaseRecord[] {
  return [{ name: `${release.id}-report.md`, text: report }, ...recordsOfSteps(release, setting)];
}

function recordsOfSteps(release: Release, { policy, calendar }: Setting): readonly ReleaseRecord[] {
  const checklist = renderChecklist(release, stepsOf(policy, release), calendar);
  return [
    { name: `${release.id}-checklist.md`, text: checklist },
    { name: `${release.id}-log.md`, text: renderLogEntry(release, calendar) },
  ];
}

/** All of it in one, for the summary of the job. */
export function joinRecords(records: readonly ReleaseRecord[]): string {
  return records.map(({ text }) => text).join('\n\n');
}
