import type { CheckConclusion, CheckRun } from '../model/check.ts';

/** Worst first: the first that a run of the suite has is the suite's. */
const BY_WEIGHT: CheckConclusion[] = [
  'action_required',
  'timed_out',
  'failure',
  'cancelled',
  'success',
  'neutral',
  'skipped',
];

/** How a suite stands, from its runs. */
export function combineRuns(runs: CheckRun[]): {
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: CheckConclusion | null;
} {
  if (runs.length === 0) return { status: 'queued', conclusion: null };
  if (runs.every((run) => run.status === 'completed')) {
    const conclusion = BY_WEIGHT.find((one) => runs.some((run) => run.conclusion === one)) ?? null;
    return { status: 'completed', conclusion };
  }
  const begun = runs.some((run) => run.status === 'completed' || run.status === 'in_progress');
  return { status: begun ? 'in_progress' : 'queued', conclusion: null };
}
