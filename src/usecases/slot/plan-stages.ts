import { refuse, type Refusal } from '../../domain/reason.ts';
import type { Bug } from '../../domain/bug.ts';
import { refuseLeftBranch } from '../../domain/left-branch.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import type { Release } from '../../domain/release.ts';
import { STAGE_ORDER, type Stage } from '../../domain/slot.ts';
import { refuseUnsafe } from '../../domain/setup/guard.ts';
import type { Context } from '../context.ts';
import { planRelease } from '../release/plan-release.ts';
import type { Versions } from '../take-parity.ts';
import { buildStage, describeUnapplied, type Carried, type UnappliedChange } from './build-stage.ts';
import type { Gathered } from './facts.ts';
import { openConflict } from './open-conflict.ts';
import type { MergedRelease } from './merged-releases.ts';
import { refuseFrozenRelease, sortReleases } from './open-releases.ts';
import { hold, holdPull, type Planning } from './planning.ts';
import { refuseUnknownVersion, refuseUnsignedBranch } from './refuse-unsigned-branch.ts';
import { refuseLockedStage } from './stage-lock.ts';

/** A stage, and the release that it is to become. */
export interface PlannedStage {
  readonly stage: Stage;
  readonly release: Release;
}

/**
 * Builds the candidate of every environment that a slot has something for. What cannot be applied is held back;
 * an environment whose branch holds what nobody signed off, or what was taken off, gets no candidate at all.
 */
export async function planStages(planning: Planning): Promise<PlannedStage[]> {
  const stages: PlannedStage[] = [];
  for (const environment of STAGE_ORDER) {
    const all = planning.draft.carried.get(environment) ?? [];
    const carried = all.filter(({ bug }) => !holdUnwanted(planning, bug));
    const releases = environment === 'prod' ? await takeReleases(planning) : [];
    if (carried.length + releases.length > 0)
      stages.push(...(await planStage(planning, { environment, carried, releases })));
  }
  return stages;
}

/** What was merged to PROD with a sign-off of its own and is not live; of the rest it is noted that its way is over. */
async function takeReleases({ context, gathered, draft }: Planning): Promise<readonly MergedRelease[]> {
  const { open, ended } = await sortReleases(context, gathered);
  const endedWith = gathered.versions?.tips.prod ?? null;
  for (const { pull } of ended) {
    const known = gathered.state.pulls.get(pull);
    if (known !== undefined) draft.pulls.set(pull, { ...known, hold: null, endedWith });
  }
  return open;
}

/** What an environment would get. */
interface Wanted {
  readonly environment: EnvironmentName;
  readonly carried: readonly Carried[];
  /** Only on PROD. */
  readonly releases: readonly MergedRelease[];
}

function holdUnwanted(planning: Planning, bug: Bug): boolean {
  const refusal = planning.unwanted?.get(bug.number);
  if (refusal !== undefined) hold(planning, bug, refusal);
  return refusal !== undefined;
}

async function planStage(planning: Planning, wanted: Wanted): Promise<PlannedStage[]> {
  const { environment } = wanted;
  const { versions } = planning.gathered;
  if (versions === null) return holdAll(planning, wanted, refuseUnknownVersion());
  const refusal =
    refuseLockedStage(planning, environment, 'not known yet') ??
    refuseLeft(planning.gathered, environment) ??
    (environment === 'prod' ? await refuseProd(planning, versions, wanted) : null);
  if (refusal !== null) return holdAll(planning, wanted, refusal);
  const releases = wanted.releases.filter(({ pull, refusal: isVoid }) => {
    if (isVoid !== null) holdPull(planning, pull, isVoid);
    return isVoid === null;
  });
  return buildRelease(planning, { ...wanted, releases, versions });
}

/** Builds the candidate and plans its release; what cannot be applied is held back by itself. */
async function buildRelease(
  planning: Planning,
  wanted: Wanted & { readonly versions: Versions },
): Promise<PlannedStage[]> {
  const { context, gathered, draft } = planning;
  const { environment, carried, releases: pulls, versions } = wanted;
  const tip = versions.tips[environment];
  const { stage, refused } = await buildStage(context, gathered, { environment, tip, carried, pulls });
  for (const [number, change] of refused) {
    const bug = draft.bugs.get(number) ?? carried.find((each) => each.bug.number === number)?.bug;
    if (bug !== undefined) await holdUnapplied(planning, bug, { change, environment });
  }
  if (await bringsNothing(context, stage, versions)) return [];
  const planned = await planUnlocked(planning, stage);
  if (planned.kind === 'planned') return [{ stage, release: planned.release }];
  const applied = carried.filter(({ bug }) => !refused.has(bug.number));
  return holdAll(planning, { ...wanted, carried: applied }, planned);
}

/** A release that was reverted on the branch leaves PROD as it is. */
async function bringsNothing(
  { repository }: Context,
  { environment, bugs, pulls, candidate, tree }: Stage,
  { deployed }: Versions,
): Promise<boolean> {
  if (bugs.length + pulls.length === 0) return true;
  const { commit } = deployed[environment];
  return bugs.length === 0 && commit !== candidate && (await repository.treeOf(commit)) === tree;
}

/** The release of a stage, where nobody has one of its services. */
async function planUnlocked(planning: Planning, stage: Stage): ReturnType<typeof planRelease> {
  const planned = await planRelease(planning.context, planning.gathered, stage);
  if (planned.kind === 'refused') return planned;
  return refuseLockedStage(planning, stage.environment, planned.release) ?? planned;
}

function refuseLeft({ state, versions }: Gathered, environment: EnvironmentName): Refusal | null {
  const deployed = versions?.deployed[environment] ?? null;
  return refuseLeftBranch(state, environment, deployed);
}

/** What keeps everything from PROD: that nothing guards it, or what it holds already. */
async function refuseProd(
  planning: Planning,
  versions: Versions,
  { carried, releases }: Wanted,
): Promise<Refusal | null> {
  const { context, gathered, unsafeWord } = planning;
  if (gathered.unsafe.length > 0 && unsafeWord.kind !== 'counts')
    return refuseUnsafe(gathered.unsafe, unsafeWord);
  const frozen = refuseFrozenRelease(gathered, releases);
  if (frozen !== null) return frozen;
  return refuseUnsignedBranch(context, gathered, { tip: versions.tips.prod, carried });
}

/** Nothing goes to the environment, for one reason. */
function holdAll(planning: Planning, { carried, releases }: Wanted, refusal: Refusal): [] {
  for (const { bug } of carried) hold(planning, bug, refusal);
  for (const { pull } of releases) holdPull(planning, pull, refusal);
  return [];
}

async function holdUnapplied(
  planning: Planning,
  bug: Bug,
  { change, environment }: { readonly change: UnappliedChange; readonly environment: EnvironmentName },
): Promise<void> {
  const { context, gathered } = planning;
  const { branch } = gathered.setting.policy.environments[environment];
  const message = describeUnapplied(change, branch);
  // A cherry-pick back to UAT that conflicts becomes a pull request; elsewhere the fix itself has to be mended.
  const isMergeBack = bug.status === 'pending_uat_merge';
  if (change.kind !== 'conflict' || !isMergeBack) {
    hold(planning, bug, refuse(reasonOf(change), message));
    return;
  }
  if (planning.isPreview) {
    hold(planning, bug, refuse('conflict', `${message} A pull request for it is opened by the slot.`));
    return;
  }
  const opened = await openConflict(context, gathered, { bug, outcome: change, branch });
  hold(planning, opened.bug, refuse('conflict', `${message} ${opened.message}`));
}

function reasonOf(change: UnappliedChange): Refusal['reason'] {
  if (change.kind === 'touches_workflows') return 'fix_touches_workflows';
  return change.prerequisites.length > 0 || change.kind === 'depends' ? 'depends_on_unapproved' : 'conflict';
}
