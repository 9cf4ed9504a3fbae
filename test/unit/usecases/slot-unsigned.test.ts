import { describe, expect, it } from 'vitest';
import { planSlot } from '../../../src/usecases/slot/plan-slot.ts';
import { runStage } from '../../../src/usecases/slot/run-stage.ts';
import { aCalendar, aRun } from '../../support/builders.ts';
import { bugIn, bugOnUat, createShop, nextNoon, outcomeIn, say, slot } from './support.ts';

describe('a fix that lies on the PROD branch because its deploy failed', () => {
  it('is not carried live by another bug once its approval was taken back', async () => {
    const shop = createShop();
    const withdrawn = await bugOnUat(shop);
    await say(shop, { issue: withdrawn, body: '/approve-prod' });
    shop.failing.add('prod');
    expect(outcomeIn(await slot(shop, 'T2'), withdrawn)).toBe('failed deploy_failed');
    shop.failing.delete('prod');
    await say(shop, { issue: withdrawn, body: '/unapprove' });
    nextNoon(shop);
    const other = await bugOnUat(shop);
    await say(shop, { issue: other, body: '/approve-prod' });
    const before = [...shop.deploys];
    expect(outcomeIn(await slot(shop, 'T2'), other)).toBe('held unsigned_commits');
    expect(shop.deploys).toEqual(before);
    expect(bugIn(shop, withdrawn).status).toBe('deployed_uat');
  });

  it('is not deployed by the run that takes on a dead one, when it was taken back in between', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    const { zone } = aCalendar();
    const due = zone.toEpochMs(zone.toLocal(shop.world.clock.nowMs()).date, '22:00');
    shop.world.clock.advance(due - shop.world.clock.nowMs());
    const planned = await planSlot(shop.open(), { kind: 'T2', slotId: null, run: aRun('T2') });
    if (planned.kind === 'refused') throw new Error(planned.message);
    shop.git.branches.set('main', planned.record.stages[0]?.candidate ?? '');
    await say(shop, { issue: bug, body: '/unapprove' });
    const before = [...shop.deploys];
    const result = await runStage(shop.open(), {
      slotId: planned.record.id,
      environment: 'prod',
      run: aRun('T2'),
    });
    expect(outcomeIn(result, bug)).toBe('failed not_approved');
    expect(shop.deploys).toEqual(before);
  });

  it('goes live once it is approved again', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    shop.failing.add('prod');
    await slot(shop, 'T2');
    shop.failing.delete('prod');
    await say(shop, { issue: bug, body: '/unapprove' });
    nextNoon(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await slot(shop, 'T2');
    expect(bugIn(shop, bug).status).toBe('deployed_prod');
  });
});
