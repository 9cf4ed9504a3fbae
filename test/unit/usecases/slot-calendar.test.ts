import { describe, expect, test } from 'vitest';
import { answerProtectionRule } from '../../../src/usecases/answer-protection-rule.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { runStage } from '../../../src/usecases/slot/run-stage.ts';
import type { SlotPolicy } from '../../../src/domain/policy.ts';
import { aCalendar, aRun } from '../../support/builders.ts';
import type { FakeWaiting } from '../../support/fake-world.ts';
import { bugIn, bugOnUat, createShop, later, planAt, say, type Shop } from './support.ts';

/** A new process, once somebody has changed when the slots are. */
function openWith(shop: Shop, slots: Partial<SlotPolicy>): Context {
  const policy = { ...shop.policy, slots: { ...shop.policy.slots, ...slots } };
  const setting = { policy, calendar: aCalendar(slots), version: null };
  return shop.open({ configuration: { load: async () => setting } });
}

/** A bug approved for PROD, and T2 of Friday planned with it. */
async function plannedShop() {
  const shop = createShop();
  const bug = await bugOnUat(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
  const id = await planAt(shop, 'T2');
  const claim = shop.ledger.state().slots.get(id)?.claim;
  return { shop, bug, id, run: aRun('T2', { id: claim?.runId ?? 0 }) };
}

describe('a slot that is planned, whose time becomes another or whose day is taken out of the calendar', () => {
  test.each<[string, Partial<SlotPolicy>]>([
    ['its day is taken out', { weekdays: [1, 2, 3, 4] }],
    ['it would have begun before its bug was approved', { t1: '18:00', t2: '19:30' }],
  ])('is finished by its own run, however long that waited: %s', async (_, slots) => {
    const { shop, bug, id, run } = await plannedShop();
    later(shop, 15);
    const context = openWith(shop, slots);
    await context.ledger.load();
    const result = await runStage(context, { slotId: id, environment: 'prod', run });
    expect(result.kind).toBe('ran');
    expect(bugIn(shop, bug).status).toBe('deployed_prod');
  });

  test('is answered at the gate of its environment', async () => {
    const { shop, run } = await plannedShop();
    later(shop, 15);
    const waiting: FakeWaiting = {
      run: {
        id: run.id ?? 0,
        attempt: 1,
        event: 'workflow_dispatch',
        workflowPath: '.github/workflows/tonic-t2.yml',
        refName: 'main',
        commit: shop.git.branches.get('main') ?? '',
        startedAtMs: shop.world.now(),
      },
      githubEnvironment: 'production',
      decision: null,
      comments: [],
    };
    shop.world.waiting.push(waiting);
    await answerProtectionRule(openWith(shop, { weekdays: [1, 2, 3, 4] }), {
      runId: waiting.run.id,
      githubEnvironment: 'production',
      commit: waiting.run.commit,
    });
    expect(waiting.decision).toBe('approved');
  });
});
