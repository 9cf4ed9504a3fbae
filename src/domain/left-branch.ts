import type { DeployedVersion } from './flow.ts';
import { takenBackOn, type LedgerState, type LiveRelease } from './ledger.ts';
import type { EnvironmentName } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import { hasFailedMidway, type Release } from './release.ts';
import { code, shortOid } from './text/markdown.ts';

/** What a rollback leaves to be finished, for the record of its environment. */
export function leftBy({ order }: Pick<Release, 'order'>): NonNullable<LiveRelease['left']> {
  return { to: order?.to ?? null, behind: order?.undoes.at(-1) ?? null };
}

/** Whether an order finishes a rollback: it brings the branch and the bugs back, and deploys nothing. */
export function isForBranchAlone({ undoes }: NonNullable<Release['order']>): boolean {
  return undoes.length === 0;
}

/** Whether a release that its own checks took back lies on its branch yet, as far as anybody has written down. */
export function isOnBranchYet(
  { state, environment, envelope }: Release,
  known: Pick<LedgerState, 'environments'>,
): boolean {
  return state === 'rolled_back' && !takenBackOn(known, environment).has(envelope.commit);
}

type Known = Pick<LedgerState, 'environments' | 'releases'>;

/**
 * Refuses `rollback_unfinished` while an environment's branch was not brought back with it, by a rollback or by a release
 * that its own checks took back: whatever is deployed on top of that, or goes on there, brings what was taken off live
 * again. Not where a person has deployed something else since.
 */
export function refuseLeftBranch(
  known: Known,
  environment: EnvironmentName,
  version: DeployedVersion | null,
): Refusal | null {
  const left = leftOn(known, environment);
  if (left === null) return null;
  if (version?.source === 'deployments' && version.commit !== left.commit) return null;
  const where = environment.toUpperCase();
  return refuse(
    'rollback_unfinished',
    `${left.what} took ${where} back to ${shortOid(left.commit)}, but not its branch: with that, what was taken off would go live again. An admin says ${left.finish}.`,
  );
}

/**
 * Refuses `rollback_unfinished` for what was seen to work on UAT and is to go on from there, while a rollback of UAT is
 * under way, has stopped on the way, or has left its branch: UAT may not have it any more, whatever the ledger says.
 */
export function refuseGoingBack({ environments, releases }: Known): Refusal | null {
  const live = environments.get('uat')?.deployed ?? null;
  const back = [...releases.values()].find(
    (each) =>
      each.environment === 'uat' &&
      each.kind === 'rollback' &&
      each.plannedAtMs > (live?.atMs ?? 0) &&
      (each.state === 'planned' || hasFailedMidway(each)),
  );
  const id = back?.id ?? (live?.left === undefined ? null : live.release);
  if (id === null) return null;
  return refuse(
    'rollback_unfinished',
    `${code(id)} has not come to its end, so UAT may not have the fix any more. Wait for it; if it has stopped, an admin says \`/rollback uat <reason>\` again.`,
  );
}

function leftOn(
  known: Known,
  environment: EnvironmentName,
): { readonly what: string; readonly commit: string; readonly finish: string } | null {
  const live = known.environments.get(environment)?.deployed ?? null;
  if (live?.left !== undefined)
    return { what: code(live.release), commit: live.commit, finish: renderFinishing(environment) };
  const own = [...known.releases.values()].find(
    (each) =>
      each.environment === environment &&
      each.kind !== 'rollback' &&
      each.plannedAtMs > (live?.atMs ?? 0) &&
      isOnBranchYet(each, known),
  );
  const commit = own?.envelope.previous ?? null;
  if (own === undefined || commit === null) return null;
  return {
    what: `A check of ${code(own.id)}`,
    commit,
    finish: `\`/rollback ${environment} <reason>\`, which brings the branch back, too`,
  };
}

/** How an admin has a rollback finished; Markdown. */
export function renderFinishing(environment: EnvironmentName): string {
  return `\`/rollback ${environment} <reason>\`, which brings the branch and its bugs back and deploys nothing`;
}
