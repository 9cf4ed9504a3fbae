import { findHotfix } from '../domain/hotfix-order.ts';
import type { LedgerState } from '../domain/ledger.ts';
import { claimedOrder } from '../domain/order-gate.ts';
import { CONFIG_PATH } from '../domain/policy.ts';
import {
  claimedSlot,
  environmentNamed,
  judgeDeployment,
  judgeUnread,
  type DeploymentFacts,
  type DeploymentVerdict,
  type RunFacts,
  type RunOrigin,
} from '../domain/protection.ts';
import { refuse, type Refusal } from '../domain/reason.ts';
import type { Release } from '../domain/release.ts';
import { stageOf } from '../domain/slot.ts';
import { code } from '../domain/text/markdown.ts';
import { renderVerdict } from '../domain/text/protection.ts';
import { ConfigurationBroken, type Setting } from '../ports/configuration.ts';
import { GitHubFailure } from '../ports/github.ts';
import { LedgerFailure } from '../ports/ledger.ts';
import type { ProtectedRun } from '../ports/protection-rules.ts';
import { GitFailure } from '../ports/repository.ts';
import type { Context } from './context.ts';
import { dispatchSlot } from './dispatch-slot.ts';
import { judgeHotfix } from './hotfix/judge-hotfix.ts';
import { raiseAlert } from './raise-alert.ts';
import { dropStage } from './slot/complete-stage.ts';
import { recheckStage } from './slot/recheck-stage.ts';

/** GitHub asks whether a run may enter an environment. */
export interface DeploymentQuestion {
  readonly runId: number;
  readonly githubEnvironment: string;
  /** The commit of the deployment that waits; `null` where the question does not name it. */
  readonly commit: string | null;
}

/**
 * Answers a question, always: lets the run in, turns it away with the reason and when it opens again, or says why it
 * goes on waiting. What waits is asked about again by the sweep, which turns it away at the slot's end.
 *
 * A candidate that is turned away because of some of its bugs has failed; its slot starts again and plans without them.
 * Idempotent: a question that has been answered is left alone. Gives whether nobody waits for an answer any more.
 */
export async function answerProtectionRule(context: Context, question: DeploymentQuestion): Promise<boolean> {
  const run = await context.protectionRules.run(question.runId);
  if (run === null) {
    context.log.warn('a deployment waits in a run that is not there', { run: question.runId });
    return true;
  }
  const waiting = {
    runId: run.id,
    attempt: run.attempt,
    githubEnvironment: question.githubEnvironment,
  };
  const { verdict, setting } = await judge(context, question, run);
  const calendar = setting?.calendar ?? null;
  const words = renderVerdict(verdict, { calendar, nowMs: context.clock.nowMs() });
  context.log.info('a deployment was judged', { ...waiting, verdict: verdict.kind });
  if (verdict.kind === 'waiting') {
    await context.protectionRules.report(waiting, words);
    return false;
  }
  const isHeard = await context.protectionRules.decide(waiting, verdict.kind, words);
  if (!isHeard) context.log.info('the deployment did not wait any more', waiting);
  else if (verdict.kind === 'rejected' && setting !== null) await startAgain(context, setting, verdict);
  return true;
}

interface Judged {
  readonly verdict: DeploymentVerdict;
  /** `null`: it could not be read. */
  readonly setting: Setting | null;
}

async function judge(context: Context, question: DeploymentQuestion, run: ProtectedRun): Promise<Judged> {
  let setting: Setting | null = null;
  try {
    setting = await context.configuration.load();
    return { verdict: judgeDeployment(await gatherFacts(context, setting, { question, run })), setting };
  } catch (error) {
    const trouble = troubleIn(error);
    if (trouble === null) throw error;
    context.log.warn('what a deployment rests on could not be read', { run: run.id, error: String(error) });
    const nowMs = context.clock.nowMs();
    return { verdict: judgeUnread(trouble, { startedAtMs: run.startedAtMs, nowMs }), setting };
  }
}

function troubleIn(error: unknown): Refusal | null {
  if (error instanceof ConfigurationBroken)
    return refuse('config_broken', `${code(CONFIG_PATH)} on the default branch is not understood.`);
  if (error instanceof LedgerFailure)
    return refuse('ledger_unreadable', `The ledger cannot be trusted or read: ${code(error.message)}.`);
  if (error instanceof GitFailure || error instanceof GitHubFailure)
    return refuse('version_unknown', 'GitHub did not say what has to be known.');
  return null;
}

async function gatherFacts(
  context: Context,
  setting: Setting,
  { question, run }: { readonly question: DeploymentQuestion; readonly run: ProtectedRun },
): Promise<DeploymentFacts> {
  const [state, origin] = await Promise.all([context.ledger.load(), originOf(context, run)]);
  const facts: RunFacts = { id: run.id, attempt: run.attempt, origin };
  const { githubEnvironment, commit } = question;
  return {
    run: commit === null || commit === run.commit ? facts : null,
    startedAtMs: run.startedAtMs,
    githubEnvironment,
    ...setting,
    slots: state.slots,
    releases: state.releases,
    withdrawn: await findWithdrawn(context, setting, { state, run: facts, githubEnvironment }),
    nowMs: context.clock.nowMs(),
  };
}

async function originOf(
  context: Context,
  { event, workflowPath, refName, commit }: ProtectedRun,
): Promise<RunOrigin> {
  const { name, head } = await context.observer.defaultBranch();
  const isOnDefaultBranch =
    refName === name && (commit === head || (await isPartOf(context, { branch: name, commit })));
  return { event, workflowPath, isOnDefaultBranch };
}

/** A tag can have the branch's name, so the commit has to lie on it. */
async function isPartOf(
  { repository }: Context,
  { branch, commit }: { readonly branch: string; readonly commit: string },
): Promise<boolean> {
  try {
    const tips = await repository.fetch({ branches: [branch], commits: [commit], history: 'full' });
    const tip = tips.get(branch) ?? null;
    return tip !== null && (await repository.isAncestor(commit, tip));
  } catch (error) {
    if (!(error instanceof GitFailure) || error.retryable) throw error;
    return false;
  }
}

async function findWithdrawn(
  context: Context,
  setting: Setting,
  {
    state,
    run,
    githubEnvironment,
  }: {
    readonly state: LedgerState;
    readonly run: RunFacts;
    readonly githubEnvironment: string;
  },
): Promise<ReadonlyMap<number, Refusal>> {
  const order = claimedOrder(state.releases, run.id);
  if (order !== null) return findWithdrawnHotfix(context, setting, { state, order });
  const slot = claimedSlot(state.slots, run);
  const environment = environmentNamed(setting.policy, githubEnvironment);
  const stage = slot === null || environment === null ? undefined : stageOf(slot, environment);
  if (slot === null || stage?.state !== 'planned') return new Map();
  return recheckStage(context, setting, { slot, stage, state });
}

/** Before PROD has it, everything that its sign-off rests on is looked at once more. */
async function findWithdrawnHotfix(
  context: Context,
  setting: Setting,
  { state, order }: { readonly state: LedgerState; readonly order: Release },
): Promise<ReadonlyMap<number, Refusal>> {
  const release = findHotfix(state.releases, order.id);
  if (release === null || order.state !== 'planned') return new Map();
  const judged = await judgeHotfix(context, setting, { release, state });
  return judged.kind === 'refused' ? new Map([[release.hotfix.bug, judged]]) : new Map();
}

/** What GitHub does not take is not lost: the backup schedule, or the next slot, plans it too. */
async function startAgain(
  context: Context,
  setting: Setting,
  { again, refusal }: Extract<DeploymentVerdict, { kind: 'rejected' }>,
): Promise<void> {
  if (again === null) return;
  await dropStage(context, setting, { ...again, refusal });
  try {
    await dispatchSlot(context, again.slot);
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    context.log.error('the slot could not be started again', { slot: again.slot, error: error.message });
  }
}

/** A callback address that is not this repository's own: nothing is sent there, the admins are told. */
export async function refuseCallback(context: Context, callbackUrl: string): Promise<void> {
  const setting = await context.configuration.load().catch(() => null);
  await raiseAlert(context, setting, {
    key: `callback-${context.hash(callbackUrl).slice(0, 12)}`,
    title: 'A deployment asked to be answered at an address that is not this repository’s',
    body: `A webhook with a good signature named ${code(callbackUrl)} as the place for the answer. Nothing was sent there. What really waits is found in the list of waiting runs and answered. Ask GitHub’s support how this could be, and change the webhook secret of the App.`,
  });
}
