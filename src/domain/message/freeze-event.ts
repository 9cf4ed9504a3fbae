import { freezeOn, type Freeze, type FreezeFacts, type SaidFreeze } from '../freeze.ts';
import type { Commit } from './commit.ts';
import type { MessageEvent } from './event.ts';

/** What a commit says of freezes: those that were said, and those that were lifted before their time. */
export function saidFreezeEvents({ before, writes, nowMs }: Commit): MessageEvent[] {
  const { freezes } = writes;
  if (freezes === undefined) return [];
  const said = freezes.filter((freeze) => !isIn(before.freezes, freeze));
  const lifted = before.freezes.filter(
    (freeze) => !isIn(freezes, freeze) && (freeze.untilMs === null || freeze.untilMs > nowMs),
  );
  const who = writes.bugs
    ?.flatMap(({ commands }) => commands)
    .findLast(({ command }) => command === 'unfreeze');
  return [
    ...said.map((freeze) => begun(freeze, freeze.by.login)),
    ...lifted.map((freeze) => ended(freeze, who?.by.login ?? '')),
  ];
}

function isIn(list: readonly SaidFreeze[], freeze: SaidFreeze): boolean {
  return list.some(({ fromMs, by }) => fromMs === freeze.fromMs && by.id === freeze.by.id);
}

/** The time since somebody looked: `fromMs` excluded, `toMs` included. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Freezes that began or ended by the clock alone: those of the configuration, where they stop everything, and those that
 * were said and are over now.
 */
export function timedFreezeEvents(facts: FreezeFacts, { fromMs, toMs }: Span): MessageEvent[] {
  const configured = { ...facts, said: [] };
  const before = freezeOn(configured, 'everything', fromMs);
  const now = freezeOn(configured, 'everything', toMs);
  const over = facts.said.filter(({ untilMs }) => untilMs !== null && fromMs < untilMs && untilMs <= toMs);
  const isFree = freezeOn(facts, 'everything', toMs) === null;
  return [
    ...(before === null && now !== null ? [begun(now, '')] : []),
    ...(isFree ? [...over, ...(before === null ? [] : [before])] : []).map((each) => ended(each, '')),
  ];
}

function begun(freeze: Freeze, who: string): MessageEvent {
  const { level, reason, fromMs, untilMs } = freeze;
  const until = untilMs === null ? ({ word: 'lifted' } as const) : { atMs: untilMs };
  const facts = { what: whatOf(freeze), level: { word: level }, reason, until, who };
  return { kind: 'freeze_on', key: String(fromMs), facts };
}

function ended(freeze: Freeze, who: string): MessageEvent {
  const facts = { what: whatOf(freeze), reason: freeze.reason, who };
  return { kind: 'freeze_off', key: String(freeze.fromMs), facts };
}

function whatOf({ parts }: Freeze) {
  return parts.length === 0 ? ({ word: 'everything' } as const) : parts.join(', ');
}
