import type { LedgerState } from './ledger.ts';
import type { EnvironmentName } from './policy.ts';
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
