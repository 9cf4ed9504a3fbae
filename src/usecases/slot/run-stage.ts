import type { Bug } from '../../domain/bug.ts';
import { parseSlotId, slotOn, type SlotId } from '../../domain/calendar.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import { stageOf, type SlotRecord, type Stage } from '../../domain/slot.ts';
import { CLAIM_LEASE_MS } from '../../domain/slot-claim.ts';
import { chooseForProd, chooseForUatMerge } from '../../domain/slot-choice.ts';
import type { Setting } from '../../ports/configuration.ts';
import { GitFailure, type PushResult, type RefUpdate } from '../../ports/repository.ts';
import type { Context } from '../context.ts';
import { record } from '../record.ts';
import { buildStage, type Carried } from './build-stage.ts';
import { candidateBranch, pushCandidates } from './candidate.ts';
import { completeStage, failStage } from './complete-stage.ts';
import { deployStage } from './deploy-stage.ts';
import { factsOf, gather, type Gathered } from './facts.ts';

export type StageResult =
  | { readonly kind: 'ran'; readonly record: SlotRecord; readonly ok: boolean }
  | Refusal;

const MAX_RACES = 5;

/**
 * An environment's job of a slot: checks once more that every bug may go, moves the branch to the candidate in one
 * push, deploys and verifies, and writes down what became of it.
 *
 * Refuses: `slot_taken` when another run has the slot, `nothing_to_do` when it has nothing for this environment.
 * Idempotent: what a crashed run had done is found on the branch and in the deployments and not done again.
 */
export async function runStage(
  context: Context,
  asked: { readonly slotId: SlotId; readonly environment: EnvironmentName; readonly runId: number | null },
): Promise<StageResult> {
  const [setting, state] = await Promise.all([context.configuration.load(), context.ledger.recent()]);
  const slot = state.slots.get(asked.slotId);
  const stage = slot === undefined ? undefined : stageOf(slot, asked.environment);
  if (slot === undefined || stage === undefined) {
    return refuse('nothing_to_do', `${asked.slotId} has nothing for ${asked.environment}.`);
  }
  if (stage.state === 'deployed') return { kind: 'ran', record: slot, ok: true };
  const foreign = refuseForeign(slot, asked.runId);
  if (foreign !== null) return foreign;
  const ready = refuseLate(context, slot) ?? (await bringToBranch(context, setting, { slot, stage, state }));
  if (ready.kind === 'refused') {
    const failed = await failStage(context, setting, {
      slot: slot.id,
      environment: stage.environment,
      refusal: ready,
    });
    return { kind: 'ran', record: failed, ok: false };
  }
  const deployed =
    refuseWithdrawn({ slot, stage: ready.stage, state }, ready.resumes) ??
    (await deployStage(context, setting, {
      slot: slot.id,
      stage: ready.stage,
      runId: asked.runId,
      resumes: ready.resumes,
    }));
  if (deployed.kind === 'refused') {
    const failed = await failStage(context, setting, {
      slot: slot.id,
      environment: stage.environment,
      refusal: deployed,
      onBranch: ready.stage,
    });
    return { kind: 'ran', record: failed, ok: false };
  }
  const done = await completeStage(context, setting, {
    slot: slot.id,
    stage: { ...ready.stage, deploymentId: deployed.deploymentId },
  });
  return { kind: 'ran', record: done, ok: true };
}

function refuseForeign({ id, claim }: SlotRecord, runId: number | null): Refusal | null {
  if (claim === null || claim.runId === runId) return null;
  return refuse('slot_taken', `${id} is another run's.`);
}

/** A run before this one has pushed and died; what was taken back since is not deployed after all. */
function refuseWithdrawn({ stage, state }: Situation, resumes: boolean): Refusal | null {
  if (!resumes || stage.environment !== 'prod') return null;
  const gone = stage.bugs.find(({ bug }) => !isStillDue('prod', state.bugs.get(bug)));
  if (gone === undefined) return null;
  return refuse(
    'not_approved',
    `#${gone.bug} was taken back after its fix had been pushed to the PROD branch: nothing was deployed. Approve it again, or revert it.`,
  );
}

/** A job that waited for hours at an environment's gate deploys nothing in the morning. */
function refuseLate({ clock }: Context, slot: SlotRecord): Refusal | null {
  if (clock.nowMs() <= slot.latestStartMs + CLAIM_LEASE_MS) return null;
  return refuse('slot_too_late', `${slot.id} is over; its bugs wait for the next one.`);
}

interface Situation {
  readonly slot: SlotRecord;
  readonly stage: Stage;
  readonly state: LedgerState;
}

interface SituationNow extends Situation {
  /** Where the environment's branch is. */
  readonly tip: string;
}

type Ready = { readonly kind: 'ready'; readonly stage: Stage; readonly resumes: boolean } | Refusal;

async function bringToBranch(context: Context, setting: Setting, situation: Situation): Promise<Ready> {
  const { environment } = situation.stage;
  const { branch } = setting.policy.environments[environment];
  let { stage } = situation;
  for (let race = 0; race < MAX_RACES; race += 1) {
    const candidate = candidateBranch(situation.slot.id, stage);
    const tips = await context.repository.fetch({ branches: [branch, candidate], history: 'full' });
    const tip = tips.get(branch) ?? null;
    if (tip === null) return refuse('push_refused', `There is no branch ${branch}.`);
    const now: SituationNow = { ...situation, stage, tip };
    if (await isOnBranch(context, now)) return { kind: 'ready', stage, resumes: true };
    if (!(await isStill(context, setting, now))) {
      const next = await replan(context, setting, now);
      if (next.kind === 'refused') return next;
      stage = next.stage;
      continue;
    }
    const pushed = await pushBranch(context, now, branch);
    if (pushed.kind === 'pushed') return { kind: 'ready', stage, resumes: false };
    if (pushed.kind === 'refused')
      return refuse('push_refused', `The push to ${branch} was refused (${pushed.rule}): ${pushed.message}`);
  }
  return refuse('push_refused', `${branch} moved ${MAX_RACES} times while the candidate was being pushed.`);
}

/** A candidate that brings nothing is on no branch. */
async function isOnBranch(context: Context, { stage, tip }: SituationNow): Promise<boolean> {
  if (stage.candidate === stage.base) return false;
  if (stage.candidate === tip) return true;
  try {
    return await context.repository.isAncestor(stage.candidate, tip);
  } catch (error) {
    if (!(error instanceof GitFailure) || error.retryable) throw error;
    // The candidate is nowhere on the remote, so it cannot be part of the branch.
    return false;
  }
}

async function pushBranch(
  context: Context,
  { slot, stage }: SituationNow,
  branch: string,
): Promise<PushResult> {
  if (stage.candidate === stage.base) return { kind: 'pushed' };
  const updates: RefUpdate[] = [
    { ref: `refs/heads/${branch}`, expected: stage.base, target: stage.candidate },
    { ref: `refs/heads/${candidateBranch(slot.id, stage)}`, expected: stage.candidate, target: null },
  ];
  return context.repository.push(updates);
}

async function regather(
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

/** How long what the plan has verified on GitHub counts; a job that waited longer at a gate verifies it again. */
const FRESH_MS = 10 * 60_000;

/** The rules, once more, right before the push: on the ledger as it is now, and after a wait on GitHub too. */
async function isStill(context: Context, setting: Setting, situation: SituationNow): Promise<boolean> {
  const { stage, slot, state, tip } = situation;
  if (
    tip !== stage.base ||
    !stage.bugs.every(({ bug }) => isStillDue(stage.environment, state.bugs.get(bug)))
  )
    return false;
  // The sign-off of Flow 2 may be a review, which the ledger does not hold.
  const isSignedOnGitHub =
    stage.environment === 'prod' && stage.bugs.some(({ bug }) => state.bugs.get(bug)?.flow === 2);
  if (!isSignedOnGitHub && context.clock.nowMs() - (slot.claim?.claimedAtMs ?? 0) < FRESH_MS) return true;
  const gathered = await regather(context, setting, situation);
  return stage.bugs.every(({ bug }) => stillGoes(gathered, stage.environment, bug) !== null);
}

/** A bug that was withdrawn, closed or made a hotfix since the plan is in another status or without its approval. */
function isStillDue(environment: EnvironmentName, bug: Bug | undefined): boolean {
  if (bug === undefined) return false;
  // A hold is of an earlier slot: the plan of this one has looked again.
  if (environment === 'prod') return bug.status === 'pending_prod';
  return bug.status === 'planned' || bug.status === 'pending_uat_merge';
}

function stillGoes(gathered: Gathered, environment: EnvironmentName, number: number): Carried | null {
  const bug = gathered.bugs.find((each) => each.number === number);
  if (bug === undefined) return null;
  const facts = factsOf(gathered, bug);
  if (bug.status === 'planned' && environment === 'uat') {
    const fixes = facts.fixes.filter(
      (fix) => fix.base === facts.policy.environments.uat.branch && fix.state !== 'closed',
    );
    return { bug, fixes };
  }
  if (bug.status === 'pending_prod' && environment === 'prod') {
    const choice = chooseForProd(bug, facts);
    return choice.kind === 'take' ? { bug, fixes: choice.fixes } : null;
  }
  if (bug.status === 'pending_uat_merge' && environment === 'uat') {
    const settled = gathered.fixes.filter((fix) => fix.pull === bug.conflict?.pull && fix.state === 'merged');
    return chooseForUatMerge(bug, facts).kind === 'take' ? { bug, fixes: settled } : null;
  }
  return null;
}

/** The branch moved, or a bug may not go any more: the candidate is built anew from what still holds. */
async function replan(
  context: Context,
  setting: Setting,
  situation: SituationNow,
): Promise<{ readonly kind: 'replanned'; readonly stage: Stage } | Refusal> {
  const { slot, stage, tip } = situation;
  const gathered = await regather(context, setting, situation);
  if (tip !== stage.base && !(await context.repository.isAncestor(stage.base, tip))) {
    return refuse(
      'branch_rewound',
      `The branch of ${stage.environment} was moved back; a person has to look.`,
    );
  }
  const carried = stage.bugs.flatMap(({ bug }) => stillGoes(gathered, stage.environment, bug) ?? []);
  const { stage: built } = await buildStage(context, gathered, {
    environment: stage.environment,
    tip,
    carried,
  });
  if (built.bugs.length === 0)
    return refuse('nothing_to_do', `Nothing of ${slot.id} may go to ${stage.environment} any more.`);
  await pushCandidates(context, gathered.slot, [built]);
  await record(context, setting, (now) => {
    const current = now.slots.get(slot.id) ?? slot;
    const stages = current.stages.map((each) => (each.environment === built.environment ? built : each));
    return {
      writes: { slots: [{ ...current, stages }] },
      message: `${slot.id} planned ${built.environment} again on ${tip.slice(0, 7)}: ${built.candidate.slice(0, 7)}`,
      result: null,
    };
  });
  return { kind: 'replanned', stage: built };
}
