import { GATE_CHECKS } from '../../domain/gate.ts';
import { findHotfix, type OrderedHotfix } from '../../domain/hotfix-order.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import { claimedOrder } from '../../domain/order-gate.ts';
import { judgeDeployment, type RunFacts } from '../../domain/protection.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import type { ReleaseDeployer } from '../../domain/release.ts';
import type { Stage } from '../../domain/slot.ts';
import { renderHotfixCheck } from '../../domain/text/hotfix.ts';
import { code } from '../../domain/text/markdown.ts';
import { renderVerdict } from '../../domain/text/protection.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { takeBackRelease } from '../rollback/take-back-release.ts';
import { checkStage, type StageCheck } from '../slot/check-stage.ts';
import { deployStage } from '../slot/deploy-stage.ts';
import { isOnBranch } from '../slot/is-on-branch.ts';
import { moveBranch } from '../slot/move-branch.ts';
import { refuseUnsignedBranch } from '../slot/refuse-unsigned-branch.ts';
import { completeHotfix, failHotfix } from './complete-hotfix.ts';
import { carriedBy, judgeHotfix, type JudgedHotfix } from './judge-hotfix.ts';
import { prodTip } from './prod-tip.ts';

export type HotfixResult =
  | {
      readonly kind: 'ran';
      readonly release: OrderedHotfix;
      /** `null`: it is live. */
      readonly refusal: Refusal | null;
      /** Whether the run might enter PROD, and why; Markdown. */
      readonly verdict: string;
    }
  | Refusal;

/**
 * PROD's job of a hotfix: asks whether it may, goes through the checklist, looks once more at sign-offs and freezes,
 * moves the branch to the candidate in one push, deploys as a slot does, and writes down what became of it.
 *
 * Refuses: `foreign_run` and what the environment's protection rule refuses.
 * Idempotent: what a run before this one has pushed or deployed is not done again.
 */
export async function runHotfix(context: Context, run: RunFacts): Promise<HotfixResult> {
  const [setting, state] = await Promise.all([context.configuration.load(), context.ledger.load()]);
  const release = findHotfix(state.releases, claimedOrder(state.releases, run.id)?.id ?? '');
  if (release === null) return refuse('foreign_run', 'This run has planned no hotfix.');
  const { policy, calendar } = setting;
  const nowMs = context.clock.nowMs();
  const { githubEnvironment } = policy.environments.prod;
  const { slots, releases } = state;
  const asked = { run, githubEnvironment, policy, calendar, slots, releases, nowMs };
  // Whether the bug may still go is looked at right before the push.
  const verdict = judgeDeployment({ ...asked, withdrawn: new Map() });
  if (verdict.kind === 'rejected') return verdict.refusal;
  if (verdict.kind === 'waiting') return refuse('slot_taken', verdict.message);
  const words = renderVerdict(verdict, { calendar, nowMs });
  const deployer = release.deployer ?? { runId: run.id, attempt: run.attempt, fencingToken: 0 };
  const { stage } = release.hotfix;
  if (stage === null) return refuse('foreign_run', 'The hotfix of this run has no candidate.');
  return { ...(await bringToProd(context, setting, { release, stage, deployer })), verdict: words };
}

/** A hotfix with its candidate, and who brings it. */
interface Going {
  readonly release: OrderedHotfix;
  readonly stage: Stage;
  readonly deployer: ReleaseDeployer;
}

type Ran = Omit<Extract<HotfixResult, { kind: 'ran' }>, 'verdict'>;

async function bringToProd(context: Context, setting: Setting, going: Going): Promise<Ran> {
  const { release, stage, deployer } = going;
  const slot = release.hotfix.operation;
  const fail = async (failed: Parameters<typeof failHotfix>[2]): Promise<Ran> => {
    await failHotfix(context, setting, failed);
    return { kind: 'ran', release: failed.release, refusal: failed.refusal };
  };
  const ready = await bringToBranch(context, setting, going);
  if (ready.kind === 'stopped') return fail({ release, ...ready });
  const { check, judged } = ready;
  // An earlier attempt may have deployed and not written it down any more.
  const resumes = ready.isPushed || deployer.attempt > 1;
  const deployed = await deployStage(context, setting, { slot, stage, deployer, resumes, check });
  const { refusal, wasTakenBack, deploymentId } = deployed;
  const ended: OrderedHotfix = { ...deployed.release, hotfix: release.hotfix };
  if (refusal === null) {
    await completeHotfix(context, setting, { release: ended, deploymentId, members: judged.facts.members });
    return { kind: 'ran', release: ended, refusal: null };
  }
  const failed = await fail({ release: ended, refusal, isOnBranch: true, wasTakenBack });
  if (ended.state === 'rolled_back') await takeBackRelease(context, setting, { release: ended, refusal });
  return failed;
}

interface Ready {
  readonly kind: 'ready';
  readonly judged: JudgedHotfix;
  /** A run before this one has pushed it. */
  readonly isPushed: boolean;
  /** `null`: the run before this one went through the checklist. */
  readonly check: StageCheck | null;
}

interface Stopped {
  readonly kind: 'stopped';
  readonly refusal: Refusal;
  readonly isOnBranch: boolean;
}

function stop(refusal: Refusal, isOnBranch = false): Stopped {
  return { kind: 'stopped', refusal, isOnBranch };
}

async function bringToBranch(context: Context, setting: Setting, going: Going): Promise<Ready | Stopped> {
  const { release, stage, deployer } = going;
  const slot = { id: release.hotfix.operation };
  const tip = await prodTip(context, setting, going);
  const known = await context.ledger.recent();
  const isPushed = tip !== null && (await isOnBranch(context, { stage, tip, state: known }));
  // Before the last look at sign-offs, as it may take a while.
  const check = isPushed ? null : await checkStage(context, setting, { slot, stage, deployer });
  if (check !== null && check.stopped !== null) return stop(check.stopped.refusal);
  const state = await context.ledger.load();
  const judged = await judgeHotfix(context, setting, { release, state });
  if (judged.kind === 'refused') return stop(judged, isPushed);
  const refused = isPushed ? null : await push(context, setting, { ...going, tip, state, judged });
  return refused === null ? { kind: 'ready', judged, isPushed, check } : stop(refused);
}

/** PROD's branch, and what it rests on that the hotfix goes there. */
interface Now {
  readonly tip: string | null;
  readonly state: LedgerState;
  readonly judged: JudgedHotfix;
}

async function push(
  context: Context,
  { policy }: Setting,
  { release, stage, tip, state, judged }: Going & Now,
): Promise<Refusal | null> {
  const { branch } = policy.environments.prod;
  if (tip !== stage.base)
    return refuse('push_refused', `${code(branch)} has moved since the candidate was built and tested.`);
  const unsigned = await refuseUnsigned(context, stage, judged);
  if (unsigned !== null) return unsigned;
  await sayMayGo(context, { release, stage });
  const pushed = await moveBranch(context, { slot: { id: release.hotfix.operation }, stage, state, branch });
  if (pushed.kind === 'pushed') return null;
  const why = pushed.kind === 'lost_race' ? 'it moved' : `${pushed.rule}, ${code(pushed.message, 500)}`;
  return refuse('push_refused', `The push to ${code(branch)} was refused: ${why}.`);
}

/** What lies on the branch and goes live along with it may have lost its sign-off since the plan. */
async function refuseUnsigned(
  context: Context,
  { candidate, base: tip }: Stage,
  judged: JudgedHotfix,
): Promise<Refusal | null> {
  // The branch has it from a run before this one, and the plan has looked at that as such.
  if (candidate === tip) return null;
  return refuseUnsignedBranch(context, judged.gathered, { tip, carried: [carriedBy(judged)] });
}

/** Our own check on the candidate, at the last moment: with it green anybody could push the candidate. */
async function sayMayGo(
  context: Context,
  { release, stage }: Pick<Going, 'release' | 'stage'>,
): Promise<void> {
  const name = GATE_CHECKS.prod;
  if (stage.candidate === stage.base || stage.checks.every((each) => each.context !== name)) return;
  const check = {
    name,
    commit: stage.candidate,
    conclusion: 'success',
    ...renderHotfixCheck(release),
  } as const;
  await context.checks.report([{ ...check, text: null, annotations: [], actions: [] }]);
}
