import { describe, expect, test } from 'vitest';
import {
  completeChecklist,
  findOnCall,
  judgePreviousSlot,
  judgeValue,
  stoppingItems,
  USUAL_ITEMS,
} from '../../../src/domain/checklist.ts';
import type { ItemResult } from '../../../src/domain/probe.ts';
import type { HandledCommand } from '../../../src/domain/bug.ts';
import type { SlotRecord } from '../../../src/domain/slot.ts';
import { renderItems, renderStopping } from '../../../src/domain/text/checklist.ts';
import { aCalendar, NOW_MS } from '../../support/builders.ts';

const HOUR = 3_600_000;
const anItem = (changes: Partial<ItemResult> = {}): ItemResult => ({
  name: 'disk',
  state: 'passed',
  value: '40, has to be at least 20',
  atMs: NOW_MS,
  ...changes,
});

describe('a value', () => {
  test.each([
    [{ kind: 'min', value: 20 }, '20', 'passed', '20, has to be at least 20'],
    [{ kind: 'min', value: 20 }, 19.9, 'failed', '19.9, has to be at least 20'],
    [{ kind: 'max', value: 80 }, 80.1, 'failed', '80.1, has to be at most 80'],
    [{ kind: 'max', value: 80 }, 'many', 'unknown', '"many" is no number'],
    [{ kind: 'equals', value: 'ok' }, 'ok', 'passed', '"ok", has to be "ok"'],
    [{ kind: 'equals', value: true }, 'true', 'failed', '"true", has to be true'],
    [{ kind: 'max_age', ms: 24 * HOUR }, NOW_MS - 23 * HOUR, 'passed', '23 h old, has to be at most 1 d'],
    [{ kind: 'max_age', ms: 24 * HOUR }, NOW_MS - 30 * HOUR, 'failed', '1 d 6 h old, has to be at most 1 d'],
    [{ kind: 'max_age', ms: HOUR }, NOW_MS + HOUR, 'failed', `${NOW_MS + HOUR} lies ahead`],
    [{ kind: 'max_age', ms: HOUR }, '2026-11-20', 'unknown', '"2026-11-20" is no moment with a time zone'],
  ] as const)('%j: %j has %s', (...[rule, value, state, words]) => {
    expect(judgeValue(rule, value, NOW_MS)).toEqual({ state, value: words });
  });
});

describe('a checklist', () => {
  test('shows what nobody has configured as such, in the usual order, with own items last', () => {
    const results = completeChecklist([anItem({ name: 'moon' }), anItem()], NOW_MS);
    expect(results.map(({ name }) => name)).toEqual([...USUAL_ITEMS, 'moon']);
    const states = new Map(results.map(({ name, state }) => [name, state]));
    expect(states.get('backup')).toBe('not_configured');
    expect(states.get('disk')).toBe('passed');
    const table = renderItems(results, aCalendar());
    expect(table).toContain('| backup | ➖ not configured |  |  |');
  });

  test('is stopped by what has failed and by what is not known, and says which', () => {
    const results = completeChecklist(
      [
        anItem({ state: 'unknown', value: 'no answer within 10 s' }),
        anItem({ name: 'memory', state: 'failed', value: '91, has to be at most 80 @ada' }),
        anItem({ name: 'backup' }),
      ],
      NOW_MS,
    );
    expect(stoppingItems(results).map(({ name }) => name)).toEqual(['disk', 'memory']);
    const words = renderStopping(results);
    expect(words).toContain(
      'before anything was changed. **disk** is unknown: no answer within 10 s; **memory**: 91',
    );
    expect(words).not.toMatch(/@ada/u);
  });
});

const said = (changes: Partial<HandledCommand>): { commands: HandledCommand[] } => ({
  commands: [
    {
      key: 'comment-1',
      command: 'oncall',
      by: { id: 3, login: 'rea' },
      writtenAtMs: NOW_MS,
      outcome: 'done',
      reason: null,
      ...changes,
    },
  ],
});

describe('who is on call', () => {
  const find = (...bugs: { commands: HandledCommand[] }[]) =>
    findOnCall(bugs, '2026-11-20', { calendar: aCalendar(), nowMs: NOW_MS + HOUR });

  test('is whoever said so last on the day of the slot', () => {
    const later = said({ by: { id: 4, login: 'max' }, writtenAtMs: NOW_MS + 1 });
    expect(find(later, said({}))).toEqual({ by: { id: 4, login: 'max' }, atMs: NOW_MS + 1 });
  });

  test.each([
    ['was refused', { outcome: 'refused' }],
    ['said something else', { command: 'status' }],
    ['said so yesterday', { writtenAtMs: NOW_MS - 24 * HOUR }],
    ['will have said so', { writtenAtMs: NOW_MS + 2 * HOUR }],
  ] as const)('is nobody who %s', (_, changes) => {
    expect(find(said(changes))).toBeNull();
  });
});

const aSlot = (changes: Partial<SlotRecord>): SlotRecord => ({
  id: '2026-11-20/T1',
  kind: 'T1',
  state: 'done',
  claim: null,
  latestStartMs: NOW_MS - 2 * HOUR,
  finishedAtMs: NOW_MS,
  stages: [],
  outcomes: [],
  reason: null,
  unsafe: null,
  ...changes,
});

const judge = (...slots: SlotRecord[]) => judgePreviousSlot(slots, '2026-11-20/T2', NOW_MS);

describe('the slot before', () => {
  test('is clean when it is done or was skipped, or there was none', () => {
    expect(judge(aSlot({}))).toEqual({ state: 'passed', value: '2026-11-20/T1 is done' });
    expect(judge(aSlot({ state: 'skipped' })).state).toBe('passed');
    expect(judge().state).toBe('passed');
    expect(judge(aSlot({ id: '2026-11-20/T2', state: 'failed' })).state).toBe('passed');
  });

  test('is not when it failed, or is still under way', () => {
    expect(judge(aSlot({ state: 'failed' }), aSlot({ id: '2026-11-19/T2' }))).toEqual({
      state: 'failed',
      value: '2026-11-20/T1 is failed',
    });
    expect(judge(aSlot({ state: 'running' })).state).toBe('failed');
  });

  test('does not stop those after it for good: neither by its own checklist, nor after a day', () => {
    const outcomes = [{ bug: 12, outcome: 'failed', reason: 'checklist_failed', message: '' } as const];
    expect(judge(aSlot({ state: 'failed', outcomes })).state).toBe('passed');
    expect(judge(aSlot({ state: 'failed', latestStartMs: NOW_MS - 25 * HOUR })).state).toBe('passed');
  });
});
