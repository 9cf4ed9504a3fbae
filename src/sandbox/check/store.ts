import { notFound } from '../error.ts';
import type { CheckRun, CheckSuite, CommitStatus } from '../model/check.ts';
import type { Repository } from '../model/repository.ts';
import { repositoryStore } from '../world.ts';

/** The check runs of a repository, oldest first. */
export const checkRunsOf = repositoryStore<CheckRun[]>('check-runs', () => []);

/** The check suites of a repository. */
export const checkSuitesOf = repositoryStore<CheckSuite[]>('check-suites', () => []);

/** The commit statuses of a repository, oldest first. */
export const commitStatusesOf = repositoryStore<CommitStatus[]>('commit-statuses', () => []);

/** The check run with this id. @throws ApiError 404. */
export function findCheckRun(repository: Repository, id: number): CheckRun {
  const run = checkRunsOf(repository).find((one) => one.id === id);
  if (!run) throw notFound();
  return run;
}

/** The check suite with this id. @throws ApiError 404. */
export function findCheckSuite(repository: Repository, id: number): CheckSuite {
  const suite = checkSuitesOf(repository).find((one) => one.id === id);
  if (!suite) throw notFound();
  return suite;
}

/** The newest run of each name and App on a commit, in the order they first came. */
export function latestCheckRuns(repository: Repository, sha: string): CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of checkRunsOf(repository))
    if (run.headSha === sha) latest.set(`${run.appId} ${run.name}`, run);
  return [...latest.values()];
}

/** The newest status of each context on a commit, newest first; with `creatorId` only what that account said. */
export function latestStatuses(repository: Repository, sha: string, creatorId?: number): CommitStatus[] {
  const latest = new Map<string, CommitStatus>();
  for (const status of commitStatusesOf(repository))
    if (status.sha === sha && status.creatorId === (creatorId ?? status.creatorId))
      latest.set(status.context, status);
  return [...latest.values()].toSorted((a, b) => b.id - a.id);
}

/** The newest check run of a name on whatever commit. */
export function latestOfName(repository: Repository, name: string): CheckRun | undefined {
  return checkRunsOf(repository).findLast((run) => run.name === name);
}
