import { beforeEach, describe, expect, it } from 'vitest';
import { renderReport } from '../../../src/domain/text/slot.ts';
import type { BranchRule } from '../../../src/domain/setup/facts.ts';
import { previewSlot } from '../../../src/usecases/slot/preview-slot.ts';
import type { RunStart } from '../../../src/domain/setup/unsafe-word.ts';
import { personIn } from '../../support/fake-world.ts';
import { aGuardedRepository } from '../../support/a-setup.ts';
import {
  alertsOn,
  answersOn,
  bugIn,
  bugOnUat,
  changeRules,
  createShop,
  dropGate,
  nextNoon,
  outcomeIn,
  say,
  slot,
  type Shop,
} from './support.ts';

let shop: Shop;
let bug: number;
beforeEach(async () => {
  shop = createShop();
  bug = await bugOnUat(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
});

describe('T2 with nothing that guards PROD', () => {
  beforeEach(() => dropGate(shop));

  it('does not deploy there, and tells the bug what is missing', async () => {
    const before = shop.git.branches.get('main');
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held setup_unsafe');
    expect(shop.git.branches.get('main')).toBe(before);
    expect(shop.deploys.filter((line) => line.startsWith('prod'))).toEqual([]);
    expect(bugIn(shop, bug).status).toBe('pending_prod');
    expect(answersOn(shop, bug).at(-1)).toMatch(
      /PROD is not guarded.*main takes commits without.*tonic doctor/u,
    );
  });

  it('tells the admins once', async () => {
    await slot(shop, 'T2');
    shop.world.clock.advance(24 * 3_600_000);
    await slot(shop, 'T2');
    expect(alertsOn(shop)).toMatchObject([{ title: 'PROD is not guarded: no slot deploys to it' }]);
    expect(alertsOn(shop)[0]?.body).toContain('(`main`)');
  });

  it('deploys the next night, once it was mended', async () => {
    await slot(shop, 'T2');
    shop.world.guards = aGuardedRepository();
    shop.world.clock.advance(24 * 3_600_000);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
  });

  it('says so in the preview', async () => {
    const preview = await previewSlot(shop.open(), 'T2');
    expect(preview.outcomes).toMatchObject([{ outcome: 'held', reason: 'setup_unsafe' }]);
  });

  it('deploys where somebody wrote down why, and keeps that in the record and the report', async () => {
    const unsafeReason = 'This plan has no <b>rulesets</b>';
    const result = await slot(shop, 'T2', { unsafeReason });
    expect(outcomeIn(result, bug)).toBe('deployed');
    expect(alertsOn(shop)).toEqual([]);
    const record = shop.ledger.state().slots.get('2026-11-20/T2');
    expect(record?.unsafe).toEqual({ reason: unsafeReason, findings: ['gate_required main'] });
    if (record === undefined) throw new Error('T2 is on record');
    const report = renderReport(record);
    expect(report).toContain('PROD was deployed to although it is not guarded');
    expect(report).toContain('gate&#95;required main');
    expect(report).not.toContain('<b>');
  });
});

/** Who has started the run, and who once more. */
function by(login: string, again: string | null = null, event = 'workflow_dispatch'): RunStart {
  const next = again === null ? null : personIn(shop.world, again);
  return { event, by: personIn(shop.world, login), again: next };
}

describe('a reason to deploy to PROD though nothing guards it', () => {
  const unsafeReason = 'I cannot wait';
  const takeSlot = async (start: RunStart) => outcomeIn(await slot(shop, 'T2', { unsafeReason, start }), bug);
  beforeEach(() => {
    dropGate(shop);
    // Of the bots only the App's own starts slots.
    shop.world.people.set('ci', { id: 98, login: 'github-actions[bot]' });
  });

  it.each([
    ['an admin', 'ada', null],
    ['an admin, and once more by them', 'ada', 'ada'],
    ['the App', 'tonic', null],
    ['the App, and once more by an admin', 'tonic', 'ada'],
  ])('counts in a run that was started by %s', async (_who, first, again) => {
    shop.world.people.set('tonic', shop.world.bot);
    expect(await takeSlot(by(first, again))).toBe('deployed');
  });

  it('counts in a run of the schedule, whoever wrote that: its words stand in the workflow file', async () => {
    expect(await takeSlot(by('wes', null, 'schedule'))).toBe('deployed');
  });

  it.each([
    ['somebody who may only write', 'wes', null, 'workflow_dispatch'],
    ['an admin, and once more by somebody else', 'ada', 'wes', 'workflow_dispatch'],
    ['somebody who may only write, and once more by an admin', 'wes', 'ada', 'workflow_dispatch'],
    ['the schedule, and once more by somebody else', 'ada', 'wes', 'schedule'],
    [
      'the schedule, and once more by whoever wrote that, as old as its file may be',
      'wes',
      'wes',
      'schedule',
    ],
  ])('does not count in one that was started by %s', async (...[, first, again, event]) => {
    expect(await takeSlot(by(first, again, event))).toBe('held setup_unsafe');
    expect(answersOn(shop, bug).at(-1)).toContain('**wes** started it: such a reason counts in a run that');
    expect(alertsOn(shop)).toMatchObject([{ title: 'PROD is not guarded: no slot deploys to it' }]);
    expect(bugIn(shop, bug).status).toBe('pending_prod');
  });

  it('does not count in one that a bot has started where nobody knows which App is Tonic’s', async () => {
    shop.world.guards = { ...shop.world.guards, app: null };
    shop.world.people.set('null', { id: 97, login: 'null[bot]' });
    expect(await takeSlot(by('null'))).toBe('held setup_unsafe');
  });

  it('does not count in one that a workflow has started, nor in one that nobody knows', async () => {
    expect(await takeSlot(by('ci'))).toBe('held setup_unsafe');
    nextNoon(shop);
    const context = shop.open();
    const unknown = { ...context, workflows: { ...context.workflows, runStart: async () => null } };
    const result = await slot(shop, 'T2', { unsafeReason, context: unknown });
    expect(outcomeIn(result, bug)).toBe('held setup_unsafe');
    expect(answersOn(shop, bug).at(-1)).toContain('nobody can tell who started it');
  });
});

it('the reason is not kept where PROD is guarded', async () => {
  await slot(shop, 'T2', { unsafeReason: 'This plan has no rulesets' });
  expect(shop.ledger.state().slots.get('2026-11-20/T2')).toMatchObject({ unsafe: null });
  expect(bugIn(shop, bug).status).toBe('deployed_prod');
});

/** How often a slot looks at the guards. */
async function looks(kind: 'T1' | 'T2'): Promise<number> {
  let count = 0;
  const context = shop.open({
    setup: {
      self: async () => shop.world.guards.app,
      guards: async () => {
        count += 1;
        return shop.world.guards;
      },
    },
  });
  await slot(shop, kind, { context });
  return count;
}

describe('the guards', () => {
  it('are looked at once by a T2 with something for PROD', async () => {
    expect(await looks('T2')).toBe(1);
  });

  it('are not looked at by T1, nor by a T2 with nothing for PROD', async () => {
    await say(shop, { issue: bug, body: '/unapprove' });
    expect(await looks('T1')).toBe(0);
    expect(await looks('T2')).toBe(0);
  });

  it.each<[string, (rules: readonly BranchRule[]) => readonly BranchRule[]]>([
    [
      'a gate that anybody may report',
      (rules) =>
        rules.map((rule) => ({ ...rule, checks: rule.checks.map((check) => ({ ...check, appId: null })) })),
    ],
    [
      'a gate of another App',
      (rules) =>
        rules.map((rule) => ({ ...rule, checks: rule.checks.map((check) => ({ ...check, appId: 15_368 })) })),
    ],
    ['a branch that takes force pushes', (rules) => rules.filter(({ type }) => type !== 'non_fast_forward')],
  ])('refuse %s', async (_, change) => {
    changeRules(shop, change);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held setup_unsafe');
  });

  it('refuse a ledger that others may write', async () => {
    const branches = new Map(shop.world.guards.branches);
    branches.set('tonic-ledger', { exists: true, rules: [], classic: null });
    shop.world.guards = { ...shop.world.guards, branches };
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held setup_unsafe');
  });
});
