import { landingsOn, type Bug, type Hold } from '../../domain/bug.ts';
import type { SlotCalendar, SlotId } from '../../domain/calendar.ts';
import { move } from '../../domain/decision.ts';
import { mayBeClosed } from '../../domain/hotfix.ts';
import {
  locksOf,
  withDeployed,
  withLocks,
  type EnvironmentRecord,
  type LedgerState,
  type OutboxEntry,
} from '../../domain/ledger.ts';
import { lockAfterRollback, withoutOperation } from '../../domain/lock.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import type { Refusal } from '../../domain/reason.ts';
import { slotReleaseId, type Release } from '../../domain/release.ts';
import type { ReleasePull } from '../../domain/release-pull.ts';
import {
  aboardOf,
  type BugOutcome,
  type SlotRecord,
  type Stage,
  type StageBug,
  type StagePull,
} from '../../domain/slot.ts';
import { statusAfter, type BugEvent } from '../../domain/status.ts';
import { beginAgain, withLandings } from '../../domain/take-back.ts';
import { renderDeployed, renderHeld, renderReleased } from '../../domain/text/slot.ts';
import type { Setting } from '../../ports/configuration.ts';
import { pullNews } from '../answer.ts';
import type { Context } from '../context.ts';
import { record } from '../record.ts';

/** Where and when a stage came to its end. */
interface StageEnd {
  readonly slot: SlotId;
  readonly stage: Stage;
  readonly nowMs: number;
}

/** Writes down that a stage is live: the bugs move on, the environment has a new commit, their people hear of it. */
export async function completeStage(
  context: Context,
  setting: Setting,
  done: { readonly slot: SlotId; readonly stage: Stage; readonly release: Release },
): Promise<SlotRecord> {
  const { slot, stage, release } = done;
  return record(context, setting, (state) => {
    const nowMs = context.clock.nowMs();
    const end: StageEnd = { slot, stage: { ...stage, state: 'deployed' }, nowMs };
    const bugs = stage.bugs.flatMap((each) => landBug(state, each, end));
    const outcomes = [...bugs.map((bug) => outcomeOf(bug)), ...stage.pulls.map(releasedOutcome)];
    const written = writeStage(state, end, outcomes);
    const lastSlot = { id: slot, isUnsafe: written.unsafe !== null };
    const deployed = withDeployed(unlocked(state, end), stage.environment, {
      commit: stage.candidate,
      slot,
      release: release.id,
      previous: release.envelope.previous,
      rollback: release.envelope.rollback,
      atMs: nowMs,
      deploymentId: stage.deploymentId,
    });
    return {
      writes: {
        bugs,
        pulls: pullsOf(state, stage).map((pull) => ({ ...pull, hold: null, endedWith: stage.candidate })),
        slots: [written],
        environments: [{ ...deployed, lastSlot }],
        releases: [release],
        outbox: [
          ...bugs.flatMap((bug) => announce(bug, end, setting.calendar)),
          ...stage.pulls.map(({ pull }) =>
            pullEntry(pull, end, { what: 'live', body: renderReleased(slot) }),
          ),
        ],
      },
      message: `${slot} deployed ${stage.candidate.slice(0, 7)} to ${stage.environment}: ${aboardOf(stage)
        .map((number) => `#${number}`)
        .join(' ')}`,
      result: written,
    };
  });
}

/** Writes down that a stage failed: its bugs stay where they are, with the reason. */
export async function failStage(
  context: Context,
  setting: Setting,
  failed: {
    readonly slot: SlotId;
    readonly environment: EnvironmentName;
    readonly refusal: Refusal;
    /** The branch has the candidate, only the environment does not, or not any more. */
    readonly onBranch?: Stage;
    /** As far as it came; absent where it never began. */
    readonly release?: Release;
    /** What was live was taken back, or half of it: nothing follows before somebody has looked. */
    readonly wasTakenBack?: boolean;
  },
): Promise<SlotRecord> {
  const { slot, environment, refusal, onBranch, release, wasTakenBack = false } = failed;
  return record(context, setting, (state) => {
    const nowMs = context.clock.nowMs();
    const recorded = state.slots.get(slot);
    const stage = onBranch ?? recorded?.stages.find((each) => each.environment === environment);
    if (stage === undefined) throw new Error(`${slot} has no stage ${environment}`);
    const { reason, message } = refusal;
    const hold = { reason, message, slot, atMs: nowMs };
    const back = release?.state === 'rolled_back' ? release : null;
    const bugs = holdBugs(state, stage, { hold, isOnBranch: onBranch !== undefined, back });
    const pulls = pullsOf(state, stage);
    const outcomes = [...bugs.map(({ number }) => number), ...pulls.map(({ pull }) => pull)].map(
      (bug): BugOutcome => ({ bug, outcome: 'failed', reason, message }),
    );
    const end: StageEnd = { slot, stage: { ...stage, state: 'failed' }, nowMs };
    const written = writeStage(state, end, outcomes);
    return {
      writes: {
        bugs,
        slots: [written],
        releases: release === undefined ? [] : [release],
        environments: [wasTakenBack ? lockedBehind(state, end, refusal) : unlocked(state, end)],
        pulls: pulls.map((pull) => ({ ...pull, hold, approvals: back === null ? pull.approvals : [] })),
        outbox: [
          ...bugs.map((bug) => failureEntry(bug, refusal, end)),
          ...pulls.map(({ pull }) =>
            pullEntry(pull, end, { what: `failed-${nowMs}`, body: renderHeld(slot, message) }),
          ),
        ],
      },
      message: `${slot} failed on ${environment}: ${refusal.reason}`,
      result: written,
    };
  });
}

/** The bugs of a stage, held back. */
function holdBugs(
  state: LedgerState,
  { bugs, environment }: Stage,
  {
    hold,
    isOnBranch,
    back,
  }: {
    readonly hold: Hold;
    /** Their fixes lie on the branch all the same. */
    readonly isOnBranch: boolean;
    /** The release that was taken back, though the branch has it yet: their approvals brought it, and are used up. */
    readonly back: Release | null;
  },
): Bug[] {
  return bugs.flatMap(({ bug: number, landings }): Bug[] => {
    const bug = state.bugs.get(number);
    if (bug === undefined) return [];
    const held = { ...bug, hold, landings: isOnBranch ? [...bug.landings, ...landings] : bug.landings };
    const brought = landings.length > 0 ? landings : landingsOn(bug, environment);
    const taken = { pulls: brought.map(({ pull }) => pull), atMs: hold.atMs };
    return [back === null ? held : beginAgain(held, back, taken)];
  });
}

/** Gives up a candidate that may not be deployed as it is. Its bugs stay queued; the next plan builds a new one. */
export async function dropStage(
  context: Context,
  setting: Setting,
  { slot, stage, refusal }: { readonly slot: SlotId; readonly stage: Stage; readonly refusal: Refusal },
): Promise<void> {
  await record(context, setting, (state) => {
    const current = state.slots.get(slot)?.stages.find((each) => each.environment === stage.environment);
    if (current?.state !== 'planned' || current.candidate !== stage.candidate)
      return { writes: null, message: '', result: null };
    const end: StageEnd = { slot, stage: { ...stage, state: 'failed' }, nowMs: context.clock.nowMs() };
    return {
      writes: { slots: [writeStage(state, end, [])], environments: [unlocked(state, end)] },
      message: `${slot} gave up ${stage.candidate.slice(0, 7)} for ${stage.environment}: ${refusal.reason}`,
      result: null,
    };
  });
}

/** The environment once the stage has ended. */
function unlocked(state: LedgerState, { slot, stage: { environment } }: StageEnd): EnvironmentRecord {
  const locks = withoutOperation(locksOf(state, environment), slot);
  return withLocks(state.environments.get(environment), environment, locks);
}

/** The environment once a release was taken back from it. */
function lockedBehind(
  state: LedgerState,
  { slot, stage: { environment }, nowMs }: StageEnd,
  { reason }: Refusal,
): EnvironmentRecord {
  const locks = lockAfterRollback(withoutOperation(locksOf(state, environment), slot), {
    operation: slotReleaseId(slot, environment),
    reason: reason.replaceAll('_', ' '),
    nowMs,
  });
  return withLocks(state.environments.get(environment), environment, locks);
}

const EVENTS: Readonly<Record<string, BugEvent>> = {
  planned: 'deploy_uat',
  pending_prod: 'deploy_prod',
  pending_uat_merge: 'merge_uat',
};

function landBug(state: LedgerState, carried: StageBug, { stage, slot, nowMs }: StageEnd): Bug[] {
  const bug = state.bugs.get(carried.bug);
  if (bug === undefined) return [];
  const landings = carried.landings.map((landing) => ({ ...landing, atMs: nowMs }));
  const landed = { ...withLandings(bug, stage.environment, landings), conflict: null };
  const event = EVENTS[bug.status];
  // Somebody ended the bug while its fix was on the way: the fix is there, the bug stays ended.
  if (event === undefined || statusAfter(event, bug.status, bug.flow) === null) return [landed];
  return [
    move(landed, event, {
      atMs: nowMs,
      by: null,
      slot,
      note: `${stage.environment} ${stage.candidate.slice(0, 7)}`,
    }),
  ];
}

function outcomeOf(bug: Bug): BugOutcome {
  const merged = bug.status === 'uat_merged';
  return {
    bug: bug.number,
    outcome: merged ? 'merged' : 'deployed',
    reason: null,
    message: `now \`${bug.status}\``,
  };
}

function releasedOutcome({ pull }: StagePull): BugOutcome {
  return { bug: pull, outcome: 'deployed', reason: null, message: 'a release, signed off by itself' };
}

function pullsOf({ pulls }: LedgerState, stage: Stage): ReleasePull[] {
  return stage.pulls.flatMap(({ pull }) => pulls.get(pull) ?? []);
}

function pullEntry(
  pull: number,
  { slot, nowMs: atMs }: StageEnd,
  { what, body }: { readonly what: string; readonly body: string },
): OutboxEntry {
  return pullNews(`release-${slot.replace('/', '-')}-${pull}-${what}`, pull, { body, atMs });
}

function writeStage(
  state: LedgerState,
  { slot, stage, nowMs }: StageEnd,
  outcomes: readonly BugOutcome[],
): SlotRecord {
  const existing = state.slots.get(slot);
  if (existing === undefined) throw new Error(`${slot} is not in the ledger`);
  const stages = existing.stages.map((each) => (each.environment === stage.environment ? stage : each));
  const failed = stages.some((each) => each.state === 'failed');
  const finished = failed || stages.every((each) => each.state === 'deployed');
  const changed = new Set(outcomes.map((outcome) => outcome.bug));
  return {
    ...existing,
    stages,
    state: failed ? 'failed' : finished ? 'done' : 'running',
    finishedAtMs: finished ? nowMs : null,
    outcomes: [...existing.outcomes.filter((outcome) => !changed.has(outcome.bug)), ...outcomes],
  };
}

function announce(bug: Bug, { slot, stage, nowMs }: StageEnd, calendar: SlotCalendar): OutboxEntry[] {
  const id = `${slot.replace('/', '-')}-${stage.environment}-${bug.number}`;
  const entry = { id, issue: bug.number, createdAtMs: nowMs };
  const body = renderDeployed(bug, { calendar, slot, nowMs });
  const comment: OutboxEntry = { ...entry, action: { kind: 'comment', body } };
  if (!mayBeClosed(bug)) return [comment];
  return [comment, { ...entry, id: `${id}-close`, action: { kind: 'close_issue', as: 'completed' } }];
}

function failureEntry(bug: Bug, refusal: Refusal, { slot, nowMs }: StageEnd): OutboxEntry {
  return {
    id: `failed-${slot.replace('/', '-')}-${bug.number}-${nowMs}`,
    issue: bug.number,
    createdAtMs: nowMs,
    action: { kind: 'comment', body: renderHeld(slot, refusal.message) },
  };
}
