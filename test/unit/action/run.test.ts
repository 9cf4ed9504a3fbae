import { expect, test } from 'vitest';
import { readRun, type Job } from '../../../action/run.ts';

const aJob = (changes: Partial<Job> = {}): Job => ({
  runId: 7,
  runAttempt: 2,
  eventName: 'workflow_dispatch',
  ref: 'refs/heads/main',
  workflowRef: 'acme/shop/.github/workflows/tonic-t2.yml@refs/heads/main',
  defaultBranch: 'main',
  ...changes,
});

test('a run is told by its number, attempt, event and workflow file', () => {
  expect(readRun(aJob())).toMatchObject({
    id: 7,
    attempt: 2,
    origin: {
      event: 'workflow_dispatch',
      workflowPath: '.github/workflows/tonic-t2.yml@refs/heads/main',
      isOnDefaultBranch: true,
    },
  });
});

test.each<[string, boolean, Partial<Job>]>([
  ['another branch', false, { ref: 'refs/heads/feature' }],
  ['a tag of that name', false, { ref: 'refs/tags/main' }],
  ['a schedule, whose event names no branch', true, { eventName: 'schedule', defaultBranch: undefined }],
  ['an event that names no branch', false, { defaultBranch: undefined }],
])('%s is on the default branch: %s', (_, expected, changes) => {
  expect(readRun(aJob(changes)).origin?.isOnDefaultBranch).toBe(expected);
});
