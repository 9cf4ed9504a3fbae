import type { Given } from './approval.ts';
import type { Bug, HandledCommand } from './bug.ts';
import type { SlotCalendar, SlotId } from './calendar.ts';
import type { FixFacts } from './fix.ts';
import type { ParityVerdict } from './flow.ts';
import type { FreezeFacts, SaidFreeze } from './freeze.ts';
import type { LedgerState } from './ledger.ts';
import type { EnvironmentLocks } from './lock.ts';
import type { Member, Person, Standing } from './person.ts';
import type { EnvironmentName, Policy } from './policy.ts';
import type { Refusal } from './reason.ts';
import type { Release } from './release.ts';
import type { ReleaseId } from './release-id.ts';
import type { SlotRecord } from './slot.ts';
import { statusAfter, type BugEvent } from './status.ts';

/** Everything a decision may rest on, read live before it is taken. */
export interface BugFacts {
  readonly bug: Bug;
  /** What was said on all bugs, for commands that are about none. */
  readonly words: readonly HandledCommand[];
  readonly policy: Policy;
  readonly calendar: SlotCalendar;
  readonly nowMs: number;
  /** `null`: nobody asked for it, or it could not be had. */
  readonly parity: ParityVerdict | null;
  /** The linked pull requests; empty when the decision does not ask for them. */
  readonly fixes: readonly FixFacts[];
  /** Whoever has given a word for a hotfix, with what they may do now; empty when the decision does not ask for them. */
  readonly signers: readonly Member[];
  readonly freezes: FreezeFacts;
  readonly locks: ReadonlyMap<EnvironmentName, EnvironmentLocks>;
  /** Workflow runs with a lock that were seen to have ended; empty when the decision does not ask for them. */
  readonly endedRuns: ReadonlySet<number>;
  readonly environments: LedgerState['environments'];
  /** The newest only. */
  readonly releases: LedgerState['releases'];
  /** The newest slots of each kind that the ledger knows. */
  readonly slots: readonly SlotOutcome[];
}

/** How a slot ended, as far as commands care. */
type SlotOutcome = Pick<SlotRecord, 'id' | 'kind' | 'state' | 'latestStartMs' | 'stages'>;

/** A person's words, with what makes them trustworthy. */
export interface Call {
  readonly actor: Person;
  readonly standing: Standing;
  readonly given: Given;
  /** GitHub's time. */
  readonly writtenAtMs: number;
}

/** What has to be done in the world after the ledger has the new state. */
export type FollowUp =
  | { readonly kind: 'analyze'; readonly issue: number }
  /** `askedBy`: the key of the word that asked. */
  | { readonly kind: 'preview_slots'; readonly issue: number; readonly askedBy: string }
  | { readonly kind: 'close_issue'; readonly issue: number; readonly as: 'completed' | 'not_planned' }
  | { readonly kind: 'reopen_issue'; readonly issue: number }
  | { readonly kind: 'dispatch_slot'; readonly slot: SlotId }
  | { readonly kind: 'dispatch_rollback' | 'dispatch_hotfix'; readonly release: ReleaseId }
  /** What every open pull request is judged by has changed. */
  | { readonly kind: 'judge_pulls' };

export interface Allowed {
  readonly kind: 'allowed';
  /** The bug as it is to be from now on; the same object when nothing changes. */
  readonly bug: Bug;
  /** What to tell the person; Markdown. */
  readonly answer: string;
  readonly followUps: readonly FollowUp[];
  /** The freezes that are to stand from now on; absent: those that do. */
  readonly freezes?: readonly SaidFreeze[];
  /** The locks that an environment is to have from now on; absent: those that it has. */
  readonly locks?: { readonly environment: EnvironmentName; readonly locks: EnvironmentLocks };
  /** A release that is to be brought live. */
  readonly release?: Release;
}

export type Decision = Allowed | Refusal;

/** Allows, with the bug as it will be and what to say. */
export function allow(bug: Bug, answer: string, followUps: readonly FollowUp[] = []): Allowed {
  return { kind: 'allowed', bug, answer, followUps };
}

/**
 * Moves a bug along the transition table and adds the step to its timeline.
 *
 * A hold belongs to the status it was met in, so it is lifted.
 * Throws when the table has no such way: callers ask `statusAfter` first.
 */
export function move(
  bug: Bug,
  event: BugEvent,
  step: {
    readonly atMs: number;
    readonly by: Person | null;
    readonly slot?: SlotId | null;
    readonly note?: string | null;
  },
): Bug {
  const to = statusAfter(event, bug.status, bug.flow);
  if (to === null) throw new Error(`bug ${bug.number}: no way ${event} from ${bug.status}`);
  const entry = {
    atMs: step.atMs,
    event,
    from: bug.status,
    to,
    by: step.by,
    slot: step.slot ?? null,
    note: step.note ?? null,
  };
  return { ...bug, status: to, hold: null, timeline: [...bug.timeline, entry] };
}
