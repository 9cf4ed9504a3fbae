import type { Bug } from '../bug.ts';
import { nextSlot } from '../calendar.ts';
import type { FreezeFacts } from '../freeze.ts';
import type { LedgerState } from '../ledger.ts';
import type { NotifyPolicy } from './channel.ts';
import { comingT2, named } from './commit.ts';
import type { MessageEvent } from './event.ts';
import { timedFreezeEvents } from './freeze-event.ts';

/** What the clock alone can make worth telling. */
export interface ClockFacts {
  readonly state: LedgerState;
  readonly freezes: FreezeFacts;
  readonly notify: NotifyPolicy;
  readonly nowMs: number;
}

const REMINDED_BEFORE_MS = 30 * 60_000;

/** What came due longer ago, while nobody looked, is news no more. */
const LOOK_BACK_MS = 2 * 3_600_000;

/**
 * What came due by the clock since people were told last: approvals that are still open half an hour before T2, the
 * digest of the day, freezes that begin or end. Each is said once, because saying it moves `saidUpToMs`.
 */
export function clockEvents(facts: ClockFacts): MessageEvent[] {
  const saidMs = facts.state.watermark?.saidUpToMs ?? 0;
  const fromMs = Math.max(saidMs, facts.nowMs - LOOK_BACK_MS);
  return [
    ...reminder(facts, fromMs),
    ...digest(facts, fromMs),
    ...timedFreezeEvents(facts.freezes, { fromMs, toMs: facts.nowMs }),
  ];
}

function reminder({ state, freezes, nowMs }: ClockFacts, fromMs: number): MessageEvent[] {
  const slot = nextSlot(freezes.calendar, 'T2', nowMs);
  const dueMs = slot.startsAtMs - REMINDED_BEFORE_MS;
  const open = openApprovals(state);
  if (nowMs < dueMs || dueMs <= fromMs || open.validate.bugs.length + open.merge.bugs.length === 0) return [];
  const left = { forMs: slot.startsAtMs - nowMs };
  const facts = { slot: slot.id, at: { atMs: slot.startsAtMs }, left, ...open };
  return [{ kind: 'cutoff_reminder', key: slot.id.replace('/', '-'), facts, untilMs: slot.startsAtMs }];
}

/** What an admin can still approve for the next T2. */
function openApprovals(state: LedgerState) {
  const of = pick(state);
  return {
    validate: of(({ status, uatOnly }) => status === 'deployed_uat' && !uatOnly),
    merge: of(({ status, flow }) => status === 'deployed_prod' && flow === 2),
  };
}

function digest({ state, freezes, notify, nowMs }: ClockFacts, fromMs: number): MessageEvent[] {
  const { zone } = freezes.calendar;
  if (notify.digestAt === null) return [];
  const day = zone.toLocal(nowMs).date;
  const dueMs = zone.toEpochMs(day, notify.digestAt);
  const of = pick(state);
  const lists = {
    reported: of(({ status }) => status === 'submitted'),
    planned: of(({ status }) => ['confirmed', 'analyzing', 'planned'].includes(status)),
    ...openApprovals(state),
    queued: of(({ status }) => status === 'pending_prod' || status === 'pending_uat_merge'),
    held: of(({ hold }) => hold !== null),
  };
  const isEmpty = Object.values(lists).every(({ bugs }) => bugs.length === 0);
  if (nowMs < dueMs || dueMs <= fromMs || isEmpty) return [];
  const facts = { day, ...lists, ...comingT2({ calendar: freezes.calendar, nowMs }) };
  return [{ kind: 'digest', key: day, facts }];
}

function pick(state: LedgerState) {
  return (isMeant: (bug: Bug) => boolean) =>
    named({ before: state, writes: {} }, [...state.bugs.values()].filter(isMeant));
}
