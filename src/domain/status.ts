import type { Flow } from './flow.ts';

/** Every status of a bug, in the order of the board. */
export const STATUSES = [
  {
    name: 'submitted',
    color: '8b949e',
    flows: [1, 2],
    meaning: 'Reported, awaiting review',
    next: 'An admin says `/confirm` or `/reject <reason>`',
  },
  {
    name: 'confirmed',
    color: '1f6feb',
    flows: [1, 2],
    meaning: 'Valid, in the pipeline',
    next: 'T1 analyses it',
  },
  {
    name: 'analyzing',
    color: '8957e5',
    flows: [1, 2],
    meaning: 'Analysis is running',
    next: 'Automatic',
  },
  {
    name: 'planned',
    color: '4f46e5',
    flows: [1, 2],
    meaning: 'Fix plan recorded',
    next: 'T1 takes it on once a fix is linked, reviewed and green',
  },
  {
    name: 'deployed_uat',
    color: '06b6d4',
    flows: [1],
    meaning: 'On UAT, awaiting validation',
    next: 'An admin says `/approve-prod`',
  },
  {
    name: 'pending_prod',
    color: 'eab308',
    flows: [1, 2],
    meaning: 'Queued for the next T2',
    next: 'T2 brings it to PROD',
  },
  {
    name: 'deployed_prod',
    color: '22c55e',
    flows: [1, 2],
    meaning: 'On PROD',
    next: 'Flow 1: done. Flow 2: an admin says `/approve-uat-merge`',
  },
  {
    name: 'pending_uat_merge',
    color: 'a855f7',
    flows: [2],
    meaning: 'Queued for the next T2, which brings it to UAT',
    next: 'T2 picks it onto UAT',
  },
  {
    name: 'uat_merged',
    color: '14b8a6',
    flows: [2],
    meaning: 'UAT has the fix too',
    next: 'Done',
  },
  { name: 'closed', color: '10b981', flows: [1, 2], meaning: 'Closed by hand', next: 'Done' },
  { name: 'rejected', color: 'ef4444', flows: [1, 2], meaning: 'Not a valid bug', next: 'Done' },
] as const;

export type Status = (typeof STATUSES)[number]['name'];

/** One way from a status to another. Nothing else moves a bug. */
export interface Transition {
  readonly event: BugEvent;
  readonly from: readonly Status[];
  readonly to: Status;
  /** `null`: in both flows, and before a flow is chosen. */
  readonly flow: Flow | null;
  /** Who moves it: people through a command of the same name, or the system in a slot. */
  readonly by: 'admin' | 'responder' | 'system';
}

export type BugEvent =
  | 'confirm'
  | 'reject'
  | 'close'
  | 'start_analysis'
  | 'record_plan'
  | 'queue_for_prod'
  | 'deploy_uat'
  | 'approve_prod'
  | 'withdraw_prod'
  | 'deploy_prod'
  | 'deploy_hotfix'
  | 'approve_uat_merge'
  | 'withdraw_uat_merge'
  | 'merge_uat'
  | 'roll_back';

const BEFORE_ANY_DEPLOY = ['submitted', 'confirmed', 'analyzing', 'planned'] as const;

/** THE transition table (PRODUCT sections 2, 4 and 5). */
export const TRANSITIONS: readonly Transition[] = [
  { event: 'confirm', from: ['submitted', 'confirmed', 'planned'], to: 'confirmed', flow: null, by: 'admin' },
  // The way out when the versions have moved apart since: the bug goes Flow 2 from here.
  { event: 'confirm', from: ['deployed_uat', 'pending_prod'], to: 'confirmed', flow: 1, by: 'admin' },
  { event: 'reject', from: BEFORE_ANY_DEPLOY, to: 'rejected', flow: null, by: 'admin' },
  { event: 'start_analysis', from: ['confirmed', 'planned'], to: 'analyzing', flow: null, by: 'responder' },
  { event: 'record_plan', from: ['confirmed', 'analyzing'], to: 'planned', flow: null, by: 'system' },
  { event: 'deploy_uat', from: ['planned'], to: 'deployed_uat', flow: 1, by: 'system' },
  { event: 'approve_prod', from: ['deployed_uat'], to: 'pending_prod', flow: 1, by: 'admin' },
  { event: 'withdraw_prod', from: ['pending_prod'], to: 'deployed_uat', flow: 1, by: 'admin' },
  { event: 'queue_for_prod', from: ['planned'], to: 'pending_prod', flow: 2, by: 'system' },
  { event: 'withdraw_prod', from: ['pending_prod'], to: 'planned', flow: 2, by: 'admin' },
  { event: 'deploy_prod', from: ['pending_prod'], to: 'deployed_prod', flow: null, by: 'system' },
  // A hotfix goes PROD first and waits for no slot.
  {
    event: 'deploy_hotfix',
    from: ['confirmed', 'analyzing', 'planned', 'pending_prod'],
    to: 'deployed_prod',
    flow: 2,
    by: 'system',
  },
  { event: 'approve_uat_merge', from: ['deployed_prod'], to: 'pending_uat_merge', flow: 2, by: 'admin' },
  { event: 'withdraw_uat_merge', from: ['pending_uat_merge'], to: 'deployed_prod', flow: 2, by: 'admin' },
  { event: 'merge_uat', from: ['pending_uat_merge'], to: 'uat_merged', flow: 2, by: 'system' },
  // What was taken off an environment begins again, whatever it had reached there.
  {
    event: 'roll_back',
    from: ['planned', 'deployed_uat', 'pending_prod', 'deployed_prod', 'pending_uat_merge', 'uat_merged'],
    to: 'confirmed',
    flow: null,
    by: 'system',
  },
  {
    event: 'close',
    from: [
      ...BEFORE_ANY_DEPLOY,
      'deployed_uat',
      'pending_prod',
      'deployed_prod',
      'pending_uat_merge',
      'uat_merged',
    ],
    to: 'closed',
    flow: null,
    by: 'admin',
  },
];

/** Gives the status that `event` leads to, `null` where the table has no such way. */
export function statusAfter(event: BugEvent, from: Status, flow: Flow | null): Status | null {
  const way = TRANSITIONS.find(
    (row) => row.event === event && row.from.includes(from) && (row.flow === null || row.flow === flow),
  );
  return way?.to ?? null;
}

const ENDED: readonly Status[] = ['closed', 'rejected', 'uat_merged'];

/** The statuses that end no flow, in the order of the way. */
export const UNDER_WAY: readonly Status[] = STATUSES.map(({ name }) => name).filter(
  (name) => !isOneOf(ENDED, name),
);

/** Tells whether the bug's way is over: nothing automatic happens to it any more. */
export function isFinal(status: Status, flow: Flow | null): boolean {
  if (isOneOf(ENDED, status)) return true;
  return status === 'deployed_prod' && flow === 1;
}

/** Tells whether a bug of this status is still to be brought to PROD, by whatever way. */
export function waitsForProd(status: Status): boolean {
  return status === 'deployed_uat' || status === 'pending_prod' || isOneOf(BEFORE_ANY_DEPLOY, status);
}

function isOneOf(statuses: readonly Status[], status: Status): boolean {
  return statuses.includes(status);
}

/** The row of the table for a status. */
export function describeStatus(status: Status): (typeof STATUSES)[number] {
  const row = STATUSES.find((each) => each.name === status);
  if (row === undefined) throw new Error(`no status named ${status}`);
  return row;
}
