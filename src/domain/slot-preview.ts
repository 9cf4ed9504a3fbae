import type { Slot } from './calendar.ts';
import type { Step } from './pipeline.ts';
import type { Refusal } from './reason.ts';
import type { Release } from './release.ts';
import type { BugOutcome, Stage } from './slot.ts';

/** What a slot would do if it ran as things are now. */
export interface SlotPreview {
  readonly slot: Slot;
  /** Why nothing at all would be deployed; `null`: nothing is frozen as a whole. */
  readonly frozen: Refusal | null;
  readonly stages: readonly PreviewedStage[];
  /** Of every bug that is up, by number. */
  readonly outcomes: readonly BugOutcome[];
  /** Of the issues that were read; untrusted text. */
  readonly titles: ReadonlyMap<number, string>;
}

/** A candidate as it would be built now, and what would be done with it. */
export interface PreviewedStage {
  readonly stage: Stage;
  /** `null`: its release was not planned. */
  readonly release: Release | null;
  /** In the order in which they would be taken. */
  readonly steps: readonly Step[];
}

/** What machines read of it. */
export function previewsAsJson(
  previews: readonly SlotPreview[],
): readonly Readonly<Record<string, unknown>>[] {
  return previews.map(({ slot, frozen, stages, outcomes }) => ({
    slot: slot.id,
    starts_at: slot.startsAtMs,
    frozen: frozen?.message ?? null,
    stages: stages.map(({ stage, release, steps }) => ({
      environment: stage.environment,
      base: stage.base,
      candidate: stage.candidate,
      bugs: stage.bugs.map(({ bug }) => bug),
      pulls: stage.pulls.map(({ pull }) => pull),
      checks: stage.checks.map(({ context }) => context),
      release: release?.id ?? null,
      steps: steps.map(({ key }) => key),
    })),
    bugs: outcomes.map(({ bug, outcome, reason, message }) => ({
      bug,
      outcome,
      reason_code: reason,
      message,
    })),
  }));
}
