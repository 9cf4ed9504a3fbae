import { landingsOn, type Landing } from '../../domain/bug.ts';
import { takenBackOn, type LedgerState } from '../../domain/ledger.ts';
import { behindLeftover } from '../../domain/leftover.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import type { StageBug } from '../../domain/slot.ts';
import type { Status } from '../../domain/status.ts';
import { code, plain, shortOid } from '../../domain/text/markdown.ts';
import { unwrittenReverts, unwrittenStages } from '../../domain/unwritten.ts';
import type { Context } from '../context.ts';
import { isPartOf } from '../is-part-of.ts';
import type { Carried } from './build-stage.ts';
import type { Gathered } from './facts.ts';
import { isOnBranch } from './is-on-branch.ts';
import { releasedCommits } from './merged-releases.ts';

/** Commits that a sign-off accounts for. */
type Signed = ReadonlySet<string>;

/** The PROD branch as a candidate is to be built on it. */
interface ProdBranch {
  readonly tip: string;
  readonly carried: readonly Carried[];
  /** Where it was when the slot was planned: what came since is not live, whatever the branch says. */
  readonly plannedOn?: string;
}

/**
 * Refuses `unsigned_commits` when the PROD branch holds commits that are not live and that no sign-off accounts for:
 * deploying the candidate would take them along. A fix whose deploy failed and whose approval was taken back since is
 * one of them. Refuses `rollback_unfinished` for what a rollback has pushed that died, and `version_unknown` when nobody
 * knows what is live.
 */
export async function refuseUnsignedBranch(
  context: Context,
  gathered: Gathered,
  { tip, carried, plannedOn }: ProdBranch,
): Promise<Refusal | null> {
  if (gathered.versions === null) return refuseUnknownVersion();
  const unfinished = await refuseUnfinishedRollback(context, gathered.state, tip);
  if (unfinished !== null) return unfinished;
  const { commit, source } = gathered.versions.deployed.prod;
  const unwritten = await unwrittenLandings(context, gathered.state, tip);
  const { signed, withdrawn } = sortLandings(gathered.state, carried, unwritten);
  const saysBranch = commit === tip && source !== 'deployments';
  // Where the branch itself says what is live, only what this system failed to deploy is known not to be.
  if (saysBranch && withdrawn.length > 0) return refuseUnsigned(withdrawn);
  const live = saysBranch
    ? behindLeftover(gathered.state.environments.get('prod')?.leftovers, plannedOn ?? tip)
    : commit;
  return live === tip ? null : refuseUnsignedSince(context, gathered, { live, tip, signed });
}

/** The branch is back, and the ledger still has on PROD what was taken off it: only a rollback sets that right. */
async function refuseUnfinishedRollback(
  context: Context,
  state: LedgerState,
  tip: string,
): Promise<Refusal | null> {
  for (const { release, commit } of unwrittenReverts(state, 'prod'))
    if (await isPartOf(context, commit, tip))
      return refuse(
        'rollback_unfinished',
        `${code(release)} has brought the PROD branch back and did not come to its end, so nobody knows what PROD runs. An admin says \`/rollback\` again.`,
      );
  return null;
}

async function refuseUnsignedSince(
  context: Context,
  gathered: Gathered,
  { live, tip, signed }: Pick<ProdBranch, 'tip'> & { readonly live: string; readonly signed: Signed },
): Promise<Refusal | null> {
  const { leftOnly, rightOnly, sameTree } = await context.repository.diverge(live, tip);
  if (leftOnly.length > 0) {
    return refuse(
      'branch_rewound',
      `The PROD branch lacks ${shortOid(live)}, which is deployed: it was moved back.`,
    );
  }
  // Reverted, it brings nothing.
  if (sameTree) return null;
  const unsigned = rightOnly.filter((each) => !signed.has(each.oid) && each.patchId !== null);
  const released = unsigned.length === 0 ? [] : await releasedCommits(context, gathered);
  const unknown = unsigned.filter(({ oid }) => !released.includes(oid));
  return refuseUnsigned(unknown.map(({ oid, title }) => `${shortOid(oid)} ${plain(title, 80)}`));
}

/** Nobody knows what is live, so nothing is put there. */
export function refuseUnknownVersion(): Refusal {
  const message = 'What the environments run could not be found out, so nothing was deployed.';
  return refuse('version_unknown', message);
}

const SIGNED_OFF: readonly Status[] = ['deployed_prod', 'pending_uat_merge', 'uat_merged'];
const ENDED: readonly Status[] = ['closed', 'rejected'];

/** What runs have pushed that died before they could write it down. Costs nothing without such a run. */
async function unwrittenLandings(context: Context, state: LedgerState, tip: string): Promise<StageBug[]> {
  const found: StageBug[] = [];
  for (const stage of unwrittenStages(state, 'prod'))
    if (await isOnBranch(context, { stage, tip, state })) found.push(...stage.bugs);
  return found;
}

/** Commits on PROD that a sign-off accounts for, and those of bugs that lie there and wait for one again. */
function sortLandings(
  state: LedgerState,
  carried: readonly Carried[],
  unwritten: readonly StageBug[],
): { readonly signed: Signed; readonly withdrawn: readonly string[] } {
  // What a rollback has dealt with changes nothing any more, and an admin asked for it.
  const signed = takenBackOn(state, 'prod');
  for (const { fixes } of carried) for (const fix of fixes) fix.commits.forEach((oid) => signed.add(oid));
  const withdrawn: string[] = [];
  for (const bug of state.bugs.values()) {
    const taken = carried.find((each) => each.bug.number === bug.number);
    const pushed = unwritten.filter((each) => each.bug === bug.number).flatMap(({ landings }) => landings);
    for (const landing of [...landingsOn(bug, 'prod'), ...pushed]) {
      const isSigned = SIGNED_OFF.includes(bug.status) || (taken !== undefined && isAsSigned(landing, taken));
      if (isSigned) landing.commits.forEach((oid) => signed.add(oid));
      else if (!ENDED.includes(bug.status))
        withdrawn.push(...landing.commits.map((oid) => `${shortOid(oid)} of #${bug.number}`));
    }
  }
  return { signed, withdrawn };
}

/** A pull request that has another head by now is signed off as it is, not as it lies there. */
function isAsSigned({ pull, head }: Landing, { fixes }: Carried): boolean {
  return head === null || fixes.every((fix) => fix.pull !== pull || fix.head === head);
}

function refuseUnsigned(names: readonly string[]): Refusal | null {
  if (names.length === 0) return null;
  const many = names.length === 1 ? '1 commit that is' : `${names.length} commits that are`;
  return refuse(
    'unsigned_commits',
    `The PROD branch holds ${many} not deployed and that no admin signed off here: ${names.slice(0, 5).join(', ')}. Approve their bugs again, revert them, or deploy them by hand.`,
  );
}
