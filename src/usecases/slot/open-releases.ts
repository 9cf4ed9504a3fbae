import { refuseFrozen } from '../../domain/freeze.ts';
import { takenBackOn, type LedgerState } from '../../domain/ledger.ts';
import type { Refusal } from '../../domain/reason.ts';
import type { Context } from '../context.ts';
import { isPartOf } from '../is-part-of.ts';
import type { Versions } from '../take-parity.ts';
import type { Gathered } from './facts.ts';
import type { MergedRelease } from './merged-releases.ts';

/** Releases that were merged, by whether T2 has something to do for them. */
interface SortedReleases {
  /** PROD's branch has them and PROD does not run them. */
  readonly open: readonly MergedRelease[];
  /** They are live, or a rollback has taken them back. */
  readonly ended: readonly MergedRelease[];
}

/** Sorts what was merged with a sign-off of its own; where nobody knows the branch, all of it is open. */
export async function sortReleases(
  context: Context,
  { releases, state, versions }: Pick<Gathered, 'releases' | 'state' | 'versions'>,
): Promise<SortedReleases> {
  if (versions === null) return { open: releases, ended: [] };
  const live = liveOnProd(versions, state);
  const gone = takenBackOn(state, 'prod');
  const open: MergedRelease[] = [];
  const ended: MergedRelease[] = [];
  for (const release of releases) {
    if (release.commits.some((oid) => gone.has(oid)) || (await isIn(context, release, live)))
      ended.push(release);
    else if (await isIn(context, release, [versions.tips.prod])) open.push(release);
  }
  return { open, ended };
}

/** By GitHub's record and by the ledger's; the branch itself does not say what a slot has brought live. */
function liveOnProd({ deployed }: Versions, { environments }: LedgerState): readonly string[] {
  const { commit, source } = deployed.prod;
  const said = source === 'deployments' || source === 'tag' ? [commit] : [];
  const own = environments.get('prod')?.deployed?.commit;
  return own === undefined ? said : [...said, own];
}

async function isIn(
  context: Context,
  { mergeCommit }: MergedRelease,
  tips: readonly string[],
): Promise<boolean> {
  for (const tip of tips) if (await isPartOf(context, mergeCommit, tip)) return true;
  return false;
}

/** Refuses `frozen` while a freeze covers one of them: its commits lie on the branch, so nothing goes past it. */
export function refuseFrozenRelease(
  { freezes, readAtMs }: Pick<Gathered, 'freezes' | 'readAtMs'>,
  releases: readonly MergedRelease[],
): Refusal | null {
  const frozen = releases.map(({ frozenAs }) => refuseFrozen(freezes, frozenAs, readAtMs));
  return frozen.find((refusal) => refusal !== null) ?? null;
}
