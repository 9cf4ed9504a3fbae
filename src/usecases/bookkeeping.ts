import type { Alert } from '../domain/alert.ts';
import type { Bug } from '../domain/bug.ts';
import type { SlotKind } from '../domain/calendar.ts';
import type { LedgerState, LedgerWrites } from '../domain/ledger.ts';
import type { EnvironmentName } from '../domain/policy.ts';
import { firstWatermark, moveWatermark, withTips, type SeenTip } from '../domain/watermark.ts';
import type { LedgerFailure } from '../ports/ledger.ts';
import { createGateMemory, type GateMemory } from './gate/gate-memory.ts';
import { createMigrationMemory, type MigrationMemory } from './gate/migration-memory.ts';

/**
 * Done in the world and not yet in the ledger: effects to strike out, cards that were posted. It rides on the next
 * commit instead of costing one; what a crash loses is found again by its marker.
 */
export interface Bookkeeping {
  /** How far this process has read issues and comments; `null` before the first time. */
  readUpToMs: number | null;
  /** The same for issues that are no bugs. */
  othersReadUpToMs: number | null;
  /** When this process last looked at every bug; `null` before the first time. */
  allReadAtMs: number | null;
  readonly struck: Set<string>;
  /** Comment ids of status cards, by issue. */
  readonly cards: Map<number, number>;
  /** Alerts whose issues were opened, by key. */
  readonly alerts: Map<string, Alert>;
  /** Keys of alerts that were not raised, as an admin did it. */
  readonly byAdmins: Set<string>;
  /** Where the branches of the environments were when this process looked last. */
  readonly tips: Map<EnvironmentName, SeenTip>;
  /** Whose checklists were looked at ahead of the slot: the slot and the bugs that waited for it. */
  readonly lookedAhead: Map<SlotKind, string>;
  /** Why the ledger is not written: it was found older than what is known to have been in it. */
  distrust: LedgerFailure | null;
  /** Pull requests whose check this process has reported. */
  readonly gates: GateMemory;
  /** What migrations it found in pull requests. */
  readonly migrations: MigrationMemory;
}

/** Nothing done yet. */
export function createBookkeeping(): Bookkeeping {
  return {
    readUpToMs: null,
    othersReadUpToMs: null,
    allReadAtMs: null,
    struck: new Set(),
    cards: new Map(),
    alerts: new Map(),
    byAdmins: new Set(),
    tips: new Map(),
    lookedAhead: new Map(),
    distrust: null,
    gates: createGateMemory(),
    migrations: createMigrationMemory(),
  };
}

/** The card of a bug: what the ledger knows, or what this process posted since. */
export function cardOf(bookkeeping: Bookkeeping, bug: Bug): number | null {
  return bookkeeping.cards.get(bug.number) ?? bug.cardCommentId;
}

/** Adds what is not written down yet to some writes. */
export function withBookkeeping(
  bookkeeping: Bookkeeping,
  state: LedgerState,
  { writes, nowMs }: { readonly writes: LedgerWrites; readonly nowMs: number },
): LedgerWrites {
  const struck = [...bookkeeping.struck].filter((id) => state.outbox.has(id));
  const from = writes.watermark ?? state.watermark ?? firstWatermark(nowMs);
  const read = withTips(moveWatermark(from, bookkeeping), bookkeeping.tips);
  return {
    ...writes,
    bugs: withCards(bookkeeping, state, writes.bugs ?? []),
    alerts: withIssues(bookkeeping, state, writes.alerts ?? []),
    struck: [...(writes.struck ?? []), ...struck],
    watermark: { ...read, commits: from.commits + 1 },
  };
}

/** Bugs that are written, and those whose card is newer than what the ledger knows. */
function withCards({ cards }: Bookkeeping, state: LedgerState, bugs: readonly Bug[]): Bug[] {
  const written = new Map(bugs.map((bug) => [bug.number, bug]));
  for (const [number, cardCommentId] of cards) {
    const bug = written.get(number) ?? state.bugs.get(number);
    if (bug !== undefined && bug.cardCommentId !== cardCommentId)
      written.set(number, { ...bug, cardCommentId });
  }
  return [...written.values()];
}

/** Alerts that are written, and those whose issue was opened since, perhaps while the ledger could not be written. */
function withIssues({ alerts }: Bookkeeping, state: LedgerState, written: readonly Alert[]): Alert[] {
  const opened = [...alerts.values()].filter(({ key, issue }) => state.alerts.get(key)?.issue !== issue);
  const isOpened = ({ key }: Alert) => opened.some((each) => each.key === key);
  return [...written.filter((alert) => !isOpened(alert)), ...opened];
}

/** Tells whether something was done, or a branch was seen to have moved, that no commit has written down. */
export function hasUnwritten({ struck, cards, alerts, tips }: Bookkeeping, state: LedgerState): boolean {
  return struck.size + cards.size + alerts.size > 0 || hasNewTip(tips, state);
}

/** What is deployed the ledger has anyway. */
function hasNewTip(tips: Bookkeeping['tips'], { environments, watermark }: LedgerState): boolean {
  const known = watermark ?? firstWatermark(0);
  const seen = [...tips].filter(([name, { tip }]) => environments.get(name)?.deployed?.commit !== tip);
  return withTips(known, seen) !== known;
}

/** Where the ledger has a branch last: as somebody saw it, or as it was deployed since. */
export function lastTip({ environments, watermark }: LedgerState, name: EnvironmentName): SeenTip | null {
  const seen = watermark?.tips[name] ?? null;
  const deployed = environments.get(name)?.deployed ?? null;
  if (deployed === null || (seen !== null && seen.atMs > deployed.atMs)) return seen;
  return { tip: deployed.commit, atMs: deployed.atMs };
}

/** Forgets what the ledger has, whoever wrote it down. */
export function settle({ struck, cards, alerts }: Bookkeeping, state: LedgerState): void {
  for (const id of struck) if (!state.outbox.has(id)) struck.delete(id);
  for (const [number, commentId] of cards) {
    if (state.bugs.get(number)?.cardCommentId === commentId) cards.delete(number);
  }
  for (const [key, alert] of alerts) if (state.alerts.get(key)?.issue === alert.issue) alerts.delete(key);
}
