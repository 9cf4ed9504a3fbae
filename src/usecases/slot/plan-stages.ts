import { refuse, type Refusal } from '../../domain/reason.ts';
import { landingsOn, type Bug } from '../../domain/bug.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import type { Release } from '../../domain/release.ts';
import type { Status } from '../../domain/status.ts';
import { STAGE_ORDER, type Stage } from '../../domain/slot.ts';
import { refuseUnsafe } from '../../domain/setup/guard.ts';
import { plain, shortOid } from '../../domain/text/markdown.ts';
import { planRelease } from '../release/plan-release.ts';
import type { Versions } from '../take-parity.ts';
import { releasedCommits } from './released-commits.ts';
import { buildStage, describeUnapplied, type Carried, type UnappliedChange } from './build-stage.ts';
import { openConflict } from './open-conflict.ts';
import { hold, type Planning } from './planning.ts';

/** A stage, and the release that it is to become. */
export interface PlannedStage {
  readonly stage: Stage;
  readonly release: Release;
}

/**
 * Builds the candidate of every environment that a slot has something for. What cannot be applied is held back;
 * an environment whose branch holds what nobody signed off gets no candidate at all.
 */
export async function planStages(planning: Planning): Promise<PlannedStage[]> {
  const stages: PlannedStage[] = [];
  for (const environment of STAGE_ORDER) {
    const carried = planning.draft.carried.get(environment) ?? [];
    if (carried.length > 0) stages.push(...(await planStage(planning, { environment, carried })));
  }
  return stages;
}

async function planStage(
  planning: Planning,
  wanted: { readonly environment: EnvironmentName; readonly carried: readonly Carried[] },
): Promise<PlannedStage[]> {
  const { context, gathered, draft } = planning;
  const { environment, carried } = wanted;
  const { versions } = gathered;
  if (versions === null) {
    const message = 'What the environments run could not be found out, so nothing was deployed.';
    return holdAll(planning, carried, refuse('version_unknown', message));
  }
  const refusal = environment === 'prod' ? await refuseProd(planning, versions, carried) : null;
  if (refusal !== null) return holdAll(planning, carried, refusal);
  const { stage, refused } = await buildStage(context, gathered, {
    ...wanted,
    tip: versions.tips[environment],
  });
  for (const [number, change] of refused) {
    const bug = draft.bugs.get(number) ?? carried.find((each) => each.bug.number === number)?.bug;
    if (bug !== undefined) await holdUnapplied(planning, bug, { change, environment });
  }
  if (stage.bugs.length === 0) return [];
  const planned = await planRelease(context, gathered, stage);
  if (planned.kind === 'planned') return [{ stage, release: planned.release }];
  const applied = carried.filter(({ bug }) => !refused.has(bug.number));
  return holdAll(planning, applied, planned);
}

/** What keeps everything from PROD: that nothing guards it, or what it holds already. */
async function refuseProd(
  planning: Planning,
  versions: Versions,
  carried: readonly Carried[],
): Promise<Refusal | null> {
  const { unsafe } = planning.gathered;
  if (unsafe.length > 0 && planning.unsafeReason === null) return refuseUnsafe(unsafe);
  return refuseUnsignedBranch(planning, versions, carried);
}

/** Nothing goes to the environment, for one reason. */
function holdAll(planning: Planning, carried: readonly Carried[], refusal: Refusal): [] {
  for (const { bug } of carried) hold(planning, bug, refusal);
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

/**
 * Refuses `unsigned_commits` when the PROD branch holds commits that are not live and that no sign-off accounts for:
 * deploying the candidate would take them along. A fix whose deploy failed and whose approval was taken back since is
 * one of them.
 */
async function refuseUnsignedBranch(
  { context, gathered }: Planning,
  versions: Versions,
  carried: readonly Carried[],
): Promise<Refusal | null> {
  const { commit: deployed, source } = versions.deployed.prod;
  const tip = versions.tips.prod;
  const { signed, withdrawn } = sortLandings(gathered.state.bugs.values(), carried);
  // Where the branch itself says what is live, only what this system failed to deploy is known not to be.
  if (deployed === tip) return refuseUnsigned(source === 'deployments' ? [] : withdrawn);
  const { leftOnly, rightOnly } = await context.repository.diverge(deployed, tip);
  if (leftOnly.length > 0) {
    return refuse(
      'branch_rewound',
      `The PROD branch lacks ${shortOid(deployed)}, which is deployed: it was moved back.`,
    );
  }
  const unsigned = rightOnly.filter((commit) => !signed.has(commit.oid) && commit.patchId !== null);
  const released = unsigned.length === 0 ? [] : await releasedCommits(context, gathered);
  const unknown = unsigned.filter(({ oid }) => !released.includes(oid));
  return refuseUnsigned(unknown.map((commit) => `${shortOid(commit.oid)} ${plain(commit.title, 80)}`));
}

const SIGNED_OFF: readonly Status[] = ['deployed_prod', 'pending_uat_merge', 'uat_merged'];
const ENDED: readonly Status[] = ['closed', 'rejected'];

/** Commits on PROD that a sign-off accounts for, and those of bugs that lie there and wait for one again. */
function sortLandings(
  bugs: Iterable<Bug>,
  carried: readonly Carried[],
): { readonly signed: ReadonlySet<string>; readonly withdrawn: readonly string[] } {
  const signed = new Set(carried.flatMap(({ fixes }) => fixes.flatMap((fix) => fix.commits)));
  const withdrawn: string[] = [];
  for (const bug of bugs) {
    const commits = landingsOn(bug, 'prod').flatMap((landing) => landing.commits);
    const isSigned =
      SIGNED_OFF.includes(bug.status) || carried.some((each) => each.bug.number === bug.number);
    if (isSigned) commits.forEach((oid) => signed.add(oid));
    else if (!ENDED.includes(bug.status))
      withdrawn.push(...commits.map((oid) => `${shortOid(oid)} of #${bug.number}`));
  }
  return { signed, withdrawn };
}

function refuseUnsigned(names: readonly string[]): Refusal | null {
  if (names.length === 0) return null;
  return refuse(
    'unsigned_commits',
    `The PROD branch holds ${names.length} commits that are not deployed and that no admin signed off here: ${names.slice(0, 5).join(', ')}. Approve their bugs again, revert them, or deploy them by hand.`,
  );
}
