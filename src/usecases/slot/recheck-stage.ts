import type { Bug } from '../../domain/bug.ts';
import { parseSlotId, slotOn } from '../../domain/calendar.ts';
import { refuseFrozen, type FreezeFacts } from '../../domain/freeze.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import { chooseForProd, chooseForUatMerge, isStillDue } from '../../domain/slot-choice.ts';
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
  const freezes = freezeFacts(context, setting, state);
  const undue = withdrawnBugs(stage, state, { freezes, nowMs: context.clock.nowMs() });
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

/** Bugs that were withdrawn, closed, made a hotfix or frozen since the plan, as the ledger alone tells. */
export function withdrawnBugs(
  { environment, bugs }: Stage,
  state: LedgerState,
  { freezes, nowMs }: { readonly freezes: FreezeFacts; readonly nowMs: number },
): Map<number, Refusal> {
  return new Map(
    bugs.flatMap(({ bug: number }) => {
      const bug = state.bugs.get(number);
      if (bug === undefined || !isStillDue(environment, bug))
        return [[number, refuseGone(number, bug)] as const];
      const frozen = refuseFrozen(freezes, bug, nowMs);
      return frozen === null ? [] : [[number, frozen] as const];
    }),
  );
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

type Again = { readonly kind: 'take'; readonly carried: Carried } | Refusal;

/** Chooses for a bug of a stage as the plan did, on what is known now. */
export function chooseAgain(gathered: Gathered, environment: EnvironmentName, number: number): Again {
  const bug = gathered.bugs.find((each) => each.number === number);
  if (bug === undefined || !isStillDue(environment, bug)) return refuseGone(number, bug);
  const facts = factsOf(gathered, bug);
  if (bug.status === 'planned') {
    const fixes = facts.fixes.filter(
      (fix) => fix.base === facts.policy.environments.uat.branch && fix.state !== 'closed',
    );
    return { kind: 'take', carried: { bug, fixes } };
  }
  const isProd = environment === 'prod';
  const choice = isProd ? chooseForProd(bug, facts) : chooseForUatMerge(bug, facts);
  if (choice.kind === 'refused') return choice;
  if (choice.kind !== 'take') return refuseGone(number, bug);
  const settled = gathered.fixes.filter((fix) => fix.pull === bug.conflict?.pull && fix.state === 'merged');
  return { kind: 'take', carried: { bug, fixes: isProd ? choice.fixes : settled } };
}
