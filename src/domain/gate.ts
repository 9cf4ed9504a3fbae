import type { Approval } from './approval.ts';
import type { Bug } from './bug.ts';
import type { SlotCalendar } from './calendar.ts';
import { approvedHeads, refuseUnready, settlesConflict, type FixFacts } from './fix.ts';
import { refuseFrozen, type FreezeFacts, type FreezeSubject } from './freeze.ts';
import type { MigrationReport } from './migration.ts';
import type { EnvironmentName, Policy } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import { countSignOffs, refuseUnsigned, type NeededSignOff, type SignOffFacts } from './sign-off.ts';
import {
  chooseForProd,
  chooseForT1,
  chooseForUatMerge,
  type SlotChoice,
  type SlotFacts,
} from './slot-choice.ts';
import { describeStatus, isFinal } from './status.ts';
import { code } from './text/markdown.ts';
import { refuseUnsafe } from './text/migration.ts';

/**
 * Names of the required check, one an environment. A check belongs to a commit, not to a pull request: under one name
 * for both, a commit that may go to UAT could be pushed to PROD, or merged there before anybody has judged it.
 */
export const GATE_CHECKS: Readonly<Record<EnvironmentName, string>> = {
  uat: 'tonic / gate (uat)',
  prod: 'tonic / gate',
};

/** Tells whether a check is this system's own word: what is judged for it leaves it out, else it would wait for itself. */
export function isGateCheck(name: string): boolean {
  return Object.values(GATE_CHECKS).includes(name);
}

/** A bug that a pull request repairs, with what a slot that looked at it now would rest its choice on. */
export interface GateBug {
  readonly bug: Bug;
  readonly slot: SlotFacts;
}

/** The words for a pull request that is signed off by itself. */
interface ReleaseWords {
  readonly approvals: readonly Approval[];
  /** What was found when each was looked at again, by its key. */
  readonly checked: ReadonlyMap<string, Refusal | 'valid'>;
}

/** All that the check of a pull request rests on. */
export interface GateFacts {
  readonly pull: FixFacts;
  /** The environment whose branch it goes to. */
  readonly environment: EnvironmentName;
  /** The commit with which a merge queue tries it; `null` outside of a queue. */
  readonly queuedAs: string | null;
  readonly bugs: readonly GateBug[];
  /** Bugs that its text names and that it is not linked to. */
  readonly named: readonly Bug[];
  readonly release: ReleaseWords;
  /** What it brings by itself; a slot looks at all that goes together. */
  readonly migrations: MigrationReport;
  readonly freezes: FreezeFacts;
  readonly policy: Policy;
  readonly calendar: SlotCalendar;
  readonly nowMs: number;
}

/** What keeps a pull request out. */
export interface Missing {
  readonly refusal: Refusal;
  /** The bug that it is about; `null` for the pull request itself. */
  readonly bug: Bug | null;
}

/**
 * Decides whether a pull request may be merged now (PRODUCT section 7): what a slot would take, by the slot's own rules.
 * Gives everything that is missing, the most telling first; empty when it may. Where it comes from does not matter.
 */
export function judgeGate(facts: GateFacts): readonly Missing[] {
  const { pull } = facts;
  if (pull.state === 'closed')
    return [own(refuse('fix_closed', `#${pull.pull} was closed without a merge.`))];
  return [...judgeWords(facts), ...missingOf(refuseUnsafe(facts.migrations))];
}

/** What people have not said yet, and what does not let them. */
function judgeWords(facts: GateFacts): readonly Missing[] {
  const { pull } = facts;
  if (isSignedByItself(facts))
    return [...missingOf(refuseFrozenPull(facts)), ...missingOf(refuseRelease(facts))];
  const all = [
    ...facts.bugs.map((each) => ({ bug: each.bug, refusal: refuseBug(each, facts) })),
    ...facts.named.map((bug) => ({ bug, refusal: refuseUnlinked(bug, pull) })),
  ];
  if (all.length === 0) return missingOf(refuseWithoutBug(facts) ?? refuseFrozenPull(facts));
  return all.flatMap(({ bug, refusal }) => (refusal === null ? [] : [{ bug, refusal }]));
}

function own(refusal: Refusal): Missing {
  return { refusal, bug: null };
}

function missingOf(refusal: Refusal | null): readonly Missing[] {
  return refusal === null ? [] : [own(refusal)];
}

function refuseFrozenPull({ pull, policy, freezes, nowMs }: GateFacts): Refusal | null {
  return refuseFrozen(freezes, frozenAs(pull, policy), nowMs);
}

/** What freezes cover a pull request that has no bug: every one a release, whose parts nobody has named. */
export function frozenAs(
  pull: Pick<FixFacts, 'base' | 'headBranch' | 'isFromFork'>,
  policy: Policy,
): Extract<FreezeSubject, string> {
  return isRelease(pull, policy) ? 'any_part' : 'everything';
}

/** Tells whether a pull request brings UAT to PROD. A branch of the same name in a fork is somebody's own. */
export function isRelease(
  pull: Pick<FixFacts, 'base' | 'headBranch' | 'isFromFork'>,
  { environments }: Policy,
): boolean {
  const { uat, prod } = environments;
  return pull.base === prod.branch && pull.headBranch === uat.branch && !pull.isFromFork;
}

/**
 * Tells whether a pull request needs a sign-off of its own: the release of UAT to PROD, and where the policy lets
 * pull requests without a bug into PROD, those. Nothing gets there without one.
 */
export function isSignedByItself(facts: Pick<GateFacts, 'pull' | 'bugs' | 'named' | 'policy'>): boolean {
  const { pull, bugs, named, policy } = facts;
  if (pull.base !== policy.environments.prod.branch) return false;
  return isRelease(pull, policy) || (bugs.length + named.length === 0 && !policy.gates.requireBug.prod);
}

/** What a pull request that is signed off by itself needs signed: its head. */
export function releaseSignOff(pull: FixFacts): NeededSignOff {
  return { action: 'approve_release', fixes: approvedHeads([pull]) };
}

/** What counting the words for a pull request rests on. */
export function releaseFacts({ pull, policy, release }: GateFacts): SignOffFacts {
  return { policy, fixes: [pull], beforeMs: null, checked: release.checked };
}

function refuseRelease(facts: GateFacts): Refusal | null {
  const { pull, policy, release } = facts;
  const needed = releaseSignOff(pull);
  const words = { approvals: release.approvals, flow: null };
  const unsigned = refuseUnsigned(words, needed, releaseFacts(facts));
  if (unsigned !== null) return unsigned;
  const { people } = countSignOffs(words, needed, releaseFacts(facts));
  // What UAT has was reviewed on its way there.
  const requiredReviews = isRelease(pull, policy) ? 0 : policy.fixes.requiredReviews;
  return refuseUnready(pull, { ...policy, fixes: { ...policy.fixes, requiredReviews } }, people);
}

function refuseWithoutBug({ environment, policy }: GateFacts): Refusal | null {
  if (!policy.gates.requireBug[environment]) return null;
  return refuse(
    'no_bug',
    `A pull request into ${code(policy.environments[environment].branch)} belongs to a bug: write \`Fixes #…\` into its text, or say \`/fix #…\` on the bug.`,
  );
}

function refuseUnlinked(bug: Bug, { pull }: FixFacts): Refusal {
  if (isFinal(bug.status, bug.flow)) return refuseStatus(bug, 'Its way is over; another fix is another bug.');
  return refuse('no_fix', `It is not linked to #${pull}: say \`/fix #${pull}\` there.`);
}

function refuseBug(each: GateBug, facts: GateFacts): Refusal | null {
  const { bug } = each;
  if (settlesConflict(facts.pull, bug, facts.policy)) return refuseMergeBack(each, facts.pull);
  if (isFinal(bug.status, bug.flow)) return refuseStatus(bug, 'Its way is over; another fix is another bug.');
  if (bug.status === 'submitted') return refuseStatus(bug, 'An admin has to say `/confirm`.');
  const first = bug.flow === 1 ? 'uat' : 'prod';
  return facts.environment === first ? refuseFirstBranch(each, first) : refuseSecondBranch(each, facts);
}

/** The branch that the flow begins with: what the next slot would take, a person may merge before it. */
function refuseFirstBranch({ bug, slot }: GateBug, first: EnvironmentName): Refusal | null {
  const { status, flow } = bug;
  if (status === 'confirmed' || status === 'analyzing') return refuseStatus(bug, 'T1 plans it, or `/plan`.');
  // In Flow 2 it is queued before its fix is merged.
  if (status !== 'planned' && (status !== 'pending_prod' || flow === 1))
    return refuseStatus(bug, `It has its fix on ${first.toUpperCase()}; another one is another bug.`);
  return refusalOf(flow === 1 ? chooseForT1(bug, slot) : chooseForProd(bug, slot));
}

function refuseStatus(bug: Bug, what: string): Refusal {
  return refuse('wrong_status', `#${bug.number}: ${describeStatus(bug.status).meaning}. ${what}`);
}

/** By hand, or to settle the conflict of a pick that T2 has tried. */
function refuseMergeBack({ bug, slot }: GateBug, pull: FixFacts): Refusal | null {
  return refusalOf(chooseForUatMerge(bug, slot)) ?? refuseUnready(pull, slot.policy);
}

/** The other environment gets the fix from a slot; by hand it may only be brought back to UAT, when that is approved. */
function refuseSecondBranch(each: GateBug, { pull, policy }: GateFacts): Refusal | null {
  const { bug } = each;
  const { uat, prod } = policy.environments;
  if (bug.flow === 1) {
    return refuse(
      'wrong_flow',
      `#${bug.number} goes Flow 1: its fix goes into ${code(uat.branch)}, and T2 brings it to PROD.`,
    );
  }
  if (bug.status === 'deployed_prod' || bug.status === 'pending_uat_merge')
    return refuseMergeBack(each, pull);
  return refuse(
    'wrong_flow',
    `#${bug.number} goes Flow 2: its fix goes into ${code(prod.branch)}, and T2 brings it back to UAT.`,
  );
}

function refusalOf(choice: SlotChoice): Refusal | null {
  return choice.kind === 'refused' ? choice : null;
}
