import { takenBackOn, type LedgerState } from './ledger.ts';
import type { EnvironmentName } from './policy.ts';
import type { ReleaseId } from './release-id.ts';
import type { RevertedBranch } from './release.ts';
import type { Stage } from './slot.ts';

/**
 * The stages of an environment that were planned and whose end nobody has written down: their runs are at it, or have
 * died. The branch may have what they bring, though no bug knows of it.
 */
export function unwrittenStages(
  { releases, slots }: Pick<LedgerState, 'releases' | 'slots'>,
  environment: EnvironmentName,
): Stage[] {
  const ofHotfixes = [...releases.values()].flatMap(({ state, hotfix }) =>
    state === 'planned' ? (hotfix?.stage ?? []) : [],
  );
  const ofSlots = [...slots.values()]
    .flatMap(({ stages }) => stages)
    .filter(({ state }) => state === 'planned');
  return [...ofHotfixes, ...ofSlots].filter((stage) => stage.environment === environment);
}

/**
 * What rollbacks were about to push that never came to their end, since the environment's last release: the branch may
 * have it, though the ledger does not know.
 */
export function unwrittenReverts(
  state: Pick<LedgerState, 'environments' | 'releases'>,
  environment: EnvironmentName,
): (Pick<RevertedBranch, 'commit' | 'takesBack'> & { readonly release: ReleaseId })[] {
  const sinceMs = state.environments.get(environment)?.deployed?.atMs ?? 0;
  const known = takenBackOn(state, environment);
  return [...state.releases.values()]
    .filter((each) => each.environment === environment && each.state !== 'live')
    .filter(({ plannedAtMs }) => plannedAtMs >= sinceMs)
    .flatMap(({ id: release, order }) => {
      const branch = order?.branch ?? null;
      const isNews = branch !== null && branch.commit !== branch.base && !known.has(branch.commit);
      return isNews ? [{ release, commit: branch.commit, takesBack: branch.takesBack }] : [];
    });
}
