import { describe, expect, test } from 'vitest';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { NO_SWITCHES } from '../../../src/domain/freeze.ts';
import { aService } from '../../support/builders.ts';
import {
  answersOn,
  bugIn,
  bugOnUat,
  confirmedBug,
  createShop,
  nextNoon,
  outcomeIn,
  readyFix,
  say,
  slot,
} from './support.ts';

describe('a freeze', () => {
  test('that an admin says keeps T2 from deploying, which says why, until its date', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await say(shop, { issue: bug, body: '/freeze until 2026-11-21 quarter end' });
    const frozen = await slot(shop, 'T2');
    expect(outcomeIn(frozen, bug)).toBe('held frozen');
    expect(frozen.kind === 'ran' && frozen.record.reason).toBe('frozen');
    expect(shop.deploys.filter((each) => each.startsWith('prod'))).toEqual([]);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'pending_prod', hold: { reason: 'frozen' } });
    nextNoon(shop);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
  });

  test('is lifted by /unfreeze, and only by an admin', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await say(shop, { by: 'wes', issue: bug, body: '/freeze until 2026-12-21 mine' });
    expect(shop.ledger.state().freezes).toEqual([]);
    await say(shop, { issue: bug, body: '/freeze full until 2026-12-21 outage' });
    await say(shop, { by: 'wes', issue: bug, body: '/unfreeze' });
    expect(shop.ledger.state().freezes).toHaveLength(1);
    await say(shop, { issue: bug, body: '/unfreeze' });
    expect(shop.ledger.state().freezes).toEqual([]);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
  });

  test('of some parts lets the others go', async () => {
    const shop = createShop();
    const bugs = [await bugOnUat(shop), await confirmedBug(shop)];
    expect(bugs).toHaveLength(2);
    shop.switches = { ...NO_SWITCHES, modules: 'billing' };
    await say(shop, { issue: bugs[0] ?? 0, body: '/approve-prod' });
    expect(outcomeIn(await slot(shop, 'T2'), bugs[0] ?? 0)).toBe('deployed');
  });

  test('that begins between plan and job stops the job before the branch moves', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    readyFix(shop, bug);
    const before = shop.git.branches.get('uat');
    const context = shop.open();
    const ledger: typeof context.ledger = {
      ...context.ledger,
      update: async (intent) => {
        const result = await context.ledger.update(intent);
        shop.switches = { ...NO_SWITCHES, freeze: 'true' };
        return result;
      },
    };
    const result = await slot(shop, 'T1', { context: { ...context, ledger } });
    expect(result.kind).toBe('ran');
    expect(shop.deploys).toEqual([]);
    expect(shop.git.branches.get('uat')).toBe(before);
  });

  test('that is said while a slot is planned keeps it from claiming anything: lock, freeze and plan are one commit', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    const context = shop.open();
    let isFirst = true;
    const ledger: typeof context.ledger = {
      ...context.ledger,
      update: async (intent) => {
        if (isFirst) await say(shop, { issue: bug, body: '/freeze until 2026-12-21 outage' });
        isFirst = false;
        return context.ledger.update(intent);
      },
    };
    expect(outcomeIn(await slot(shop, 'T2', { context: { ...context, ledger } }), bug)).toBe('held frozen');
    expect(shop.ledger.state().environments.get('prod')).toBeUndefined();
  });

  test('that begins between two services leaves a release that the next slot goes on with', async () => {
    const shop = createShop();
    const { uat, prod } = shop.policy.environments;
    shop.policy = {
      ...shop.policy,
      environments: { uat: { ...uat, verify: null }, prod },
      services: [aService({ name: 'backend' }), aService({ name: 'web' })],
    };
    const bug = await confirmedBug(shop);
    readyFix(shop, bug);
    const context = shop.open();
    const run: typeof context.deployer.run = (command, request) => {
      shop.switches = { ...NO_SWITCHES, freeze: 'true' };
      return context.deployer.run(command, request);
    };
    expect(outcomeIn(await slot(shop, 'T1', { context: { ...context, deployer: { run } } }), bug)).toBe(
      'failed frozen',
    );
    expect(shop.deploys.map((each) => each.split(' ')[1])).toEqual(['backend']);
    expect(shop.ledger.state().environments.get('uat')?.locks.leases).toEqual([]);
    shop.switches = NO_SWITCHES;
    nextNoon(shop);
    expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('deployed');
    expect(shop.deploys.map((each) => each.split(' ')[1])).toEqual(['backend', 'backend', 'web']);
  });

  test('that cannot be read is refused in so many words', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    for (const body of [
      '/freeze',
      '/freeze until soon audit',
      '/freeze until 2026-11-19 over',
      '/freeze until 2026-12-01',
    ]) {
      await say(shop, { issue: bug, body });
    }
    expect(shop.ledger.state().freezes).toEqual([]);
    expect(
      answersOn(shop, bug)
        .slice(-4)
        .every((answer) => /Say|date/u.test(answer)),
    ).toBe(true);
    await reconcileAndWrite(shop.open());
  });
});
