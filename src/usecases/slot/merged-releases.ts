import { frozenAs, releaseSignOff } from '../../domain/gate.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import type { Refusal } from '../../domain/reason.ts';
import { refuseUnsigned } from '../../domain/sign-off.ts';
import type { StagePull } from '../../domain/slot.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { loadFixes, withContributors } from '../load-fixes.ts';
import { verifyReleases } from '../verify-approvals.ts';

/** A pull request that was merged to PROD and is signed off by itself. */
export interface MergedRelease extends StagePull {
  /** The commit that brought it. */
  readonly mergeCommit: string;
  /** All that came with it. */
  readonly commits: readonly string[];
  /** Why its sign-off, for exactly the head that was merged, does not count any more; `null`: it does. */
  readonly refusal: Refusal | null;
}

/** Reads which of some pull requests were merged to PROD, and looks at their sign-offs again. No call without any. */
export async function mergedReleases(
  context: Context,
  setting: Setting,
  { state, pulls }: { readonly state: LedgerState; readonly pulls: readonly number[] },
): Promise<readonly MergedRelease[]> {
  const { policy } = setting;
  const loaded = await loadFixes(context, pulls);
  const merged = loaded.filter(
    ({ state: at, base }) => at === 'merged' && base === policy.environments.prod.branch,
  );
  const [fixes, checked] = await Promise.all([
    withContributors(context, policy, merged),
    verifyReleases(context, setting, { state, pulls: merged.map(({ pull }) => pull) }),
  ]);
  return fixes.flatMap((pull) => {
    const { mergeCommit } = pull;
    if (mergeCommit === null) return [];
    const approvals = state.pulls.get(pull.pull)?.approvals ?? [];
    const counting = { policy, fixes: [pull], beforeMs: null, checked };
    return [
      {
        pull: pull.pull,
        frozenAs: frozenAs(pull, policy),
        mergeCommit,
        commits: [...pull.commits, mergeCommit],
        refusal: refuseUnsigned({ approvals, flow: null }, releaseSignOff(pull), counting),
      },
    ];
  });
}

/** The commits that came to PROD with a sign-off of their own that still counts. */
export async function releasedCommits(
  context: Context,
  { state, setting }: { readonly state: LedgerState; readonly setting: Setting },
): Promise<readonly string[]> {
  const approved = [...state.pulls.values()].filter(({ approvals }) => approvals.length > 0);
  const pulls = approved.map(({ pull }) => pull);
  const merged = await mergedReleases(context, setting, { state, pulls });
  return merged.flatMap(({ refusal, commits }) => (refusal === null ? commits : []));
}
