import { freezeOn, type FreezeFacts, type FreezeSubject } from './freeze.ts';
import { GATE_CHECKS } from './gate.ts';
import type { LedgerState } from './ledger.ts';
import { slotEndMs } from './protection.ts';
import { isSigned } from './release-pull.ts';
import { isStillDue } from './slot-choice.ts';
import type { SlotClaim, SlotRecord, Stage } from './slot.ts';

/** What the required check of a branch says about a slot's candidate for it. */
export interface CandidateVerdict {
  readonly slot: SlotRecord;
  readonly stage: Stage;
  readonly check: string;
  readonly isOpen: boolean;
  /** Bugs in it, or releases that go live with it, that may not go any more. */
  readonly withdrawn: readonly number[];
  /** Those that a freeze covers. */
  readonly frozen: readonly number[];
  /** Who has the slot: whoever takes it on says it again. */
  readonly claim: SlotClaim | null;
}

/** What a verdict rests on beside the ledger. */
export interface CandidateRules {
  readonly freezes: FreezeFacts;
  readonly nowMs: number;
}

/**
 * Judges the candidates that slots have built and that are on no environment's branch yet, asking nobody: green
 * while the slot may bring it there, which is how the App's own push passes the rule that nobody may bypass.
 *
 * Left out: candidates for branches that do not ask for this check.
 */
export function judgeCandidates(state: LedgerState, rules: CandidateRules): readonly CandidateVerdict[] {
  return [...state.slots.values()].flatMap((slot) =>
    slot.stages
      .filter((stage) => isShown(state, stage))
      .map((stage) => judgeCandidate(state, { slot, stage, rules })),
  );
}

function isShown(state: LedgerState, stage: Stage): boolean {
  const { environment, base, candidate, checks } = stage;
  const isAsked = checks.some(({ context }) => context === GATE_CHECKS[environment]);
  return isAsked && candidate !== base && !isOnBranch(state, stage);
}

/** A candidate that was pushed is part of the branch's history, whatever became of its deployment. */
function isOnBranch(state: LedgerState, { state: at, environment, bugs }: Stage): boolean {
  if (at === 'deployed') return true;
  const made = new Set(bugs.flatMap(({ landings }) => landings.flatMap(({ commits }) => commits)));
  return bugs.some(({ bug }) =>
    (state.bugs.get(bug)?.landings ?? []).some(
      (landing) => landing.environment === environment && landing.commits.some((oid) => made.has(oid)),
    ),
  );
}

function judgeCandidate(
  state: LedgerState,
  {
    slot,
    stage,
    rules,
  }: { readonly slot: SlotRecord; readonly stage: Stage; readonly rules: CandidateRules },
): CandidateVerdict {
  const { environment } = stage;
  const withdrawn = [
    ...stage.bugs.map(({ bug }) => bug).filter((bug) => !isStillDue(environment, state.bugs.get(bug))),
    ...stage.pulls.map(({ pull }) => pull).filter((pull) => !isSigned(state.pulls.get(pull))),
  ];
  const frozen = frozenIn(state, stage, rules);
  const isUnderWay = stage.state === 'planned' && rules.nowMs <= slotEndMs(slot);
  const isOpen = isUnderWay && withdrawn.length + frozen.length === 0;
  return { slot, stage, check: GATE_CHECKS[environment], isOpen, withdrawn, frozen, claim: slot.claim };
}

function frozenIn(
  { bugs }: LedgerState,
  stage: Pick<Stage, 'bugs' | 'pulls'>,
  { freezes, nowMs }: CandidateRules,
): readonly number[] {
  const isFrozen = (subject: FreezeSubject) => freezeOn(freezes, subject, nowMs) !== null;
  return [
    ...stage.bugs.flatMap(({ bug: number }) => {
      const bug = bugs.get(number);
      return bug !== undefined && isFrozen(bug) ? [number] : [];
    }),
    ...stage.pulls.filter(({ frozenAs }) => isFrozen(frozenAs)).map(({ pull }) => pull),
  ];
}
