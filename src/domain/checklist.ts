import type { Bug } from './bug.ts';
import type { SlotCalendar } from './calendar.ts';
import { readNumber } from './metric.ts';
import type { Person } from './person.ts';
import type { ItemResult, Rule } from './probe.ts';
import type { SlotRecord } from './slot.ts';
import { readTimestamp } from './timestamp.ts';
import { renderDuration } from './text/time.ts';

/** What a checklist usually has (PRODUCT section 10.2), in the order in which it is shown. */
export const USUAL_ITEMS = [
  'backup',
  'monitoring',
  'on_call',
  'freeze',
  'rollback_path',
  'dependencies',
  'disk',
  'memory',
  'incidents',
  'previous_slot',
] as const;

/** A finding without its name and time. */
export type Finding = Pick<ItemResult, 'state' | 'value'>;

const LONGEST_VALUE = 300;

/** A finding; whatever was seen is cut. */
export function found(state: ItemResult['state'], value: string): Finding {
  return { state, value: value.slice(0, LONGEST_VALUE) };
}

/** Clocks of servers differ by this much. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Holds a value that was found against a rule; one that the rule cannot be asked about is unknown. */
export function judgeValue(rule: Rule, value: unknown, nowMs: number): Finding {
  switch (rule.kind) {
    case 'equals':
      return found(
        value === rule.value ? 'passed' : 'failed',
        `${show(value)}, has to be ${show(rule.value)}`,
      );
    case 'max_age':
      return judgeAge(rule.ms, readTimestamp(value), { value, nowMs });
    case 'min':
    case 'max': {
      const number = readNumber(value);
      if (number === null) return found('unknown', `${show(value)} is no number`);
      const isKept = rule.kind === 'min' ? number >= rule.value : number <= rule.value;
      const words = `${number}, has to be ${rule.kind === 'min' ? 'at least' : 'at most'} ${rule.value}`;
      return found(isKept ? 'passed' : 'failed', words);
    }
    default:
      return rule satisfies never;
  }
}

function judgeAge(
  mostMs: number,
  atMs: number | null,
  { value, nowMs }: { readonly value: unknown; readonly nowMs: number },
): Finding {
  if (atMs === null) return found('unknown', `${show(value)} is no moment with a time zone`);
  const ageMs = nowMs - atMs;
  if (ageMs < -CLOCK_SKEW_MS) return found('failed', `${show(value)} lies ahead`);
  const words = `${renderDuration(Math.max(0, ageMs))} old, has to be at most ${renderDuration(mostMs)}`;
  return found(ageMs <= mostMs ? 'passed' : 'failed', words);
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** Puts findings in the order of the usual list; what nobody has configured is told as such, never as passed. */
export function completeChecklist(results: readonly ItemResult[], nowMs: number): readonly ItemResult[] {
  const usual = USUAL_ITEMS.map(
    (name) =>
      results.find((each) => each.name === name) ??
      ({ name, state: 'not_configured', value: '', atMs: nowMs } as const),
  );
  const own = results.filter(({ name }) => USUAL_ITEMS.every((each) => each !== name));
  return [...usual, ...own];
}

/** The items that stop a deploy: what is not known may be anything. */
export function stoppingItems(results: readonly ItemResult[]): readonly ItemResult[] {
  return results.filter(({ state }) => state === 'failed' || state === 'unknown');
}

/** Whoever has said `/oncall` last on a local day, up to `nowMs`; `null`: nobody. */
export function findOnCall(
  bugs: Iterable<Pick<Bug, 'commands'>>,
  date: string,
  { calendar, nowMs }: { readonly calendar: SlotCalendar; readonly nowMs: number },
): { readonly by: Person; readonly atMs: number } | null {
  const said = [...bugs]
    .flatMap(({ commands }) => commands)
    .filter(({ command, outcome }) => command === 'oncall' && outcome === 'done')
    .filter(({ writtenAtMs }) => writtenAtMs <= nowMs && calendar.zone.toLocal(writtenAtMs).date === date)
    .toSorted((left, right) => left.writtenAtMs - right.writtenAtMs);
  const last = said.at(-1);
  return last === undefined ? null : { by: last.by, atMs: last.writtenAtMs };
}

/** What was wrong longer ago has been seen by people since. */
const REMEMBERED_MS = 24 * 3_600_000;

/**
 * How the slot before this one went. Only the last day counts, or one failure would stop all slots for good; slots that
 * only a checklist has stopped are passed over.
 */
export function judgePreviousSlot(slots: Iterable<SlotRecord>, own: string | null, nowMs: number): Finding {
  const before = [...slots]
    .filter(({ id, latestStartMs }) => (own === null || id < own) && latestStartMs > nowMs - REMEMBERED_MS)
    .filter((slot) => !isStoppedByChecklist(slot))
    .toSorted((left, right) => (left.id < right.id ? 1 : -1));
  const [last] = before;
  if (last === undefined) return found('passed', 'none within a day');
  const isClean = last.state === 'done' || last.state === 'skipped';
  return found(isClean ? 'passed' : 'failed', `${last.id} is ${last.state}`);
}

function isStoppedByChecklist({ state, outcomes }: SlotRecord): boolean {
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed');
  return (
    state === 'failed' && failed.length > 0 && failed.every(({ reason }) => reason === 'checklist_failed')
  );
}
