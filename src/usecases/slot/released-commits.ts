import { releaseSignOff } from '../../domain/gate.ts';
import { refuseUnsigned } from '../../domain/sign-off.ts';
import type { Context } from '../context.ts';
import { verifyReleases } from '../gate/gather-gates.ts';
import { loadFixes, withContributors } from '../load-fixes.ts';
import type { Gathered } from './facts.ts';

/**
 * The commits that merged pull requests brought to PROD with a sign-off of their own that still counts, for exactly the
 * head that was merged.
 */
export async function releasedCommits(
  context: Context,
  { state, setting }: Pick<Gathered, 'state' | 'setting'>,
): Promise<readonly string[]> {
  const { policy } = setting;
  const approved = [...state.pulls.values()].filter(({ approvals }) => approvals.length > 0);
  const pulls = approved.map(({ pull }) => pull);
  const [loaded, checked] = await Promise.all([
    loadFixes(context, pulls),
    verifyReleases(context, setting, { state, pulls }),
  ]);
  const merged = loaded.filter(
    (pull) => pull.state === 'merged' && pull.base === policy.environments.prod.branch,
  );
  const fixes = await withContributors(context, policy, merged);
  return fixes.flatMap((pull) => {
    const approvals = state.pulls.get(pull.pull)?.approvals ?? [];
    const counting = { policy, fixes: [pull], beforeMs: null, checked };
    const refusal = refuseUnsigned({ approvals, flow: null }, releaseSignOff(pull), counting);
    if (refusal !== null) return [];
    return pull.mergeCommit === null ? pull.commits : [...pull.commits, pull.mergeCommit];
  });
}
