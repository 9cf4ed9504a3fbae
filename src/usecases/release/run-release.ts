import {
  buildPipeline,
  cutShort,
  mustBeRemembered,
  nextStep,
  type PipelineShape,
  type Step,
} from '../../domain/pipeline.ts';
import { locksOf, withLocks } from '../../domain/ledger.ts';
import { withHeartbeat } from '../../domain/lock.ts';
import type { Policy } from '../../domain/policy.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import { withEnd, withStep, type Release, type ReleaseDeployer } from '../../domain/release.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { record } from '../record.ts';
import { closeDeployment, openDeployment, type OpenDeployment } from './record-deployment.ts';
import { refuseNextService } from './next-service.ts';
import { takeStep } from './take-step.ts';
import { describeStanding } from '../../domain/text/release/standing.ts';
import { undoRelease } from './undo-release.ts';

export type ReleaseResult = {
  readonly release: Release;
  readonly deploymentId: number | null;
  /** `null`: it is live. */
  readonly refusal: Refusal | null;
  /** It was live, or some of it, and was taken back, or some of it. */
  readonly wasTakenBack: boolean;
};

/** A release on its way, and who brings it. */
export interface Running {
  readonly release: Release;
  readonly deployer: ReleaseDeployer;
  /** A run before this one may have got further than the ledger says. */
  readonly resumes: boolean;
}

/**
 * Brings a release live, step by step, and puts it on GitHub's record.
 *
 * Refuses: what a step refuses; by then it is taken back where that has a meaning (see {@link giveUp}).
 * Idempotent: steps that the ledger has as done are not taken again, nor is a release whose deployment succeeded.
 */
export async function runRelease(
  context: Context,
  setting: Setting,
  running: Running,
): Promise<ReleaseResult> {
  const { policy } = setting;
  const started = { ...running.release, deployer: running.deployer };
  const deployment = await openDeployment(context, policy, { release: started, resumes: running.resumes });
  const steps = stepsOf(policy, started);
  if (deployment.isLive) return live(context, deployment, foundLive(context, started, steps));
  let release: Release = started;
  const tell = (now: Release, words: string) => remember(context, setting, { release: now, words });
  for (let step = nextStep(steps, release.steps); step !== null; step = nextStep(steps, release.steps)) {
    const startedAtMs = context.clock.nowMs();
    const mayHaveRun = running.resumes && deployment.isKnown && !hasChanged(steps, release, started);
    const stopped = await refuseNextService(context, setting, { release, steps, step });
    const reached = mayHaveRun ? asFarAsItMayBe(steps, { release, step, nowMs: startedAtMs }) : release;
    if (stopped !== null)
      return giveUp(context, policy, { release: reached, steps, step, refusal: stopped, deployment });
    const outcome = await takeStep(context, { policy, release, step, mayHaveRun, tell });
    const taken = { key: step.key, startedAtMs, endedAtMs: context.clock.nowMs() };
    if (outcome.kind === 'refused') {
      const failed = withStep(reached, { ...taken, state: 'failed', detail: outcome.reason });
      return giveUp(context, policy, { release: failed, steps, step, refusal: outcome, deployment });
    }
    release = withStep(outcome.release, { ...taken, state: 'done', detail: outcome.detail ?? null });
    if (mustBeRemembered(steps, step)) await tell(release, step.key);
  }
  await closeDeployment(context, { deployment, state: 'success', words: `${release.id} is live` });
  return live(context, deployment, release);
}

/** As far as it may have come, if it ends before this step: a dead run may have got to the next deploy. */
function asFarAsItMayBe(
  steps: readonly Step[],
  { release, step, nowMs }: { readonly release: Release; readonly step: Step; readonly nowMs: number },
): Release {
  return step.changesWorld ? release : cutShort(steps, release, nowMs);
}

/** Whether this run itself has changed the world already. */
function hasChanged(steps: readonly Step[], now: Release, started: Release): boolean {
  const own = now.steps.slice(started.steps.length);
  return own.some(({ key }) => steps.some((step) => step.key === key && step.changesWorld));
}

/** A dead run has taken every step and could not write it down any more. */
function foundLive({ clock }: Context, release: Release, steps: readonly Step[]): Release {
  let known = release;
  for (let step = nextStep(steps, known.steps); step !== null; step = nextStep(steps, known.steps)) {
    const nowMs = clock.nowMs();
    known = withStep(known, {
      key: step.key,
      state: 'done',
      startedAtMs: nowMs,
      endedAtMs: nowMs,
      detail: 'found live',
    });
  }
  return known;
}

function live({ clock }: Context, { id }: OpenDeployment, release: Release): ReleaseResult {
  const ended = withEnd(release, { state: 'live', endedAtMs: clock.nowMs(), reason: null });
  return { release: ended, deploymentId: id, refusal: null, wasTakenBack: false };
}

/** The steps of a release, from what it brings and what the configuration has for it. */
export function stepsOf(policy: Policy, release: Release): readonly Step[] {
  return buildPipeline(release.envelope.services, shapeOf(policy, release));
}

/** What a rollback takes away cannot be what it is held against, and what it brings back was watched before. */
function shapeOf({ services, environments }: Policy, release: Release): PipelineShape {
  const { environment, envelope, kind } = release;
  const { checklist, watch, verify, smoke } = environments[environment];
  const limits = kind === 'rollback' ? [] : (watch?.limits ?? []);
  // What was live once has been built: only where nobody knows the artifact any more it is built again.
  const isBuilt = (name: string | null) =>
    kind === 'rollback' && envelope.services.some((each) => each.name === name && each.digest !== null);
  const having = (command: 'build' | 'health') =>
    new Set(services.filter((each) => each[command] !== null).map(({ name }) => name));
  return {
    builds: new Set([...having('build')].filter((name) => !isBuilt(name))),
    health: having('health'),
    isChecked: checklist !== null && kind !== 'rollback',
    takesBaseline: limits.some(({ bound }) => bound.kind === 'times_baseline'),
    isWatched: limits.length > 0,
    isVerified: verify !== null,
    isTriedOut: smoke !== null,
  };
}

/** So that a run after a crash knows which services have it, and everybody sees that this one is alive, and how far it is. */
async function remember(
  context: Context,
  setting: Setting,
  { release, words }: { readonly release: Release; readonly words: string },
): Promise<void> {
  const { environment, deployer } = release;
  await record(context, setting, (state) => {
    const nowMs = context.clock.nowMs();
    const locks = withHeartbeat(locksOf(state, environment), deployer?.fencingToken ?? 0, nowMs);
    return {
      writes: {
        releases: [release],
        environments: [withLocks(state.environments.get(environment), environment, locks)],
      },
      message: `${release.id}: ${words}`,
      result: null,
    };
  });
}

interface Failed {
  readonly release: Release;
  readonly steps: readonly Step[];
  readonly step: Step;
  readonly refusal: Refusal;
  readonly deployment: OpenDeployment;
}

/**
 * Ends a release that failed. A rollback stays where it is and says what runs where. Else, where an earlier step is
 * live already, or a check says that what is live does not work, everything is taken back. Where the only deploy command itself failed, or nothing says what is live, there is
 * nothing to go back from that the command does not know better: `/retry` runs it again.
 */
async function giveUp(context: Context, policy: Policy, failed: Failed): Promise<ReleaseResult> {
  const { release, steps, step, refusal, deployment } = failed;
  const isHalfLive = steps.some(
    (each) =>
      each.changesWorld && release.steps.some(({ key, state }) => key === each.key && state === 'done'),
  );
  const isKept = step.kind === 'verify' || refusal.reason === 'frozen' || release.kind === 'rollback';
  const undone =
    isHalfLive && !isKept
      ? await undoRelease(context, policy, { release, steps })
      : { release, told: release.kind === 'rollback' ? describeStanding(release, steps) : '', ok: false };
  await closeDeployment(context, {
    deployment,
    state: 'failure',
    words: `${release.id}: ${refusal.reason}`,
  });
  const ended = withEnd(undone.release, {
    state: undone.ok ? 'rolled_back' : 'failed',
    endedAtMs: context.clock.nowMs(),
    reason: refusal.reason,
  });
  const message = undone.told === '' ? refusal.message : `${refusal.message}\n\n${undone.told}`;
  return {
    release: ended,
    deploymentId: deployment.id,
    refusal: refuse(refusal.reason, message),
    wasTakenBack: undone.told !== '',
  };
}
