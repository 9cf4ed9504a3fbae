import { sharersOf, type Bug } from '../../domain/bug.ts';
import type { Slot } from '../../domain/calendar.ts';
import { settlesConflict } from '../../domain/fix.ts';
import { refuseFrozen } from '../../domain/freeze.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import { refuseGoingBack } from '../../domain/left-branch.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import { isSigned } from '../../domain/release-pull.ts';
import {
  chooseForProd,
  chooseForUat,
  chooseForUatMerge,
  isStillDue,
  refuseStopped,
  type SlotFacts,
} from '../../domain/slot-choice.ts';
import { neededSignOff, refuseUnsigned } from '../../domain/sign-off.ts';
import type { Status } from '../../domain/status.ts';
import type { SlotRecord, Stage } from '../../domain/slot.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { freezeFacts } from '../freeze-facts.ts';
import type { Carried } from './build-stage.ts';
import { factsOf, gather, type Gathered } from './facts.ts';
import { releasesFor } from './plan-all.ts';

/** A stage that was planned, and the ledger as it is by now. */
export interface Situation {
  readonly slot: SlotRecord;
  readonly stage: Stage;
  readonly state: LedgerState;
}

/** How long what the plan has verified on GitHub counts; a job that waited longer at a gate verifies it again. */
const FRESH_MS = 10 * 60_000;

/**
 * The rules, once more, before a stage goes on: gives the bugs that may not go any more, with the reason.
 *
 * Looks at the ledger, and at GitHub where the ledger cannot know it or the plan is not fresh.
 */
export async function recheckStage(
  context: Context,
  setting: Setting,
  situation: Situation,
): Promise<ReadonlyMap<number, Refusal>> {
  const { stage, slot, state } = situation;
  const undue = withdrawnBugs(stage, state, stageRules(context, setting, state));
  if (undue.size > 0) return undue;
  // The sign-off of Flow 2 may be a review, which the ledger does not hold; what voids one of a release it does not learn.
  const isSignedOnGitHub =
    stage.environment === 'prod' &&
    (stage.pulls.length > 0 || stage.bugs.some(({ bug }) => state.bugs.get(bug)?.flow === 2));
  if (!isSignedOnGitHub && context.clock.nowMs() - (slot.claim?.claimedAtMs ?? 0) < FRESH_MS) return undue;
  const gathered = await regather(context, setting, situation);
  const bugs = stage.bugs.flatMap(({ bug }) => {
    const choice = chooseAgain(gathered, stage.environment, bug);
    return choice.kind === 'refused' ? [[bug, choice] as const] : [];
  });
  return new Map([...bugs, ...unsignedPulls(gathered, stage)]);
}

/** Releases whose word does not count any more, as GitHub tells. */
function unsignedPulls({ releases }: Gathered, { pulls }: Stage): (readonly [number, Refusal])[] {
  return pulls.flatMap(({ pull }) => {
    const refusal = releases.find((each) => each.pull === pull)?.refusal;
    return refusal === null ? [] : [[pull, refusal ?? refuseWithoutWord(pull)] as const];
  });
}

/** What the rules rest on beside the ledger. */
export type StageRules = Pick<SlotFacts, 'policy' | 'freezes' | 'nowMs'>;

/** The rules as they are now. */
export function stageRules(context: Context, setting: Setting, state: LedgerState): StageRules {
  const freezes = freezeFacts(context, setting, state);
  return { policy: setting.policy, freezes, nowMs: context.clock.nowMs() };
}

/**
 * Bugs that were withdrawn, closed, made a hotfix or frozen since the plan, and releases whose word was taken back or
 * that are frozen, by number, as the ledger alone tells.
 */
export function withdrawnBugs(stage: Stage, state: LedgerState, rules: StageRules): Map<number, Refusal> {
  const { environment, bugs, pulls } = stage;
  const gone = new Map<number, Refusal>();
  for (const { bug: number } of bugs) {
    const bug = state.bugs.get(number);
    const isDue = bug !== undefined && isStillDue(environment, bug);
    const refusal = isDue
      ? (refuseNow(bug, state, rules) ?? refuseLateWords(bug, stage, rules))
      : refuseGone(number, bug);
    if (refusal !== null) gone.set(number, refusal);
  }
  for (const { pull, frozenAs } of pulls) {
    const refusal = isSigned(state.pulls.get(pull))
      ? refuseFrozen(rules.freezes, frozenAs, rules.nowMs)
      : refuseWithoutWord(pull);
    if (refusal !== null) gone.set(pull, refusal);
  }
  return gone;
}

/**
 * Bugs and releases that may not go any more although a run before this one has pushed them: as {@link withdrawnBugs}, and for
 * PROD as GitHub tells of their sign-offs now, since what that run has looked at was long ago.
 */
export async function withdrawnSincePush(
  context: Context,
  setting: Setting,
  situation: Situation,
): Promise<ReadonlyMap<number, Refusal>> {
  const { stage, state } = situation;
  const undue = withdrawnBugs(stage, state, stageRules(context, setting, state));
  if (undue.size > 0 || stage.environment !== 'prod') return undue;
  const gathered = await regather(context, setting, situation);
  const unsigned = gathered.bugs.flatMap((bug) => {
    const { policy, fixes, approvals: checked } = factsOf(gathered, bug);
    const needed = neededSignOff(bug, { fixes, policy });
    const words = { policy, fixes, beforeMs: stage.builtAtMs, checked };
    const refusal = needed === null ? null : refuseUnsigned(bug, needed, words);
    return refusal === null ? [] : [[bug.number, refusal] as const];
  });
  return new Map([...unsigned, ...unsignedPulls(gathered, stage)]);
}

function refuseWithoutWord(pull: number): Refusal {
  return refuse('not_approved', `The approval of #${pull} was taken back since the slot was planned.`);
}

/** What comes back to UAT is live on PROD, whatever its severity is by now. */
function refuseNow(bug: Bug, state: LedgerState, rules: StageRules): Refusal | null {
  if (bug.status === 'pending_uat_merge') return refuseFrozen(rules.freezes, bug, rules.nowMs);
  const goingBack = bug.flow === 1 && bug.status === 'pending_prod' ? refuseGoingBack(state) : null;
  return goingBack ?? refuseStopped(bug, { ...rules, others: sharersOf(bug, state.bugs.values()) });
}

/** An approval that was taken back and given again after the slot began is for the next one. */
function refuseLateWords(bug: Bug, { builtAtMs: beforeMs }: Stage, { policy }: StageRules): Refusal | null {
  // In Flow 2 a review may be the sign-off for PROD, which the ledger does not hold.
  const needed = neededSignOff(bug, { fixes: null, policy });
  const words = { policy, fixes: null, beforeMs, checked: 'not_yet' } as const;
  return needed === null ? null : refuseUnsigned(bug, needed, words);
}

function refuseGone(number: number, bug: Bug | undefined): Refusal {
  const now = bug === undefined ? 'is not in the ledger any more' : `is \`${bug.status}\` now`;
  return refuse('not_approved', `#${number} ${now}: it was taken back since the slot was planned.`);
}

/** Reads again what the slot looked at, for the bugs of one stage. */
export async function regather(
  context: Context,
  setting: Setting,
  { slot, stage, state }: Situation,
): Promise<Gathered> {
  const bugs = stage.bugs.flatMap(({ bug }) => state.bugs.get(bug) ?? []);
  // The calendar may be another by now: what counted when the slot was planned counts for all of it.
  const { id, kind, latestStartMs } = slot;
  const planned: Slot = { id, kind, startsAtMs: stage.builtAtMs, latestStartMs };
  const isForProd = stage.environment === 'prod';
  const waiting = isForProd ? [...stage.pulls.map(({ pull }) => pull), ...releasesFor(slot.kind, state)] : [];
  return gather(context, setting, { slot: planned, state, bugs, waiting });
}

const CHOICES: Readonly<Partial<Record<Status, typeof chooseForUat>>> = {
  planned: chooseForUat,
  pending_prod: chooseForProd,
};

type Again = { readonly kind: 'take'; readonly carried: Carried } | Refusal;

/** Chooses for a bug of a stage as the plan did, on what is known now. */
export function chooseAgain(gathered: Gathered, environment: EnvironmentName, number: number): Again {
  const bug = gathered.bugs.find((each) => each.number === number);
  if (bug === undefined || !isStillDue(environment, bug)) return refuseGone(number, bug);
  const facts = factsOf(gathered, bug);
  const choose = CHOICES[bug.status] ?? chooseForUatMerge;
  const choice = choose(bug, facts);
  if (choice.kind === 'refused') return choice;
  if (choice.kind !== 'take') return refuseGone(number, bug);
  const settled = gathered.fixes.filter(
    (fix) => fix.state === 'merged' && settlesConflict(fix, bug, gathered.setting.policy),
  );
  return {
    kind: 'take',
    carried: { bug, fixes: bug.status === 'pending_uat_merge' ? settled : choice.fixes },
  };
}
