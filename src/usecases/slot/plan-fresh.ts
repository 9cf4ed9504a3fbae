import type { EnvironmentName } from '../../domain/policy.ts';
import type { Refusal } from '../../domain/reason.ts';
import type { Release } from '../../domain/release.ts';
import type { Stage } from '../../domain/slot.ts';
import type { Context } from '../context.ts';
import type { Gathered } from './facts.ts';
import { pushOrBlame } from './find-unwanted.ts';
import { planAll } from './plan-all.ts';
import type { Draft, PlanManner } from './planning.ts';

interface FreshPlan {
  readonly draft: Draft;
  readonly fresh: readonly Stage[];
  readonly releases: readonly Release[];
}

/**
 * Plans what no run before this one has, and pushes its candidates; without the bugs whose changes the remote does not
 * take.
 */
export async function planFresh(
  context: Context,
  gathered: Gathered,
  manner: Omit<PlanManner, 'isPreview'> & { readonly resumed: readonly Stage[] },
): Promise<FreshPlan> {
  const { draft, stages, releases } = await planAll(context, gathered, { ...manner, isPreview: false });
  // What a run before this one had planned keeps its release, too: it is what its candidate is deployed by.
  const isFree = ({ environment }: { readonly environment: EnvironmentName }) =>
    manner.resumed.every((old) => old.environment !== environment);
  const fresh = stages.filter(isFree);
  const built = fresh.map((stage) => ({ stage, carried: draft.carried.get(stage.environment) ?? [] }));
  const unwanted = await pushOrBlame(context, gathered, built);
  if (unwanted.size === 0) return { draft, fresh, releases: releases.filter(isFree) };
  const known = manner.unwanted ?? new Map<number, Refusal>();
  return planFresh(context, gathered, { ...manner, unwanted: new Map([...known, ...unwanted]) });
}
