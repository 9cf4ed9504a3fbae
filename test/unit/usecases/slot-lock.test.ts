import { describe, expect, test } from 'vitest';
import { CARD_MARKER } from '../../../src/domain/text/card.ts';
import { issueIn } from '../../support/fake-world.ts';
import type { Deployer } from '../../../src/ports/deployer.ts';
import { aService } from '../../support/builders.ts';
import { closeCrashedSlot } from '../../../src/usecases/slot/close-crashed-slot.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
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
  type Shop,
} from './support.ts';

const leasesOn = (shop: Shop, environment: 'uat' | 'prod') =>
  (shop.ledger.state().environments.get(environment)?.locks.leases ?? []).map(({ operation }) => operation);

function cardOf(shop: Shop, bug: number): string {
  const { comments } = issueIn(shop.world, bug);
  return comments.find(({ body }) => body.startsWith(CARD_MARKER))?.body ?? '';
}

async function approvedBug(shop: Shop): Promise<number> {
  const bug = await bugOnUat(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
  return bug;
}

describe('a locked environment', () => {
  test('stops T2 before anything changes, says who has it, and lets the next one through when it is unlocked', async () => {
    const shop = createShop();
    const bug = await approvedBug(shop);
    await say(shop, { by: 'wes', issue: bug, body: '/lock prod load test' });
    const before = shop.git.branches.get('main');
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held locked');
    expect(shop.git.branches.get('main')).toBe(before);
    expect(shop.deploys.filter((each) => each.startsWith('prod'))).toEqual([]);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'pending_prod', hold: { reason: 'locked' } });
    expect(answersOn(shop, bug).at(-1)).toContain('PROD is locked by **wes**');
    await say(shop, { by: 'wes', issue: bug, body: '/unlock prod' });
    nextNoon(shop);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
  });

  test('that two people have is free when both have lifted theirs; each answer names who else has it', async () => {
    const shop = createShop();
    const bug = await approvedBug(shop);
    await say(shop, { by: 'wes', issue: bug, body: '/lock prod load test' });
    await say(shop, { issue: bug, body: '/lock prod looking at the bill' });
    expect(answersOn(shop, bug).at(-1)).toMatch(/Locked: looking.* besides: PROD is locked by \*\*wes\*\*/u);
    await slot(shop, 'T2');
    expect(bugIn(shop, bug).hold?.message).toMatch(/by \*\*wes\*\* since .* by \*\*ada\*\* since/u);
    await say(shop, { by: 'wes', issue: bug, body: '/unlock prod' });
    expect(answersOn(shop, bug).at(-1)).toContain('but not free: PROD is locked by **ada**');
    expect(leasesOn(shop, 'prod')).toEqual(['person-1']);
    await say(shop, { issue: bug, body: '/unlock prod' });
    expect(answersOn(shop, bug).at(-1)).toContain('the next slot may deploy to PROD again');
  });

  test('is free again though the configuration does not have the service any more that was locked', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    shop.policy = { ...shop.policy, services: [aService({ name: 'billing' })] };
    await say(shop, { issue: bug, body: '/lock uat billing I am looking' });
    shop.policy = { ...shop.policy, services: [] };
    await say(shop, { issue: bug, body: '/rollback uat it is broken' });
    expect(answersOn(shop, bug).at(-1)).toContain('says `/unlock uat billing`');
    await say(shop, { issue: bug, body: '/unlock uat billing' });
    expect(leasesOn(shop, 'uat')).toEqual([]);
  });

  test('stops only what goes there', async () => {
    const shop = createShop();
    const bug = await approvedBug(shop);
    await say(shop, { issue: bug, body: '/lock uat broken by hand' });
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
  });

  test('is on the cards of all bugs that are under way, at once, and gone again with the lock', async () => {
    const shop = createShop();
    const [first, other] = [await confirmedBug(shop), await confirmedBug(shop)];
    await say(shop, { by: 'wes', issue: first, body: '/lock prod load test' });
    expect([cardOf(shop, first), cardOf(shop, other)].map((card) => card.includes('**Locked**'))).toEqual([
      true,
      true,
    ]);
    await say(shop, { by: 'wes', issue: first, body: '/status' });
    expect(answersOn(shop, first).at(-1)).toContain('| **Locked** | PROD is locked by **wes**');
    await say(shop, { by: 'wes', issue: first, body: '/unlock prod' });
    expect(cardOf(shop, other)).not.toContain('**Locked**');
  });

  test('is not entered by a slot that was planned while somebody locked it', async () => {
    const shop = createShop();
    const bug = await approvedBug(shop);
    const context = shop.open();
    let isFirst = true;
    const ledger: typeof context.ledger = {
      ...context.ledger,
      update: async (intent) => {
        if (isFirst) await say(shop, { issue: bug, body: '/lock prod wait' });
        isFirst = false;
        return context.ledger.update(intent);
      },
    };
    const result = await slot(shop, 'T2', { context: { ...context, ledger } });
    expect(outcomeIn(result, bug)).toBe('held locked');
    expect(leasesOn(shop, 'prod')).toEqual(['person-1']);
  });
});

describe('a slot', () => {
  test('has its environment while it deploys, tells the token to the command, and frees it with its last commit', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    readyFix(shop, bug);
    const context = shop.open();
    const seen: unknown[] = [];
    const run: typeof context.deployer.run = async (command, request) => {
      seen.push([request.fencingToken, leasesOn(shop, 'uat')]);
      return context.deployer.run(command, request);
    };
    const commits = shop.ledger.messages().length;
    await slot(shop, 'T1', { context: { ...context, deployer: { run } } });
    expect(seen).toEqual([
      [1, ['2026-11-20/T1']],
      [1, ['2026-11-20/T1']],
    ]);
    expect(leasesOn(shop, 'uat')).toEqual([]);
    expect(shop.ledger.messages().length - commits).toBeLessThanOrEqual(4);
  });

  test('that died gives its lock back when its run is seen to have ended, by a webhook or without', async () => {
    for (const free of [closeCrashedSlot, reconcileAndWrite]) {
      const shop = createShop();
      await crashedT1(shop);
      expect(leasesOn(shop, 'uat')).toEqual(['2026-11-20/T1']);
      await free(shop.open(), 7);
      expect(leasesOn(shop, 'uat')).toEqual([]);
    }
  });

  test('takes what a dead run had, under a new token', async () => {
    const shop = createShop();
    const bug = await crashedT1(shop);
    expect(outcomeIn(await slot(shop, 'T1', { runId: 8 }), bug)).toBe('deployed');
    expect(shop.ledger.state().environments.get('uat')?.locks).toEqual({ leases: [], lastToken: 2 });
  });
});

describe('a release that was taken back', () => {
  test('leaves its environment locked until an admin has looked', async () => {
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
    const run: typeof context.deployer.run = async (command, request) => {
      const result = await context.deployer.run(command, request);
      return request.service === 'web' && !request.isRollback
        ? { ...result, ok: false, exitCode: 1 }
        : result;
    };
    const failed = await slot(shop, 'T1', { context: { ...context, deployer: { run } } });
    expect(outcomeIn(failed, bug)).toBe('failed deploy_failed');
    expect(leasesOn(shop, 'uat')).toEqual(['2026-11-20-T1-uat']);
    // Its fix was taken off the branch, too: an admin has to let it go once more.
    await say(shop, { issue: bug, body: '/confirm' });
    nextNoon(shop);
    const next = await slot(shop, 'T1');
    expect(outcomeIn(next, bug)).toBe('held locked');
    expect(bugIn(shop, bug).hold?.message).toContain('2026-11-20-T1-uat was taken back: deploy failed');
    await say(shop, { by: 'wes', issue: bug, body: '/unlock uat' });
    expect(leasesOn(shop, 'uat')).toHaveLength(1);
    await say(shop, { issue: bug, body: '/unlock uat' });
    nextNoon(shop);
    expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('deployed');
  });
});

const DYING: Deployer = {
  run: async () => {
    throw new Error('killed');
  },
};

/** A T1 whose run 7 dies while it deploys; everybody can see that it ended. */
async function crashedT1(shop: Shop): Promise<number> {
  const bug = await confirmedBug(shop);
  readyFix(shop, bug);
  const context = shop.open();
  const dying = slot(shop, 'T1', { runId: 7, context: { ...context, deployer: DYING } });
  await expect(dying).rejects.toThrow('killed');
  shop.world.runs.push({ id: 7, workflowFile: 'tonic-t1.yml', inputs: {}, state: 'ended' });
  return bug;
}
