import type { Alert } from './alert.ts';
import { landingsOn, type Bug } from './bug.ts';
import { fixedByHotfix, hotfixAlertKey, isBreached, orderOf, type Sla } from './hotfix.ts';
import type { LedgerState } from './ledger.ts';
import type { Release } from './release.ts';

/** The ledger beside the bug, as far as a hotfix is about it. */
export type HotfixLedger = Pick<LedgerState, 'releases' | 'alerts' | 'outbox'>;

/** The items of PRODUCT section 8, in the order in which they come true. */
export type HotfixItem =
  | 'severity'
  | 'told'
  | 'in_time'
  | 'smoke'
  | 'status'
  | 'stakeholders'
  | 'note'
  | 'uat'
  | 'review';

/** Which items are true, as the ledger tells; nothing of it is kept anywhere. */
export function hotfixChecklist(
  bug: Bug,
  { sla, ledger }: { readonly sla: Sla; readonly ledger: HotfixLedger },
): ReadonlyMap<HotfixItem, boolean> {
  const fixedAtMs = fixedByHotfix(bug);
  const isOrdered = orderOf(bug) !== null;
  const isTold = [...ledger.outbox.keys()].every((id) => !id.startsWith(`message-hotfix-${bug.number}-`));
  const items: [HotfixItem, boolean][] = [
    ['severity', isOrdered],
    ['told', (orderOf(bug)?.told.length ?? 0) > 0],
    ['in_time', fixedAtMs !== null && !isBreached(sla, fixedAtMs)],
    ['smoke', isTriedOut(liveHotfix(bug, ledger))],
    ['status', fixedAtMs !== null],
    ['stakeholders', fixedAtMs !== null && isTold],
    ['note', bug.hotfix !== null && bug.hotfix.note !== null],
    ['uat', fixedAtMs !== null && (bug.status === 'uat_merged' || landingsOn(bug, 'uat').length > 0)],
  ];
  const review: [HotfixItem, boolean][] =
    sla.priority === 'P1' ? [['review', reviewOf(bug, ledger) !== null]] : [];
  return new Map([...items, ...review]);
}

/** The release by which the fix came to PROD; `null`: none has, or the newest releases do not go back so far. */
export function liveHotfix({ number }: Bug, { releases }: Pick<HotfixLedger, 'releases'>): Release | null {
  const live = [...releases.values()].filter(
    ({ hotfix, state }) => hotfix?.bug === number && state === 'live',
  );
  return live.at(-1) ?? null;
}

function isTriedOut(release: Release | null): boolean {
  return release?.steps.some(({ key, state }) => key === 'smoke' && state === 'done') === true;
}

/** The review of a P1; `null` before it was scheduled. */
export function reviewOf(bug: Bug, { alerts }: Pick<HotfixLedger, 'alerts'>): Alert | null {
  const fixedAtMs = fixedByHotfix(bug);
  return fixedAtMs === null
    ? null
    : (alerts.get(hotfixAlertKey('incident-review', bug.number, fixedAtMs)) ?? null);
}
