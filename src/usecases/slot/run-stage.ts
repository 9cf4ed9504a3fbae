import type { SlotId } from '../../domain/calendar.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import { refuseLeftBranch } from '../../domain/left-branch.ts';
import { judgeDeployment, type DeploymentVerdict, type RunFacts } from '../../domain/protection.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import type { ReleaseDeployer } from '../../domain/release.ts';
import { stageOf, type SlotRecord, type Stage } from '../../domain/slot.ts';
import { code } from '../../domain/text/markdown.ts';
import { renderBuiltAgain, renderVerdict } from '../../domain/text/protection.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { takeBackRelease } from '../rollback/take-back-release.ts';
import { tryVersions } from '../take-parity.ts';
import { candidateBranch } from './candidate.ts';
import { checkStage, type StageCheck } from './check-stage.ts';
import { completeStage, failStage } from './complete-stage.ts';
import { deployStage } from './deploy-stage.ts';
import { isOnBranch } from './is-on-branch.ts';
import { moveBranch } from './move-branch.ts';
import { replanStage, type SituationNow } from './replan-stage.ts';
import { holdStage, ownerOf } from './stage-lock.ts';
import {
  recheckStage,
  stageRules,
  withdrawnBugs,
  withdrawnSincePush,
  type Situation,
} from './recheck-stage.ts';

export type StageResult =
  | {
      readonly kind: 'ran';
      readonly record: SlotRecord;
      readonly ok: boolean;
      /** Whether the run might enter its environments, and why; Markdown. */
      readonly verdicts: readonly string[];
    }
  | Refusal;

/** Which part of which slot a run is about to deploy. */
export interface StageRun {
  readonly slotId: SlotId;
  readonly environment: EnvironmentName;
  readonly run: RunFacts;
}

const MAX_RACES = 5;

/**
 * An environment's job of a slot: asks first whether it may at all, checks once more that every bug may go, moves the
 * branch to the candidate in one push, deploys and verifies, and writes down what became of it.
 *
 * Refuses: `slot_taken` and `foreign_run` when the run does not have the slot, `locked`, `nothing_to_do` when it has nothing
 * for this environment, `rollback_unfinished` where a rollback has left what it pushed before.
 * Idempotent: what a crashed run had done is found on the branch and in the deployments and not done again.
 */
export async function runStage(context: Context, asked: StageRun): Promise<StageResult> {
  const [setting, state] = await Promise.all([context.configuration.load(), context.ledger.recent()]);
  const slot = state.slots.get(asked.slotId);
  const stage = slot === undefined ? undefined : stageOf(slot, asked.environment);
  if (slot === undefined || stage === undefined) {
    return refuse('nothing_to_do', `${asked.slotId} has nothing for ${asked.environment}.`);
  }
  if (stage.state === 'deployed') return { kind: 'ran', record: slot, ok: true, verdicts: [] };
  const situation = { slot, stage, state };
  const judged = judgeStage(context, setting, { situation, run: asked.run });
  const stopped = refusalIn(judged);
  const verdict =
    judged.kind === 'rejected' && stopped === null
      ? renderBuiltAgain(judged.refusal)
      : renderVerdict(judged, { calendar: setting.calendar, nowMs: context.clock.nowMs() });
  if (stopped !== null && stopped.reason !== 'slot_too_late') return stopped;
  const deployed = await deployOrFail(context, setting, { situation, stopped, run: asked.run });
  if (deployed.kind === 'refused') return deployed;
  const { record: written, ok } = deployed;
  return { kind: 'ran', record: written, ok, verdicts: [verdict] };
}

/** The verdict of the environment's protection rule, which not every repository can have. */
function judgeStage(
  context: Context,
  setting: Setting,
  { situation, run }: { readonly situation: Situation; readonly run: RunFacts },
): DeploymentVerdict {
  const { stage, state } = situation;
  const { policy, calendar } = setting;
  const nowMs = context.clock.nowMs();
  return judgeDeployment({
    run,
    githubEnvironment: policy.environments[stage.environment].githubEnvironment,
    policy,
    calendar,
    slots: state.slots,
    releases: state.releases,
    withdrawn: withdrawnBugs(stage, state, stageRules(context, setting, state)),
    nowMs,
  });
}

/** What stops the job. A bug that may not go any more does not: the candidate is built again without it. */
function refusalIn(verdict: DeploymentVerdict): Refusal | null {
  switch (verdict.kind) {
    case 'approved':
      return null;
    case 'rejected':
      return verdict.again === null ? verdict.refusal : null;
    case 'waiting':
      return refuse('slot_taken', verdict.message);
    default:
      return verdict satisfies never;
  }
}

interface Deploying {
  readonly situation: Situation;
  readonly run: RunFacts;
  /** Why nothing is done at all. */
  readonly stopped: Refusal | null;
}

/** How the job ended, in the slot's record. */
interface Deployed {
  readonly kind: 'ran';
  readonly record: SlotRecord;
  readonly ok: boolean;
}

/** Refuses, with nothing written down, when somebody else has the environment, or its branch has to be brought back first. */
async function deployOrFail(
  context: Context,
  setting: Setting,
  { situation, run, stopped }: Deploying,
): Promise<Deployed | Refusal> {
  const { slot, stage } = situation;
  const at = { slot: slot.id, environment: stage.environment };
  const fail = async (failed: Omit<Parameters<typeof failStage>[2], keyof typeof at>): Promise<Deployed> => ({
    kind: 'ran',
    record: await failStage(context, setting, { ...at, ...failed }),
    ok: false,
  });
  if (stopped !== null) return fail({ refusal: stopped });
  const left = await refuseLeft(context, setting, situation);
  if (left !== null) return left;
  const held = await holdStage(context, setting, { ...situation, owner: ownerOf(run) });
  if (held.kind === 'refused') return held;
  const deployer = { runId: run.id, attempt: run.attempt, fencingToken: held.token };
  const ready = await bringToBranch(context, setting, { ...situation, deployer });
  if (ready.kind === 'refused') return fail({ refusal: ready });
  if (ready.kind === 'stopped') return fail(ready.by);
  const { stage: onBranch, resumes, check } = ready;
  const now = { ...situation, stage: onBranch, state: await context.ledger.recent() };
  const withdrawn =
    check === null ? refuseWithdrawn(onBranch, await withdrawnSincePush(context, setting, now)) : null;
  if (withdrawn !== null) return fail({ refusal: withdrawn, onBranch });
  const deploying = { slot: slot.id, stage: onBranch, deployer, resumes, check };
  const { refusal, release, deploymentId, wasTakenBack } = await deployStage(context, setting, deploying);
  if (refusal !== null) {
    const failed = await fail({ refusal, release, onBranch, wasTakenBack });
    if (release.state === 'rolled_back') await takeBackRelease(context, setting, { release, refusal });
    return failed;
  }
  const done = await completeStage(context, setting, {
    slot: slot.id,
    stage: { ...onBranch, deploymentId },
    release,
  });
  return { kind: 'ran', record: done, ok: true };
}

/** A run before this one has pushed and died, and a rollback has left that; costs nothing without one. */
async function refuseLeft(
  context: Context,
  setting: Setting,
  { stage: { environment }, state }: Situation,
): Promise<Refusal | null> {
  if (refuseLeftBranch(state, environment, null) === null) return null;
  const versions = await tryVersions(context, setting);
  return refuseLeftBranch(state, environment, versions?.deployed[environment] ?? null);
}

/** A run before this one has pushed and died; what was taken back since is not deployed after all. */
function refuseWithdrawn({ environment }: Stage, undue: ReadonlyMap<number, Refusal>): Refusal | null {
  const frozen = [...undue.values()].find(({ reason }) => reason === 'frozen');
  const [gone] = undue.keys();
  if (frozen !== undefined || environment !== 'prod' || gone === undefined) return frozen ?? null;
  return refuse(
    'not_approved',
    `#${gone} was taken back after its fix had been pushed to the PROD branch: nothing was deployed. Approve it again, or revert it.`,
  );
}

type Ready =
  | {
      readonly kind: 'ready';
      readonly stage: Stage;
      readonly resumes: boolean;
      /** `null`: the run before this one went through the checklist. */
      readonly check: StageCheck | null;
    }
  | { readonly kind: 'stopped'; readonly by: NonNullable<StageCheck['stopped']> }
  | Refusal;

async function bringToBranch(
  context: Context,
  setting: Setting,
  situation: Situation & { readonly deployer: ReleaseDeployer },
): Promise<Ready> {
  const { environment } = situation.stage;
  const { branch } = setting.policy.environments[environment];
  let { stage } = situation;
  let check: StageCheck | null = null;
  for (let race = 0; race < MAX_RACES; race += 1) {
    const tip = await fetchTip(context, branch, candidateBranch(situation.slot.id, stage));
    if (tip === null) return refuse('push_refused', `There is no branch ${code(branch)}.`);
    const before: SituationNow = { ...situation, stage, tip, state: await context.ledger.recent() };
    if (await isOnBranch(context, before)) return { kind: 'ready', stage, resumes: true, check: null };
    // Once, and before the last look at approvals, as it may take a while.
    check ??= await checkStage(context, setting, { ...before, deployer: situation.deployer });
    if (check.stopped !== null) return { kind: 'stopped', by: check.stopped };
    const now = { ...before, state: await context.ledger.recent() };
    if (!(await isStill(context, setting, now))) {
      const next = await replanStage(context, setting, now);
      if (next.kind === 'refused') return next;
      stage = next.stage;
      // Its checks may have taken a while.
      await context.ledger.load();
      continue;
    }
    const pushed = await moveBranch(context, { ...now, branch });
    // Where nothing had to be pushed, no branch tells whether a run before this one has deployed.
    const resumes = stage.candidate === stage.base;
    if (pushed.kind === 'pushed') return { kind: 'ready', stage, resumes, check };
    if (pushed.kind === 'refused') return refusePush(branch, pushed);
  }
  return refuse(
    'push_refused',
    `${code(branch)} moved ${MAX_RACES} times while the candidate was being pushed.`,
  );
}

async function fetchTip({ repository }: Context, branch: string, candidate: string): Promise<string | null> {
  const tips = await repository.fetch({ branches: [branch, candidate], history: 'full' });
  return tips.get(branch) ?? null;
}

function refusePush(
  branch: string,
  { rule, message }: { readonly rule: string; readonly message: string },
): Refusal {
  return refuse('push_refused', `The push to ${code(branch)} was refused (${rule}): ${code(message, 500)}`);
}

/** The branch is where the candidate was built, and every bug may still go. */
async function isStill(context: Context, setting: Setting, situation: SituationNow): Promise<boolean> {
  if (situation.tip !== situation.stage.base) return false;
  return (await recheckStage(context, setting, situation)).size === 0;
}
