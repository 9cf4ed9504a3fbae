import type { Bug } from '../../domain/bug.ts';
import type { SlotKind } from '../../domain/calendar.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import type { Release } from '../../domain/release.ts';
import { waitingPulls } from '../../domain/release-pull.ts';
import type { Stage } from '../../domain/slot.ts';
import type { Context } from '../context.ts';
import type { Gathered } from './facts.ts';
import { planProd, planT1, planUatMerge } from './plan-bugs.ts';
import { planStages } from './plan-stages.ts';
import { startPlanning, type Draft, type PlanManner } from './planning.ts';

/** The bugs that a slot looks at; those that a resumed stage carries are in its hands already. */
export function bugsFor(kind: SlotKind, state: LedgerState, resumed: readonly Stage[]): Bug[] {
  const statuses =
    kind === 'T1' ? ['confirmed', 'analyzing', 'planned'] : ['pending_prod', 'pending_uat_merge'];
  const carried = new Set(resumed.flatMap((stage) => stage.bugs.map(({ bug }) => bug)));
  return [...state.bugs.values()]
    .filter((bug) => statuses.includes(bug.status) && !carried.has(bug.number))
    .toSorted((left, right) => left.number - right.number);
}

/** The pull requests with a sign-off of their own that a slot looks at: T2, where no run before it has PROD in its hands. */
export function releasesFor(
  kind: SlotKind,
  { pulls }: LedgerState,
  resumed: readonly Stage[] = [],
): readonly number[] {
  const isTaken = resumed.some(({ environment }) => environment === 'prod');
  return kind === 'T1' || isTaken ? [] : waitingPulls(pulls.values());
}

/** Decides on every bug and builds the candidates, in memory but for the pull requests of conflicts; a preview opens none. */
export async function planAll(
  context: Context,
  gathered: Gathered,
  manner: PlanManner,
): Promise<{
  readonly draft: Draft;
  readonly stages: readonly Stage[];
  readonly releases: readonly Release[];
}> {
  const planning = startPlanning(context, gathered, manner);
  if (gathered.slot.kind === 'T1') await planT1(planning);
  else {
    planProd(planning);
    planUatMerge(planning);
  }
  const planned = await planStages(planning);
  return {
    draft: planning.draft,
    stages: planned.map(({ stage }) => stage),
    releases: planned.map(({ release }) => release),
  };
}
