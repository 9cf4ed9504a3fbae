import { refuse, type Refusal } from '../../domain/reason.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import type { Stage } from '../../domain/slot.ts';
import { plain, shortOid } from '../../domain/text/markdown.ts';
import type { ChangeOutcome } from '../../ports/repository.ts';
import type { Context } from '../context.ts';
import { buildStage, describeOutcome, type Carried } from './build-stage.ts';
import { openConflict } from './open-conflict.ts';
import type { Gathered } from './facts.ts';
import { hold, type Draft } from './plan-bugs.ts';

/**
 * Builds the candidate of every environment that a slot has something for. What cannot be applied is held back;
 * an environment whose branch holds what nobody signed off gets no candidate at all.
 */
export async function planStages(context: Context, gathered: Gathered, draft: Draft): Promise<Stage[]> {
  const stages: Stage[] = [];
  // PROD before UAT: phase 2a before 2b.
  for (const environment of ['prod', 'uat'] as const) {
    const carried = draft.carried.get(environment) ?? [];
    if (carried.length > 0)
      stages.push(...(await planStage(context, gathered, draft, { environment, carried })));
  }
  return stages;
}

async function planStage(
  context: Context,
  gathered: Gathered,
  draft: Draft,
  wanted: { readonly environment: EnvironmentName; readonly carried: readonly Carried[] },
): Promise<Stage[]> {
  const { environment, carried } = wanted;
  const { versions } = gathered;
  const refusal =
    versions === null
      ? refuse(
          'version_unknown',
          'What the environments run could not be found out, so nothing was deployed.',
        )
      : environment === 'prod'
        ? await refuseUnsignedBranch(context, gathered, carried)
        : null;
  if (versions === null || refusal !== null) {
    for (const { bug } of carried) if (refusal !== null) hold(context, gathered, draft, { bug, refusal });
    return [];
  }
  const { stage, refused } = await buildStage(context, gathered, {
    ...wanted,
    tip: versions.tips[environment],
  });
  for (const [number, outcome] of refused) {
    const bug = draft.bugs.get(number) ?? carried.find((each) => each.bug.number === number)?.bug;
    if (bug !== undefined) await refuseOutcome(context, gathered, draft, { bug, outcome, environment });
  }
  return stage.bugs.length > 0 ? [stage] : [];
}

async function refuseOutcome(
  context: Context,
  gathered: Gathered,
  draft: Draft,
  given: {
    readonly bug: Carried['bug'];
    readonly outcome: ChangeOutcome;
    readonly environment: EnvironmentName;
  },
): Promise<void> {
  const { outcome, environment } = given;
  const { branch } = gathered.setting.policy.environments[environment];
  const message = describeOutcome(outcome, branch);
  // A cherry-pick back to UAT that conflicts becomes a pull request; elsewhere the fix itself has to be mended.
  const isMergeBack = given.bug.status === 'pending_uat_merge';
  if (outcome.kind === 'conflict' && isMergeBack) {
    const { bug, message: where } = await openConflict(context, gathered, {
      bug: given.bug,
      outcome,
      branch,
    });
    hold(context, gathered, draft, { bug, refusal: refuse('conflict', `${message} ${where}`) });
    return;
  }
  hold(context, gathered, draft, { bug: given.bug, refusal: refuse(reasonOf(outcome), message) });
}

function reasonOf(outcome: ChangeOutcome): Refusal['reason'] {
  if (outcome.kind === 'depends') return 'depends_on_unapproved';
  if (outcome.kind === 'touches_workflows') return 'fix_touches_workflows';
  if (outcome.kind === 'conflict' && outcome.prerequisites.length > 0) return 'depends_on_unapproved';
  return 'conflict';
}

/**
 * Refuses `unsigned_commits` when the PROD branch holds commits beyond what is deployed that no sign-off of this
 * system accounts for: deploying the candidate would take them along.
 */
async function refuseUnsignedBranch(
  context: Context,
  gathered: Gathered,
  carried: readonly Carried[],
): Promise<Refusal | null> {
  const { versions, state } = gathered;
  if (versions === null) return null;
  const deployed = versions.deployed.prod.commit;
  const tip = versions.tips.prod;
  if (deployed === tip) return null;
  const { leftOnly, rightOnly } = await context.repository.diverge(deployed, tip);
  if (leftOnly.length > 0) {
    return refuse(
      'branch_rewound',
      `The PROD branch lacks ${shortOid(deployed)}, which is deployed: it was moved back.`,
    );
  }
  const known = new Set(carried.flatMap(({ fixes }) => fixes.flatMap((fix) => fix.commits)));
  for (const bug of state.bugs.values())
    for (const landing of bug.landings) landing.commits.forEach((oid) => known.add(oid));
  const unknown = rightOnly.filter((commit) => !known.has(commit.oid) && commit.patchId !== null);
  if (unknown.length === 0) return null;
  const names = unknown.slice(0, 5).map((commit) => `${shortOid(commit.oid)} ${plain(commit.title, 80)}`);
  return refuse(
    'unsigned_commits',
    `The PROD branch holds ${unknown.length} commits that are not deployed and that no admin signed off here: ${names.join(', ')}. Revert them, or deploy them by hand.`,
  );
}
