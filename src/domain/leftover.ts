import {
  applyWrites,
  nothingDeployed,
  type EnvironmentRecord,
  type LedgerState,
  type LedgerWrites,
  type Leftover,
} from './ledger.ts';
import type { EnvironmentName } from './policy.ts';
import type { Release } from './release.ts';
import { stageOf } from './slot.ts';

/** Each is built on what the one before has left, so that only those count which were planned side by side. */
const KEPT_LEFTOVERS = 4;

/**
 * What an environment runs, where only its branch tells: what a release has pushed that did not come live, or not for
 * good, is not it, but what ran before that release. The same where that release was planned again on top of what it had
 * pushed.
 */
export function behindLeftover(leftovers: EnvironmentRecord['leftovers'], tip: string): string {
  const newest = leftovers?.find(({ commit, base }) => commit === tip || base === tip);
  return newest?.previous ?? tip;
}

/**
 * Writes, with what they make of the leftovers of the environments whose releases are among them: kept with the
 * environment, as releases of long ago are not read any more.
 */
export function withLeftovers(before: LedgerState, writes: LedgerWrites): LedgerWrites {
  const after = applyWrites(before, writes);
  const changed = new Map<EnvironmentName, EnvironmentRecord>();
  for (const release of writes.releases ?? []) {
    const { environment } = release;
    const known = changed.get(environment) ?? after.environments.get(environment);
    const record = known ?? nothingDeployed(environment);
    const leftovers = leftoversAfter(record.leftovers ?? [], release, after.slots);
    if (leftovers !== null) changed.set(environment, { ...record, leftovers });
  }
  if (changed.size === 0) return writes;
  const others = (writes.environments ?? []).filter(({ environment }) => !changed.has(environment));
  return { ...writes, environments: [...others, ...changed.values()] };
}

/** The leftovers of an environment once one of its releases is written, the newest first; `null`: they are the same. */
function leftoversAfter(
  known: readonly Leftover[],
  release: Release,
  slots: LedgerState['slots'],
): readonly Leftover[] | null {
  const { id, kind, state, envelope, plannedAtMs } = release;
  if (kind === 'rollback') return null;
  // What is live has all of them below it.
  if (state === 'live') return known.length === 0 ? null : [];
  const base = baseOf(release, slots);
  if (base === undefined) return null;
  const { commit, previous } = envelope;
  const left: Leftover = { release: id, base, commit, previous, plannedAtMs };
  const others = known.filter((each) => each.release !== id);
  return [left, ...others]
    .toSorted((one, other) => other.plannedAtMs - one.plannedAtMs)
    .slice(0, KEPT_LEFTOVERS);
}

/** Where the branch was when the release was planned; `undefined`: it was not yet. */
function baseOf({ slot: id, environment, hotfix }: Release, slots: LedgerState['slots']): string | undefined {
  const slot = id === null ? undefined : slots.get(id);
  const stage = slot === undefined ? hotfix?.stage : stageOf(slot, environment);
  return stage?.base;
}
