import { describe, expect, it } from 'vitest';
import { labelDefinitions, statusLabel } from '../../../src/domain/label.ts';
import {
  describeStatus,
  isFinal,
  STATUSES,
  statusAfter,
  TRANSITIONS,
  waitsForProd,
  type Status,
} from '../../../src/domain/status.ts';
import { aPolicy } from '../../support/builders.ts';

const NAMES: readonly Status[] = STATUSES.map(({ name }) => name);
const FLOWS = [1, 2] as const;

function reachable(flow: 1 | 2): Set<Status> {
  const seen = new Set<Status>(['submitted']);
  let size = 0;
  while (seen.size > size) {
    size = seen.size;
    for (const row of TRANSITIONS) {
      if (row.flow !== null && row.flow !== flow) continue;
      if (row.from.some((status) => seen.has(status))) seen.add(row.to);
    }
  }
  return seen;
}

describe('the statuses', () => {
  it('are the eleven of the product, in the order of the board', () => {
    expect(NAMES).toEqual([
      'submitted',
      'confirmed',
      'analyzing',
      'planned',
      'deployed_uat',
      'pending_prod',
      'deployed_prod',
      'pending_uat_merge',
      'uat_merged',
      'closed',
      'rejected',
    ]);
  });

  it('each have a colour of their own', () => {
    const colors = STATUSES.map(({ color }) => color);
    expect(new Set(colors).size).toBe(11);
    for (const color of colors) expect(color).toMatch(/^[0-9a-f]{6}$/u);
  });

  it.each(FLOWS)('of Flow %i are those that the transitions reach in it', (flow) => {
    const said = STATUSES.filter((row) => (row.flows as readonly number[]).includes(flow)).map(
      ({ name }) => name,
    );
    expect([...reachable(flow)].toSorted()).toEqual(said.toSorted());
  });

  it.each(NAMES)('%s is described by its own row', (name) => {
    expect(describeStatus(name).name).toBe(name);
  });
});

describe('the transitions', () => {
  it.each(TRANSITIONS)('$event leads from and to statuses that exist, in its flow', (row) => {
    for (const status of [...row.from, row.to]) {
      expect(NAMES).toContain(status);
      if (row.flow !== null) expect(describeStatus(status).flows).toContain(row.flow);
    }
    expect(row.from.length).toBeGreaterThan(0);
    expect(new Set(row.from).size).toBe(row.from.length);
  });

  it('leave one answer for an event, a status and a flow', () => {
    for (const event of new Set(TRANSITIONS.map((row) => row.event))) {
      for (const flow of FLOWS) {
        for (const status of NAMES) {
          const ways = TRANSITIONS.filter(
            (row) =>
              row.event === event && row.from.includes(status) && (row.flow === null || row.flow === flow),
          );
          expect(ways.length, `${event} from ${status} in Flow ${flow}`).toBeLessThanOrEqual(1);
        }
      }
    }
  });

  it.each(FLOWS)('give every status of Flow %i that is not final a way out other than closing', (flow) => {
    for (const status of reachable(flow)) {
      if (isFinal(status, flow)) continue;
      const out = TRANSITIONS.filter(
        (row) =>
          row.event !== 'close' &&
          row.to !== status &&
          row.from.includes(status) &&
          (row.flow === null || row.flow === flow),
      );
      expect(out, status).not.toEqual([]);
    }
  });

  it.each(FLOWS)('let nothing but closing and a rollback move a final status of Flow %i', (flow) => {
    for (const status of NAMES.filter((name) => isFinal(name, flow))) {
      const events = TRANSITIONS.filter((row) => statusAfter(row.event, status, flow) !== null).map(
        ({ event }) => event,
      );
      expect(
        events.filter((event) => event !== 'close' && event !== 'roll_back'),
        status,
      ).toEqual([]);
    }
  });

  it.each(['closed', 'rejected'] as const)('lead nowhere from %s', (status) => {
    expect(TRANSITIONS.filter((row) => row.from.includes(status))).toEqual([]);
  });

  it('let only an admin or the system bring a bug towards PROD', () => {
    const towardsProd = TRANSITIONS.filter((row) => ['pending_prod', 'deployed_prod'].includes(row.to));
    expect(towardsProd.length).toBeGreaterThan(0);
    expect(towardsProd.filter((row) => row.by === 'responder')).toEqual([]);
  });
});

describe('statusAfter', () => {
  it.each([
    ['approve_prod', 'deployed_uat', 1, 'pending_prod'],
    ['approve_prod', 'deployed_uat', 2, null],
    ['approve_prod', 'planned', 1, null],
    ['withdraw_prod', 'pending_prod', 1, 'deployed_uat'],
    ['withdraw_prod', 'pending_prod', 2, 'planned'],
    ['queue_for_prod', 'planned', 2, 'pending_prod'],
    ['queue_for_prod', 'planned', 1, null],
    ['deploy_uat', 'planned', null, null],
    ['deploy_prod', 'pending_prod', 1, 'deployed_prod'],
    ['deploy_prod', 'planned', 2, null],
    ['approve_uat_merge', 'deployed_prod', 1, null],
    ['approve_uat_merge', 'deployed_prod', 2, 'pending_uat_merge'],
    ['merge_uat', 'pending_uat_merge', 2, 'uat_merged'],
    ['close', 'uat_merged', 2, 'closed'],
    ['close', 'rejected', null, null],
    ['confirm', 'deployed_uat', 1, 'confirmed'],
    ['confirm', 'deployed_prod', 1, null],
  ] as const)('%s from %s in Flow %s gives %s', (...row) => {
    const [event, from, flow, to] = row;
    expect(statusAfter(event, from, flow)).toBe(to);
  });
});

describe('isFinal', () => {
  it('ends Flow 1 on PROD and Flow 2 back on UAT', () => {
    expect(isFinal('deployed_prod', 1)).toBe(true);
    expect(isFinal('deployed_prod', 2)).toBe(false);
    expect(isFinal('pending_uat_merge', 2)).toBe(false);
    expect(isFinal('uat_merged', 2)).toBe(true);
  });

  it('holds for what people ended, whatever the flow', () => {
    for (const flow of [null, 1, 2] as const) {
      expect(isFinal('closed', flow)).toBe(true);
      expect(isFinal('rejected', flow)).toBe(true);
    }
  });
});

describe('waitsForProd', () => {
  it('holds up to the queue for PROD and not from there on', () => {
    expect(NAMES.filter(waitsForProd)).toEqual([
      'submitted',
      'confirmed',
      'analyzing',
      'planned',
      'deployed_uat',
      'pending_prod',
    ]);
  });
});

describe('the label definitions', () => {
  const definitions = labelDefinitions(aPolicy());

  it('fit into the limits of GitHub', () => {
    for (const { name, color, description } of definitions) {
      expect(name.length, name).toBeLessThanOrEqual(50);
      expect(description.length, name).toBeLessThanOrEqual(100);
      expect(description, name).not.toBe('');
      expect(color, name).toMatch(/^[0-9a-f]{6}$/u);
    }
  });

  it('have one for every status, severity, environment and flow, and none twice', () => {
    const names = definitions.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([
        ...NAMES.map(statusLabel),
        'severity:low',
        'severity:medium',
        'severity:high',
        'severity:critical',
        'found-in:uat',
        'found-in:prod',
        'flow:1',
        'flow:2',
        'bug',
      ]),
    );
  });

  it('say of each severity whether a slot takes it', () => {
    const strict = labelDefinitions(aPolicy({ severity: { hotfix: ['medium', 'high', 'critical'] } }));
    const said = strict
      .filter(({ name }) => name.startsWith('severity:'))
      .map(({ name, description }) => [name, description]);
    expect(said).toEqual([
      ['severity:low', 'Goes through the slots'],
      ['severity:medium', 'Hotfix path, never a slot'],
      ['severity:high', 'Hotfix path, never a slot'],
      ['severity:critical', 'Hotfix path, never a slot'],
    ]);
  });
});
