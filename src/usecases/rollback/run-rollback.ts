import type { EnvironmentName, Policy } from '../../domain/policy.ts';
import { isForBranchAlone } from '../../domain/left-branch.ts';
import { judgeDeployment, type RunFacts } from '../../domain/protection.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import { claimedOrder, findRollback, type OrderedRelease } from '../../domain/order-gate.ts';
import { renderRollbackFailed } from '../../domain/text/rollback.ts';
import { renderVerdict } from '../../domain/text/protection.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { runRelease } from '../release/run-release.ts';
import { completeRollback, failRollback } from './complete-rollback.ts';
import { bringBranchBack, type BroughtBranch } from './revert-branch.ts';

export type RollbackResult =
  | {
      readonly kind: 'ran';
      readonly release: OrderedRelease;
      /** `null`: it is live. What is live may still not be what the branch holds; then the report says so. */
      readonly refusal: Refusal | null;
      /** Markdown. */
      readonly report: string;
    }
  | Refusal;

/**
 * The environment's job of a rollback: asks whether it may, brings every service back in reverse order, and then the
 * branch to what is deployed. Where a push is all it takes to deploy, the branch comes first. What only finishes another
 * rollback has no service to bring back.
 *
 * Refuses: `foreign_run` and what the environment's protection rule refuses.
 * Idempotent: what a run before this one has deployed, pushed or written down is not done again.
 */
export async function runRollback(
  context: Context,
  { environment, run }: { readonly environment: EnvironmentName; readonly run: RunFacts },
): Promise<RollbackResult> {
  const [setting, state] = await Promise.all([context.configuration.load(), context.ledger.load()]);
  const release = findRollback(state.releases, claimedOrder(state.releases, run.id)?.id ?? '');
  if (release === null) return refuse('foreign_run', 'This run has planned no rollback.');
  const { policy, calendar } = setting;
  const nowMs = context.clock.nowMs();
  const verdict = judgeDeployment({
    run,
    githubEnvironment: policy.environments[environment].githubEnvironment,
    policy,
    calendar,
    slots: state.slots,
    releases: state.releases,
    withdrawn: new Map(),
    nowMs,
  });
  if (verdict.kind === 'rejected') return verdict.refusal;
  if (verdict.kind === 'waiting') return refuse('slot_taken', verdict.message);
  const words = renderVerdict(verdict, { calendar, nowMs });
  const result = await goBack(context, setting, { release, run });
  return { ...result, report: `${words}\n\n${result.report}` };
}

interface Ran {
  readonly kind: 'ran';
  readonly release: OrderedRelease;
  readonly refusal: Refusal | null;
  readonly report: string;
}

async function goBack(
  context: Context,
  setting: Setting,
  { release, run }: { readonly release: OrderedRelease; readonly run: RunFacts },
): Promise<Ran> {
  const early = isPushDeploy(setting.policy, release.environment)
    ? await bringBranchBack(context, setting, release)
    : null;
  if (early?.kind === 'refused') return fail(context, setting, { release, refusal: early });
  const deployed = await runRelease(context, setting, {
    release: withBranch(release, early),
    deployer: release.deployer ?? { runId: run.id, attempt: run.attempt, fencingToken: 0 },
    resumes: release.steps.length > 0 || run.attempt > 1,
  });
  const live: OrderedRelease = { ...deployed.release, order: withBranch(release, early).order };
  if (deployed.refusal !== null) return fail(context, setting, { release: live, refusal: deployed.refusal });
  const brought = early ?? (await bringBranchBack(context, setting, live));
  if (brought.kind === 'refused' && isForBranchAlone(live.order))
    return fail(context, setting, { release: live, refusal: brought });
  const { deploymentId } = deployed;
  return complete(context, setting, { release: live, brought, deploymentId });
}

async function complete(
  context: Context,
  setting: Setting,
  {
    release,
    brought,
    deploymentId,
  }: {
    readonly release: OrderedRelease;
    readonly brought: BroughtBranch;
    readonly deploymentId: number | null;
  },
): Promise<Ran> {
  const done = withBranch(release, brought);
  const branchRefusal = brought.kind === 'refused' ? brought : null;
  const report = await completeRollback(context, setting, { release: done, deploymentId, branchRefusal });
  return { kind: 'ran', release: done, refusal: null, report };
}

/** The release with what became of its branch; `null`: not known yet. */
function withBranch(release: OrderedRelease, brought: BroughtBranch | null): OrderedRelease {
  if (brought === null) return release;
  const branch = brought.kind === 'brought' ? brought.branch : null;
  return { ...release, order: { ...release.order, branch } };
}

/** Whether a push to the branch is what deploys, as no command does. */
function isPushDeploy({ environments, services }: Policy, environment: EnvironmentName): boolean {
  const hasOwn = services.some(({ deploy, rollback }) => deploy !== null || rollback !== null);
  return environments[environment].deploy === null && !hasOwn;
}

async function fail(
  context: Context,
  setting: Setting,
  failed: { readonly release: OrderedRelease; readonly refusal: Refusal },
): Promise<Ran> {
  await failRollback(context, setting, failed);
  return { kind: 'ran', ...failed, report: renderRollbackFailed(failed.release, failed.refusal) };
}
