import type { DeployedVersion } from './flow.ts';
import type { EnvironmentRecord, LiveRelease } from './ledger.ts';
import type { EnvironmentName } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import type { Release } from './release.ts';
import { code, shortOid } from './text/markdown.ts';

/** What a rollback leaves to be finished, for the record of its environment. */
export function leftBy({ order }: Pick<Release, 'order'>): NonNullable<LiveRelease['left']> {
  return { to: order?.to ?? null, behind: order?.undoes.at(-1) ?? null };
}

/** Whether an order finishes a rollback: it brings the branch and the bugs back, and deploys nothing. */
export function isForBranchAlone({ undoes }: NonNullable<Release['order']>): boolean {
  return undoes.length === 0;
}

/**
 * Refuses `rollback_unfinished` while an environment's branch was not brought back with it: whatever is deployed on top of
 * that, or goes on there, brings what was taken off live again. Not where a person has deployed something else since.
 */
export function refuseLeftBranch(
  record: EnvironmentRecord | undefined,
  environment: EnvironmentName,
  version: DeployedVersion | null,
): Refusal | null {
  const live = record?.deployed ?? null;
  if (live?.left === undefined) return null;
  if (version?.source === 'deployments' && version.commit !== live.commit) return null;
  const where = environment.toUpperCase();
  return refuse(
    'rollback_unfinished',
    `${code(live.release)} took ${where} back to ${shortOid(live.commit)}, but not its branch: with that, what was taken off would go live again. An admin says ${renderFinishing(environment)}.`,
  );
}

/** How an admin has a rollback finished; Markdown. */
export function renderFinishing(environment: EnvironmentName): string {
  return `\`/rollback ${environment} <reason>\`, which brings the branch and its bugs back and deploys nothing`;
}
