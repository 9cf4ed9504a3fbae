import { landingsOn, type Bug } from './bug.ts';
import type { Slot } from './calendar.ts';
import { fixesFor, refuseUnready, type FixFacts } from './fix.ts';
import { describeParity, type ParityVerdict } from './flow.ts';
import { refuseFrozen, type FreezeFacts } from './freeze.ts';
import type { EnvironmentName, Policy } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import { refuseHeldBack } from './take-back.ts';
import { isHotfixSeverity } from './severity.ts';
import { waitsForProd } from './status.ts';
import {
  countSignOffs,
  neededSignOff,
  refuseUnsigned,
  voidWords,
  type SignOffFacts,
  type SignOffs,
} from './sign-off.ts';
import { renderEvidence } from './text/evidence.ts';
import { withdraw } from './withdraw.ts';

/** What the choice for one bug in a slot rests on. */
export interface SlotFacts {
  readonly policy: Policy;
  readonly slot: Slot;
  /** `null`: the versions could not be compared; nothing that depends on them goes on. */
  readonly parity: ParityVerdict | null;
  /** The bug's linked pull requests, reviews marked with `isAdmin`. */
  readonly fixes: readonly FixFacts[];
  /** The other bugs that its pull requests are for. */
  readonly others: readonly Bug[];
  /** The other bugs for which one of them was taken off again. */
  readonly takenOffFor: readonly Bug[];
  /** Whether each approval was found to count still, by its key. Absent means it does not. */
  readonly approvals: ReadonlyMap<string, Refusal | 'valid'>;
  readonly freezes: FreezeFacts;
  /** Why nothing goes on from UAT: it is being brought back. */
  readonly goingBack: Refusal | null;
  readonly nowMs: number;
}

/** What a slot does with a bug. */
export type SlotChoice =
  | { readonly kind: 'take'; readonly fixes: readonly FixFacts[] }
  | { readonly kind: 'queue' }
  | { readonly kind: 'leave' }
  | Refusal;

/** T1 for a planned bug: Flow 1 goes to UAT, Flow 2 is queued for T2. */
export function chooseForT1(bug: Bug, facts: SlotFacts): SlotChoice {
  const stopped = refuseHotfix(bug, facts) ?? refuseHeldBack(bug, facts.takenOffFor);
  if (stopped !== null) return stopped;
  if (bug.flow === 2) return { kind: 'queue' };
  return refuseStopped(bug, facts) ?? refuseUnsafe(bug, facts.parity) ?? chooseForUat(bug, facts);
}

/** The part of T1's choice that is taken again right before the branch moves, whatever else came to UAT meanwhile. */
export function chooseForUat(bug: Bug, facts: SlotFacts): SlotChoice {
  const stopped = refuseStopped(bug, facts);
  if (stopped !== null) return stopped;
  const fixes = fixesFor(facts.fixes, 'uat', facts.policy);
  if (fixes.length === 0) return refuseNoFix(bug, facts.policy.environments.uat);
  return firstRefusal(fixes.map((fix) => refuseUnready(fix, facts.policy))) ?? { kind: 'take', fixes };
}

/** T2 for a bug that waits for PROD: only what an admin has signed off, exactly as it was signed off. */
export function chooseForProd(bug: Bug, facts: SlotFacts): SlotChoice {
  const stopped = refuseStopped(bug, facts);
  if (stopped !== null) return stopped;
  if (bug.flow === 2) return chooseForProdFirst(bug, facts);
  const refusal = facts.goingBack ?? refuseUnsafe(bug, facts.parity) ?? refuseUnapproved(bug, facts);
  return refusal ?? { kind: 'take', fixes: [] };
}

function chooseForProdFirst(bug: Bug, facts: SlotFacts): SlotChoice {
  const fixes = fixesFor(facts.fixes, 'prod', facts.policy);
  if (fixes.length === 0) return refuseNoFix(bug, facts.policy.environments.prod);
  const unsigned = refuseUnapproved(bug, facts);
  if (unsigned !== null) return unsigned;
  // The sign-off of an admin is a review of this head, wherever it was given.
  const signers = signOffsOf(bug, facts)?.people ?? [];
  return (
    firstRefusal(fixes.map((fix) => refuseUnready(fix, facts.policy, signers))) ?? { kind: 'take', fixes }
  );
}

/** T2 for a bug whose fix goes back from PROD to UAT. */
export function chooseForUatMerge(bug: Bug, facts: SlotFacts): SlotChoice {
  const frozen = refuseFrozen(facts.freezes, bug, facts.nowMs);
  return frozen ?? refuseUnapproved(bug, facts) ?? { kind: 'take', fixes: [] };
}

/** The bug without the approvals that have to be given again, back where it waits for them unless enough are left. */
export function withoutVoidWords(bug: Bug, facts: SlotFacts, nowMs: number): Bug {
  const needed = neededSignOff(bug, facts);
  if (needed === null) return bug;
  const gone = voidWords(bug, needed, signOffFacts(facts)).map(({ approval }) => approval);
  const step = { policy: facts.policy, atMs: nowMs, by: null, note: 'the approval is void' };
  return withdraw(bug, (approval) => gone.includes(approval), step);
}

function refuseUnapproved(bug: Bug, facts: SlotFacts): Refusal | null {
  const needed = neededSignOff(bug, facts);
  if (needed === null)
    return refuse('wrong_status', `Nothing is to be approved while it is \`${bug.status}\`.`);
  return refuseUnsigned(bug, needed, signOffFacts(facts));
}

/** Who has signed off what a bug waits for; `null` when it waits for nothing of the kind. */
export function signOffsOf(bug: Bug, facts: SlotFacts): SignOffs | null {
  const needed = neededSignOff(bug, facts);
  return needed === null ? null : countSignOffs(bug, needed, signOffFacts(facts));
}

function signOffFacts({ policy, fixes, slot, approvals }: SlotFacts): SignOffFacts {
  return { policy, fixes, beforeMs: slot.startsAtMs, checked: approvals };
}

/** Tells whether a bug that a stage was planned with may still go, as far as the ledger alone knows. */
export function isStillDue(environment: EnvironmentName, bug: Bug | undefined): boolean {
  if (bug === undefined) return false;
  // A hold is of an earlier slot: the plan of this one has looked again.
  if (environment === 'prod') return bug.status === 'pending_prod';
  return bug.status === 'planned' || bug.status === 'pending_uat_merge';
}

function firstRefusal(refusals: readonly (Refusal | null)[]): Refusal | null {
  return refusals.find((refusal) => refusal !== null) ?? null;
}

/**
 * Refuses what no slot brings to its first environment: a severity that is open or goes the hotfix path, and what is
 * frozen. A fix is that of all the bugs it is for: what stops one of them stops it.
 */
export function refuseStopped(
  bug: Bug,
  facts: Pick<SlotFacts, 'policy' | 'others' | 'freezes' | 'nowMs'>,
): Refusal | null {
  const bugs = [bug, ...facts.others.filter(({ status }) => waitsForProd(status))];
  const frozen = bugs.map((each) => refuseFrozen(facts.freezes, each, facts.nowMs));
  return refuseHotfix(bug, facts) ?? firstRefusal(frozen);
}

function refuseHotfix(bug: Bug, { policy, others }: Pick<SlotFacts, 'policy' | 'others'>): Refusal | null {
  if (bug.severity === null) {
    return refuse('severity_missing', 'Its severity is open, so no slot takes it: set a `severity:` label.');
  }
  const goesHotfix = ({ severity }: Bug) => isHotfixSeverity(severity, policy.severity.hotfix);
  if (goesHotfix(bug)) {
    return refuse(
      'severity_needs_hotfix',
      `Its severity is **${bug.severity}**: no slot takes it, it goes the hotfix path: an admin says \`/hotfix\`.`,
    );
  }
  const other = others.find((each) => waitsForProd(each.status) && goesHotfix(each));
  if (other === undefined) return null;
  return refuse(
    'severity_needs_hotfix',
    `Its fix is that of #${other.number}, too, which is **${other.severity}**: no slot takes it, it goes the hotfix path: an admin says \`/hotfix\`.`,
  );
}

function refuseUnsafe(bug: Bug, parity: ParityVerdict | null): Refusal | null {
  if (parity === null) {
    return refuse(
      'version_unknown',
      'What UAT and PROD run could not be found out, so nothing was deployed for it.',
    );
  }
  if (parity.state === 'aligned') return null;
  // It goes to UAT alone, which is right whatever PROD runs.
  if (bug.uatOnly && landingsOn(bug, 'uat').length === 0) return null;
  return refuse(
    'flow_unsafe_now',
    `Flow 1 is not safe any more: ${describeParity(parity)}. An admin says \`/confirm flow2\` if PROD has the bug, or brings the versions together.\n\n${renderEvidence(parity)}`,
  );
}

function refuseNoFix({ number }: Bug, { branch }: { readonly branch: string }): Refusal {
  return refuse(
    'no_fix',
    `No pull request against \`${branch}\` is linked: write \`Fixes #${number}\` into one, or say \`/fix #<pull request>\` on #${number}.`,
  );
}
