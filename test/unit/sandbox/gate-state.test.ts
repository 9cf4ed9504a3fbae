import { expect, test } from 'vitest';
import type { Gate } from '../../../src/sandbox/actions/gate/model.ts';
import { outcomeOf, shutGates } from '../../../src/sandbox/actions/gate/state.ts';
import type { WorkflowRun } from '../../../src/sandbox/actions/model.ts';

const aGate = (more: Partial<Gate> = {}): Gate => ({
  id: 1,
  environmentId: 2,
  environment: 'prod',
  attempt: 1,
  jobIds: [],
  openedAt: '2026-11-20T19:00:00Z',
  expiresAtMs: 1000,
  waitTimer: null,
  review: null,
  customRules: [],
  outcome: null,
  ...more,
});

const aRule = (state: 'pending' | 'approved' | 'rejected') => ({ appId: 1, state, reports: [] });
const aReview = (approved: boolean) => ({ reviewers: [], preventSelfReview: false, approved });

test.each<[string, Partial<Gate>, number, string | null]>([
  ['all agree', { customRules: [aRule('approved')], review: aReview(true) }, 0, 'approved'],
  ['one App is still out', { customRules: [aRule('approved'), aRule('pending')] }, 0, null],
  ['one App says no, whatever else', { customRules: [aRule('rejected'), aRule('pending')] }, 0, 'rejected'],
  ['nobody reviewed', { review: aReview(false) }, 0, null],
  ['the timer runs', { waitTimer: { minutes: 1, endsAtMs: 500 } }, 499, null],
  ['the timer is over', { waitTimer: { minutes: 1, endsAtMs: 500 } }, 500, 'approved'],
  ['time is up', { review: aReview(false) }, 1000, 'expired'],
  ['time is up, but all agree', { review: aReview(true) }, 1000, 'approved'],
])('%s', (...[_what, gate, nowMs, outcome]) => {
  expect(outcomeOf(aGate(gate), nowMs)).toBe(outcome);
});

test('only gates of the attempt under way, and not yet left, are shut', () => {
  const gates = [
    aGate({ id: 1 }),
    aGate({ id: 2, attempt: 2 }),
    aGate({ id: 3, attempt: 2, outcome: 'approved' }),
  ];
  const shut = (status: WorkflowRun['status']) =>
    shutGates({ gates, attempt: 2, status }).map((gate) => gate.id);
  expect(shut('waiting')).toEqual([2]);
  expect(shut('completed')).toEqual([]);
});
