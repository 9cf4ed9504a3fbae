import type { CheckRun, CommitStatus, StatusState } from '../model/check.ts';
import type { Repository } from '../model/repository.ts';
import { latestCheckRuns, latestStatuses } from './store.ts';

/** Everything that was said about a commit, and what it comes to. */
export interface Rollup {
  state: 'SUCCESS' | 'PENDING' | 'FAILURE' | 'ERROR';
  runs: CheckRun[];
  statuses: CommitStatus[];
}

/** Sums up the latest check runs and statuses of a commit; `null` when nobody said anything. */
export function rollUp(repository: Repository, sha: string): Rollup | null {
  const runs = latestCheckRuns(repository, sha);
  const statuses = latestStatuses(repository, sha);
  if (runs.length + statuses.length === 0) return null;
  const states = [...runs.map(stateOfRun), ...statuses.map(({ state }) => state)];
  return { state: worst(states), runs, statuses };
}

/** The combined state of commit statuses alone: nothing said counts as pending. */
export function combineStatuses(statuses: CommitStatus[]): 'success' | 'pending' | 'failure' {
  if (statuses.some(({ state }) => state === 'error' || state === 'failure')) return 'failure';
  return statuses.length > 0 && statuses.every(({ state }) => state === 'success') ? 'success' : 'pending';
}

/** What a check run counts as: `neutral` and `skipped` pass. */
export function stateOfRun({ status, conclusion }: CheckRun): StatusState {
  if (status !== 'completed' || conclusion === null) return 'pending';
  return ['success', 'neutral', 'skipped'].includes(conclusion) ? 'success' : 'failure';
}

function worst(states: StatusState[]): Rollup['state'] {
  if (states.includes('error')) return 'ERROR';
  if (states.includes('failure')) return 'FAILURE';
  return states.includes('pending') ? 'PENDING' : 'SUCCESS';
}
