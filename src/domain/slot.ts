import type { Bug, Landing } from './bug.ts';
import type { SlotId, SlotKind } from './calendar.ts';
import type { RequiredCheck } from './check.ts';
import type { EnvironmentName } from './policy.ts';
import type { ReasonCode } from './reason.ts';

/** A deploy to PROD that went on although its set-up was unsafe. */
export interface UnsafeSetup {
  /** Why, in the words of whoever set the workflow's input `unsafe`. */
  readonly reason: string;
  /** What was unsafe: `gate_required main`. */
  readonly findings: readonly string[];
}

/** Who runs a slot. A claim is exclusive until its run has ended. */
export interface SlotClaim {
  /** The workflow run; `null` when it runs outside Actions. */
  readonly runId: number | null;
  /** The run's attempt, from 1. */
  readonly attempt: number;
  readonly claimedAtMs: number;
  /** Without a workflow run to ask, the claim counts as dead after this. */
  readonly leaseUntilMs: number;
}

/** A bug that a stage carries, with the commits that its fix becomes on the branch. */
export interface StageBug {
  readonly bug: number;
  readonly landings: readonly Landing[];
}

/** A pull request that is signed off by itself and was merged, whose commits go live with a stage. */
export interface StagePull {
  readonly pull: number;
  /** What freezes cover it. */
  readonly frozenAs: 'any_part' | 'everything';
}

/** The order in which a slot's environments are deployed: phase 2a before 2b. */
export const STAGE_ORDER: readonly EnvironmentName[] = ['prod', 'uat'];

/**
 * One environment's part of a slot. The record goes ahead of the act: `planned` is written before the push,
 * `pushed` is what the branch itself says, `deployed` is written when the environment was verified.
 */
export interface Stage {
  readonly environment: EnvironmentName;
  readonly state: 'planned' | 'deployed' | 'failed';
  /** The branch's tip that the candidate was built on. */
  readonly base: string;
  readonly candidate: string;
  readonly tree: string;
  /** When the slot began: author and committer time of what it builds, so that building it again gives the same commits. */
  readonly builtAtMs: number;
  readonly bugs: readonly StageBug[];
  /** Its branch has their commits already. */
  readonly pulls: readonly StagePull[];
  readonly deploymentId: number | null;
  /** What the branch asked for when the candidate was built. */
  readonly checks: readonly RequiredCheck[];
}

/** What became of a bug in a slot, or of a pull request that is signed off by itself. */
export interface BugOutcome {
  /** Or the pull request's number: GitHub gives each number once. */
  readonly bug: number;
  readonly outcome: 'analyzed' | 'queued' | 'deployed' | 'merged' | 'held' | 'failed';
  readonly reason: ReasonCode | null;
  /** One line of Markdown, trusted. */
  readonly message: string;
}

/** One slot of one day: one file of the ledger. */
export interface SlotRecord {
  readonly id: SlotId;
  readonly kind: SlotKind;
  readonly state: 'running' | 'done' | 'failed' | 'skipped';
  readonly claim: SlotClaim | null;
  readonly latestStartMs: number;
  readonly finishedAtMs: number | null;
  readonly stages: readonly Stage[];
  readonly outcomes: readonly BugOutcome[];
  /** Why it was skipped or failed, or did nothing. */
  readonly reason: ReasonCode | null;
  /** That PROD was deployed although nothing guards it, and who says why. */
  readonly unsafe: UnsafeSetup | null;
}

/** The stage of an environment, `undefined` when the slot has none. */
export function stageOf(
  { stages }: Pick<SlotRecord, 'stages'>,
  environment: EnvironmentName,
): Stage | undefined {
  return stages.find((stage) => stage.environment === environment);
}

/** The numbers of the bugs that a stage carries, and of the pull requests that go live with it. */
export function aboardOf({ bugs, pulls }: Pick<Stage, 'bugs' | 'pulls'>): readonly number[] {
  return [...bugs.map(({ bug }) => bug), ...pulls.map(({ pull }) => pull)];
}

/** The bugs that wait for a slot of this kind. */
export function waitingFor(kind: SlotKind, bugs: Iterable<Bug>): Bug[] {
  const statuses = kind === 'T1' ? ['confirmed', 'planned'] : ['pending_prod', 'pending_uat_merge'];
  return [...bugs].filter(({ status }) => statuses.includes(status));
}
