import { beforeEach, describe, expect, test } from 'vitest';
import { locksOf } from '../../../src/domain/ledger.ts';
import type { Deployer } from '../../../src/ports/deployer.ts';
import type { Context } from '../../../src/usecases/context.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { closeCrashedSlot } from '../../../src/usecases/slot/close-crashed-slot.ts';
import { planRollback } from '../../../src/usecases/rollback/plan-rollback.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { aRun } from '../../support/builders.ts';
import {
  answersOn,
  bugIn,
  bugOnProd,
  bugOnUat,
  carryOutRollback,
  createShop,
  later,
  liveOn,
  nextNoon,
  outcomeIn,
  planAt,
  say,
  slot,
  splitInTwo,
  type Shop,
} from './support.ts';

let shop: Shop;
beforeEach(() => {
  shop = createShop();
});

/** A process that ends right after its deploy command, with nothing written down. */
function dyingAfterDeploy(): Context {
  const context = shop.open();
  const run: Deployer['run'] = async (...asked) => {
    await context.deployer.run(...asked);
    throw new Error('the run was cancelled');
  };
  return { ...context, deployer: { run } };
}

/** A process that others overtake while it builds the commit that brings the branch back. */
function overtakenBy(others: () => Promise<unknown>): Context {
  const context = shop.open();
  const { repository } = context;
  const restore: Repository['restore'] = async (asked) => {
    await others();
    return repository.restore(asked);
  };
  return { ...context, repository: { ...repository, restore } };
}

describe('two runs of one rollback', () => {
  test('deploy once: the one that read the order as free leaves it to the other, whatever became of it', async () => {
    const before = shop.git.branches.get('main');
    const bug = await bugOnProd(shop);
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    const releaseId = shop.world.runs.at(-1)?.inputs['release'] ?? '';
    shop.deploys.length = 0;
    const run = aRun('rollback', { id: shop.world.nextId() });
    const slow = await planRollback(
      overtakenBy(() => carryOutRollback(shop)),
      { releaseId, run },
    );
    expect(slow).toMatchObject({ kind: 'refused', reason: 'slot_taken' });
    expect(shop.deploys).toEqual([`prod ${before}`]);
    expect(shop.ledger.state().releases.get(releaseId)?.state).toBe('live');
    expect(locksOf(shop.ledger.state(), 'prod').leases).toMatchObject([{ owner: { kind: 'rollback' } }]);
  });
});

/** The run of the rollback that was ordered last, and how it is run once more. */
function lastOrder() {
  const run = shop.world.runs.at(-1);
  const releaseId = run?.inputs['release'] ?? '';
  return {
    releaseId,
    runId: run?.id ?? 0,
    again: () => planRollback(shop.open(), { releaseId, run: aRun('rollback', { id: shop.world.nextId() }) }),
  };
}

describe('a rollback behind which another one went further back', () => {
  test('is not done again by another run of it', async () => {
    await bugOnProd(shop);
    nextNoon(shop);
    const bug = await bugOnProd(shop);
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    const { again } = lastOrder();
    await carryOutRollback(shop);
    later(shop, 5);
    await say(shop, { issue: bug, body: '/rollback prod that did not help' });
    await carryOutRollback(shop);
    const live = liveOn(shop, 'prod');
    expect(await again()).toMatchObject({ kind: 'refused', reason: 'slot_done' });
    expect(liveOn(shop, 'prod')).toBe(live);
  });

  test('is not gone on with either, where it had stopped half-way', async () => {
    splitInTwo(shop);
    const bug = await bugOnProd(shop);
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    const { again, runId } = lastOrder();
    shop.failing.add('prod backend');
    expect(await carryOutRollback(shop, { runId })).toMatchObject({ refusal: { reason: 'deploy_failed' } });
    shop.failing.clear();
    later(shop, 5);
    await say(shop, { issue: bug, body: '/rollback prod once more' });
    expect(await carryOutRollback(shop)).toMatchObject({ refusal: null });
    expect(await again()).toMatchObject({ kind: 'refused', reason: 'overtaken' });
  });
});

describe('a rollback whose run dies', () => {
  test('leaves PROD locked, since nobody knows what it runs, and goes on when it is run again', async () => {
    const before = shop.git.branches.get('main');
    const bug = await bugOnProd(shop);
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    const run = shop.world.runs.at(-1);
    const runId = run?.id ?? 0;
    await expect(carryOutRollback(shop, { runId, context: dyingAfterDeploy() })).rejects.toThrow('cancelled');
    expect(shop.live.get('prod')).toBe(before);
    if (run !== undefined) run.state = 'ended';
    await reconcileAndWrite(shop.open());
    expect(locksOf(shop.ledger.state(), 'prod').leases).toMatchObject([{ owner: { kind: 'rollback' } }]);
    expect(answersOn(shop, bug).at(-1)).toMatch(/Everything runs `\w{7}` or `\w{7}`, nobody knows which/u);
    expect(await carryOutRollback(shop, { runId, attempt: 2 })).toMatchObject({ refusal: null });
    expect([bugIn(shop, bug).status, liveOn(shop, 'prod')]).toEqual(['confirmed', before]);
  });
});

/** The order of a rollback of PROD, and a bug that the next T2 is to bring there. */
async function orderedBesideAnother() {
  const bug = await bugOnProd(shop);
  nextNoon(shop);
  const other = await bugOnUat(shop);
  await say(shop, { issue: other, body: '/approve-prod' });
  await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
  return { other, run: shop.world.runs.at(-1) };
}

describe('a rollback whose run dies, before anybody has noticed', () => {
  test('lets no slot in, though GitHub says that the run has ended', async () => {
    const { other, run } = await orderedBesideAnother();
    const runId = run?.id ?? 0;
    await expect(carryOutRollback(shop, { runId, context: dyingAfterDeploy() })).rejects.toThrow('cancelled');
    if (run !== undefined) run.state = 'ended';
    await closeCrashedSlot(shop.open(), runId);
    expect(outcomeIn(await slot(shop, 'T2'), other)).toBe('held locked');
  });

  test('stands in nobody’s way when another run has the environment by then', async () => {
    const { run } = await orderedBesideAnother();
    const releaseId = run?.inputs['release'] ?? '';
    await planRollback(shop.open(), { releaseId, run: aRun('rollback', { id: run?.id ?? 0 }) });
    // Its job waits before the environment for so long that nobody waits for it any more.
    later(shop, 24 * 60);
    await planAt(shop, 'T2');
    if (run !== undefined) run.state = 'ended';
    await reconcileAndWrite(shop.open());
    expect(locksOf(shop.ledger.state(), 'prod').leases).toMatchObject([{ owner: { kind: 'run' } }]);
    expect(shop.ledger.state().releases.get(releaseId)?.state).toBe('failed');
  });

  test('is taken on by another run', async () => {
    const before = shop.git.branches.get('main');
    const bug = await bugOnProd(shop);
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    const run = shop.world.runs.at(-1);
    const dying = { runId: run?.id ?? 0, context: dyingAfterDeploy() };
    await expect(carryOutRollback(shop, dying)).rejects.toThrow('cancelled');
    if (run !== undefined) run.state = 'ended';
    expect(await carryOutRollback(shop)).toMatchObject({ refusal: null });
    expect(liveOn(shop, 'prod')).toBe(before);
  });
});
