import { sharersOf, type Bug } from '../../domain/bug.ts';
import { parseSlotId, slotOn } from '../../domain/calendar.ts';
import { refuseFrozen } from '../../domain/freeze.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import {
  chooseForProd,
  chooseForUat,
  chooseForUatMerge,
  isStillDue,
  refuseStopped,
  type SlotFacts,
} from '../../domain/slot-choice.ts';
import type { Status } from '../../domain/status.ts';
import type { SlotRecord, Stage } from '../../domain/slot.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { freezeFacts } from '../freeze-facts.ts';
import type { Carried } from './build-stage.ts';
import { factsOf, gather, type Gathered } from './facts.ts';

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
  // The sign-off of Flow 2 may be a review, which the ledger does not hold.
  const isSignedOnGitHub =
    stage.environment === 'prod' && stage.bugs.some(({ bug }) => state.bugs.get(bug)?.flow === 2);
  if (!isSignedOnGitHub && context.clock.nowMs() - (slot.claim?.claimedAtMs ?? 0) < FRESH_MS) return undue;
  const gathered = await regather(context, setting, situation);
  return new Map(
    stage.bugs.flatMap(({ bug }) => {
      const choice = chooseAgain(gathered, stage.environment, bug);
      return choice.kind === 'refused' ? [[bug, choice] as const] : [];
    }),
  );
}

/** What the rules rest on beside the ledger. */
export type StageRules = Pick<SlotFacts, 'policy' | 'freezes' | 'nowMs'>;

/** The rules as they are now. */
export function stageRules(context: Context, setting: Setting, state: LedgerState): StageRules {
  const freezes = freezeFacts(context, setting, state);
  return { policy: setting.policy, freezes, nowMs: context.clock.nowMs() };
}

/** Bugs that were withdrawn, closed, made a hotfix or frozen since the plan, as the ledger alone tells. */
export function withdrawnBugs(
  { environment, bugs }: Stage,
  state: LedgerState,
  rules: StageRules,
): Map<number, Refusal> {
  return new Map(
    bugs.flatMap(({ bug: number }) => {
      const bug = state.bugs.get(number);
      if (bug === undefined || !isStillDue(environment, bug))
        return [[number, refuseGone(number, bug)] as const];
      const stopped = refuseNow(bug, state, rules);
      return stopped === null ? [] : [[number, stopped] as const];
    }),
  );
}

/** What comes back to UAT is live on PROD, whatever its severity is by now. */
function refuseNow(bug: Bug, { bugs }: LedgerState, rules: StageRules): Refusal | null {
  if (bug.status === 'pending_uat_merge') return refuseFrozen(rules.freezes, bug, rules.nowMs);
  return refuseStopped(bug, { ...rules, others: sharersOf(bug, bugs.values()) });
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
  const parsed = parseSlotId(slot.id);
  const dated = parsed === null ? null : slotOn(setting.calendar, parsed.kind, parsed.date);
  if (dated === null) throw new Error(`${slot.id} is not in the calendar any more`);
  return gather(context, setting, { slot: dated, state, bugs });
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
  const settled = gathered.fixes.filter((fix) => fix.pull === bug.conflict?.pull && fix.state === 'merged');
  return {
    kind: 'take',
    carried: { bug, fixes: bug.status === 'pending_uat_merge' ? settled : choice.fixes },
  };
}
