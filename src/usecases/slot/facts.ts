import { sharersOf, tookOff, type Bug } from '../../domain/bug.ts';
import type { Slot } from '../../domain/calendar.ts';
import type { RequiredCheck } from '../../domain/check.ts';
import type { FixFacts } from '../../domain/fix.ts';
import type { ParityVerdict } from '../../domain/flow.ts';
import type { FreezeFacts } from '../../domain/freeze.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import { refuseGoingBack } from '../../domain/left-branch.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import type { Refusal } from '../../domain/reason.ts';
import type { SlotFacts } from '../../domain/slot-choice.ts';
import { STAGE_ORDER } from '../../domain/slot.ts';
import type { SetupFacts } from '../../domain/setup/facts.ts';
import type { Finding } from '../../domain/setup/finding.ts';
import { unsafeGuards } from '../../domain/setup/guard.ts';
import type { Setting } from '../../ports/configuration.ts';
import { GitHubFailure, type IssueFacts } from '../../ports/github.ts';
import { askingOnce } from '../asking-once.ts';
import type { Context } from '../context.ts';
import { freezeFacts } from '../freeze-facts.ts';
import { loadFixes, withAdminReviews, withContributors } from '../load-fixes.ts';
import { issuesOfApprovals, verifyApprovals } from '../verify-approvals.ts';
import { tryJudge, tryVersions, type Versions } from '../take-parity.ts';
import { mergedReleases, type MergedRelease } from './merged-releases.ts';

/** All that a slot reads before it decides, for all of its bugs at once. */
export interface Gathered {
  readonly state: LedgerState;
  readonly slot: Slot;
  readonly setting: Setting;
  readonly bugs: readonly Bug[];
  readonly issues: ReadonlyMap<number, IssueFacts>;
  readonly fixes: readonly FixFacts[];
  /** Of the pull requests that wait for T2 with a sign-off of their own, those that were merged. */
  readonly releases: readonly MergedRelease[];
  readonly versions: Versions | null;
  readonly parity: ParityVerdict | null;
  readonly freezes: FreezeFacts;
  readonly readAtMs: number;
  readonly approvals: ReadonlyMap<string, Refusal | 'valid'>;
  /** What the branches that the slot goes to ask of a commit. */
  readonly requiredChecks: ReadonlyMap<EnvironmentName, readonly RequiredCheck[]>;
  /** It is looked at for a hotfix, by itself. */
  readonly isHotfix: boolean;
  /** What would let code reach PROD unapproved; empty where nothing goes there. */
  readonly unsafe: readonly Finding[];
}

/** What a slot is to look at. */
interface Asked {
  readonly slot: Slot;
  readonly state: LedgerState;
  readonly bugs: readonly Bug[];
  /** Pull requests that are signed off by themselves and may wait for T2. */
  readonly waiting?: readonly number[];
  /** A hotfix looks as T2 would, and goes to PROD whatever its bug's status is. */
  readonly isHotfix?: boolean;
}

/**
 * Reads pull requests, versions, and the approvals of the bugs again, as they are now.
 *
 * Calls: one for issues, pull requests and deployments together, one a person whose role is asked for; none where there
 * is nothing to look at.
 */
export async function gather(
  given: Context,
  setting: Setting,
  { waiting = [], isHotfix = false, ...asked }: Asked,
): Promise<Gathered> {
  const context = askingOnce(given);
  const { bugs, state, slot } = asked;
  const isProdSlot = slot.kind === 'T2';
  const isIdle = bugs.length + waiting.length === 0;
  const needsIssue = bugs.filter(
    (bug) => bug.approvals.length > 0 || bug.status === 'confirmed' || bug.status === 'analyzing',
  );
  const pulls = bugs.flatMap((bug) => [
    ...bug.fixes.map((link) => link.pull),
    ...(bug.conflict === null ? [] : [bug.conflict.pull]),
  ]);
  const [issues, fixes, releases, versions, requiredChecks, guards] = await Promise.all([
    context.observer.issues([
      ...new Set([...needsIssue.map((bug) => bug.number), ...issuesOfApprovals(needsIssue)]),
    ]),
    loadFixes(context, pulls),
    mergedReleases(context, setting, { state, pulls: waiting }),
    isIdle ? null : tryVersions(context, setting),
    loadRequiredChecks(context, setting, isIdle ? [] : slotEnvironments(slot)),
    readGuards(context, setting, { ...asked, waiting, isHotfix }),
  ]);
  const written = await withContributors(context, setting.policy, fixes);
  const byNumber = new Map(issues.map((issue) => [issue.number, issue]));
  return {
    ...asked,
    isHotfix,
    setting,
    issues: byNumber,
    releases,
    requiredChecks,
    freezes: freezeFacts(context, setting, state),
    readAtMs: context.clock.nowMs(),
    versions,
    unsafe: guards === null ? [] : await judgeGuards(context, setting, guards),
    fixes: isProdSlot ? await withSignOffs(context, setting, { bugs, fixes: written }) : written,
    parity: versions === null ? null : await tryJudge(context, versions, state),
    approvals: isProdSlot
      ? await verifyApprovals(context, setting, {
          approvals: bugs.flatMap((bug) => bug.approvals),
          issues: byNumber,
        })
      : new Map(),
  };
}

function slotEnvironments({ kind }: Slot): readonly EnvironmentName[] {
  return kind === 'T1' ? ['uat'] : STAGE_ORDER;
}

async function loadRequiredChecks(
  context: Context,
  { policy }: Setting,
  environments: readonly EnvironmentName[],
): Promise<Map<EnvironmentName, readonly RequiredCheck[]>> {
  const found = environments.map(
    async (name) => [name, await requiredOn(context, policy.environments[name].branch)] as const,
  );
  return new Map(await Promise.all(found));
}

/** Where it may not be read nothing is waited for; the rule itself still stops a push that lacks a check. */
export async function requiredOn(
  { checks, log }: Context,
  branch: string,
): Promise<readonly RequiredCheck[]> {
  try {
    return await checks.required(branch);
  } catch (error) {
    if (!(error instanceof GitHubFailure) || error.retryable) throw error;
    log.warn('what a branch asks of a commit may not be read', { branch, error: error.message });
    return [];
  }
}

/** Only where something is on its way to PROD. */
async function readGuards(
  { setup }: Context,
  { policy }: Setting,
  { slot, bugs, waiting, isHotfix }: Pick<Required<Asked>, 'slot' | 'bugs' | 'waiting' | 'isHotfix'>,
): Promise<SetupFacts | null> {
  const isWaiting = isHotfix || waiting.length > 0 || bugs.some((bug) => bug.status === 'pending_prod');
  const isForProd = slot.kind === 'T2' && isWaiting;
  return isForProd ? setup.guards(policy) : null;
}

async function judgeGuards(
  { setup }: Context,
  { policy }: Setting,
  guards: SetupFacts,
): Promise<readonly Finding[]> {
  return unsafeGuards({ ...guards, app: await setup.self() }, policy);
}

/** Only in Flow 2 a review is a sign-off, so only those reviewers' roles are asked for. */
async function withSignOffs(
  context: Context,
  { policy }: Setting,
  { bugs, fixes }: Pick<Gathered, 'bugs' | 'fixes'>,
): Promise<readonly FixFacts[]> {
  const pulls = new Set(
    bugs.filter((bug) => bug.flow === 2).flatMap((bug) => bug.fixes.map((link) => link.pull)),
  );
  const marked = await withAdminReviews(
    context,
    policy,
    fixes.filter((fix) => pulls.has(fix.pull)),
  );
  return fixes.map((fix) => marked.find((each) => each.pull === fix.pull) ?? fix);
}

/** The facts of one bug. */
export function factsOf(gathered: Gathered, bug: Bug): SlotFacts {
  const { setting, slot, parity, approvals } = gathered;
  const fixes = gathered.fixes.filter((fix) => bug.fixes.some((link) => link.pull === fix.pull));
  const { freezes, readAtMs } = gathered;
  const { state } = gathered;
  const { bugs } = state;
  const others = sharersOf(bug, bugs.values());
  const takenOffFor = tookOff(bug, bugs.values());
  const goingBack = refuseGoingBack(state);
  const own = { slot, parity, fixes, others, takenOffFor, approvals, freezes, goingBack };
  return { policy: setting.policy, ...own, nowMs: readAtMs };
}
