import { refuse, type Refusal } from '../../domain/reason.ts';
import { aboardOf, type Stage } from '../../domain/slot.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { record } from '../record.ts';
import { planRelease } from '../release/plan-release.ts';
import { awaitChecks, checksDeadline } from './await-checks.ts';
import { buildStage, type Carried } from './build-stage.ts';
import { pushCandidates } from './candidate.ts';
import type { Gathered } from './facts.ts';
import { chooseAgain, regather, type Situation } from './recheck-stage.ts';
import { refuseUnsignedBranch } from './refuse-unsigned-branch.ts';
import { refuseFrozenRelease, sortReleases } from './open-releases.ts';

/** A stage, and the branch as it is now. */
export interface SituationNow extends Situation {
  /** Where the environment's branch is. */
  readonly tip: string;
}

/**
 * Builds a stage's candidate anew from what still holds: the branch moved, or a bug may not go any more. Plans its
 * release, pushes it, writes it down, and waits for its checks.
 *
 * Refuses: `branch_rewound`, what {@link refuseUnsignedBranch}, {@link planRelease} and {@link awaitChecks} refuse, and
 * `nothing_to_do` or `frozen` when nothing of it may go.
 */
export async function replanStage(
  context: Context,
  setting: Setting,
  situation: SituationNow,
): Promise<{ readonly kind: 'replanned'; readonly stage: Stage } | Refusal> {
  const { slot, stage, tip } = situation;
  const gathered = await regather(context, setting, situation);
  const again = stage.bugs.map(({ bug }) => chooseAgain(gathered, stage.environment, bug));
  const carried = again.flatMap((choice) => (choice.kind === 'take' ? [choice.carried] : []));
  const { open } = await sortReleases(context, gathered);
  const stopped =
    refuseFrozenRelease(gathered, open) ?? (await refuseMoved(context, gathered, { stage, tip, carried }));
  if (stopped !== null) return stopped;
  const { environment } = stage;
  const pulls = open.filter(({ refusal }) => refusal === null);
  const { stage: built } = await buildStage(context, gathered, { environment, tip, carried, pulls });
  if (aboardOf(built).length === 0) return refuseEmpty(situation, again);
  const planned = await planRelease(context, gathered, built);
  if (planned.kind === 'refused') return planned;
  const unwanted = await pushCandidates(context, gathered.slot, [built]);
  if (unwanted !== null) return unwanted;
  await record(context, setting, (now) => {
    const current = now.slots.get(slot.id) ?? slot;
    const stages = current.stages.map((each) => (each.environment === environment ? built : each));
    return {
      writes: { slots: [{ ...current, stages }], releases: [planned.release] },
      message: `${slot.id} planned ${environment} again on ${tip.slice(0, 7)}: ${built.candidate.slice(0, 7)}`,
      result: null,
    };
  });
  const refusal = await awaitChecks(context, setting, {
    stage: built,
    deadlineMs: checksDeadline(context, setting, slot),
  });
  return refusal ?? { kind: 'replanned', stage: built };
}

/** A freeze that began meanwhile says so, and when it opens. */
function refuseEmpty({ slot, stage }: Situation, again: readonly ReturnType<typeof chooseAgain>[]): Refusal {
  const frozen = again.flatMap((choice) => (choice.kind === 'refused' ? [choice] : []));
  return (
    frozen.find(({ reason }) => reason === 'frozen') ??
    refuse('nothing_to_do', `Nothing of ${slot.id} may go to ${stage.environment} any more.`)
  );
}

/** What came to the branch since the plan would go live with the candidate. */
async function refuseMoved(
  context: Context,
  gathered: Gathered,
  moved: { readonly stage: Stage; readonly tip: string; readonly carried: readonly Carried[] },
): Promise<Refusal | null> {
  const { stage, tip, carried } = moved;
  const { environment, base } = stage;
  if (tip !== base && !(await context.repository.isAncestor(base, tip))) {
    return refuse('branch_rewound', `The branch of ${environment} was moved back; a person has to look.`);
  }
  return environment === 'prod'
    ? refuseUnsignedBranch(context, gathered, { tip, carried, plannedOn: base })
    : null;
}
