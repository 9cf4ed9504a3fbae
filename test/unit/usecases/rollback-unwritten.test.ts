import { beforeEach, describe, expect, test } from 'vitest';
import { locksOf } from '../../../src/domain/ledger.ts';
import type { Context } from '../../../src/usecases/context.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { closeCrashedSlot } from '../../../src/usecases/slot/close-crashed-slot.ts';
import {
  bugIn,
  bugOnProd,
  bugOnUat,
  carryOutHotfix,
  carryOutRollback,
  confirmedBug,
  createShop,
  later,
  liveOn,
  nextNoon,
  openIssue,
  outcomeIn,
  readyFix,
  say,
  slot,
  type Shop,
} from './support.ts';

let shop: Shop;
beforeEach(() => {
  shop = createShop();
});

/** A process that ends right after it has moved PROD's branch, with nothing deployed and nothing written down. */
function dyingAfterPush(): Context {
  const context = shop.open();
  const push: Repository['push'] = async (moves) => {
    const pushed = await context.repository.push(moves);
    if (moves.some(({ ref }) => ref === 'refs/heads/main')) throw new Error('the run was cancelled');
    return pushed;
  };
  return { ...context, repository: { ...context.repository, push } };
}

function hasEnded(runId: number): void {
  shop.world.runs.push({ id: runId, workflowFile: 'tonic-t2.yml', inputs: {}, state: 'ended' });
}

/** A bug that is live, and another one whose T2 died the night after, right after its push. */
async function deadSlot() {
  const before = liveOn(shop, 'prod') ?? shop.git.branches.get('main');
  const good = await bugOnProd(shop);
  nextNoon(shop);
  const bug = await bugOnUat(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
  const runId = shop.world.nextId();
  await expect(slot(shop, 'T2', { runId, context: dyingAfterPush() })).rejects.toThrow('cancelled');
  hasEnded(runId);
  later(shop);
  shop.deploys.length = 0;
  return { before, good, bug, runId };
}

async function unlock(issue: number): Promise<void> {
  later(shop);
  await say(shop, { issue, body: '/unlock prod' });
  shop.deploys.length = 0;
}

describe('a rollback behind a slot whose run died after its push', () => {
  test('goes back to what was live before it, takes its bug back, and the slot does not bring it again', async () => {
    const { good, bug, runId } = await deadSlot();
    const before = liveOn(shop, 'prod');
    await closeCrashedSlot(shop.open(), runId);
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    expect(await carryOutRollback(shop)).toMatchObject({ refusal: null });
    expect(shop.deploys).toEqual([`prod ${before}`]);
    expect([bugIn(shop, good).status, bugIn(shop, bug).status]).toEqual(['deployed_prod', 'confirmed']);
    await unlock(bug);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('failed nothing_to_do');
    expect(shop.deploys).toEqual([]);
  });

  test('takes it back, too, when nobody had noticed and it goes back further', async () => {
    const { before, good, bug } = await deadSlot();
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    expect(await carryOutRollback(shop)).toMatchObject({ refusal: null });
    expect(shop.deploys).toEqual([`prod ${before}`]);
    expect([bugIn(shop, good).status, bugIn(shop, bug).status]).toEqual(['confirmed', 'confirmed']);
    await unlock(bug);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('failed nothing_to_do');
    expect(shop.deploys).toEqual([]);
  });

  test('that dies itself after its push lets the slot deploy nothing before somebody has looked', async () => {
    const { bug } = await deadSlot();
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    const runId = shop.world.runs.at(-1)?.id ?? 0;
    await expect(carryOutRollback(shop, { runId, context: dyingAfterPush() })).rejects.toThrow('cancelled');
    for (const run of shop.world.runs) run.state = 'ended';
    await reconcileAndWrite(shop.open());
    await unlock(bug);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('failed rollback_unfinished');
    expect(shop.deploys).toEqual([]);
  });
});

test('a rollback takes back what a hotfix has pushed whose run died, and a new word brings it again', async () => {
  await bugOnProd(shop);
  nextNoon(shop);
  const bug = await openIssue(shop, ['severity:critical']);
  readyFix(shop, bug, { base: 'main' });
  await reconcileAndWrite(shop.open());
  later(shop);
  await say(shop, { issue: bug, body: '/hotfix' });
  const runId = shop.world.nextId();
  await expect(carryOutHotfix(shop, { runId, context: dyingAfterPush() })).rejects.toThrow('cancelled');
  hasEnded(runId);
  later(shop);
  await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
  expect(await carryOutRollback(shop)).toMatchObject({ refusal: null });
  const { approvals, landings, hold } = bugIn(shop, bug);
  expect([approvals, landings, hold?.reason]).toEqual([[], [], 'rolled_back']);
  await unlock(bug);
  await reconcileAndWrite(shop.open());
  expect(bugIn(shop, bug).landings).toEqual([]);
  expect(locksOf(shop.ledger.state(), 'prod').leases).toEqual([]);
  later(shop);
  await say(shop, { issue: bug, body: '/hotfix' });
  expect(await carryOutHotfix(shop)).toMatchObject({ refusal: null });
  expect([bugIn(shop, bug).status, liveOn(shop, 'prod')]).toEqual([
    'pending_uat_merge',
    shop.git.branches.get('main'),
  ]);
});

/** Said of a bug that is live; its run has moved PROD's branch back. */
async function deadRollback(): Promise<number> {
  const bug = await bugOnProd(shop);
  await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
  await expect(carryOutRollback(shop, { context: dyingAfterPush() })).rejects.toThrow('cancelled');
  for (const run of shop.world.runs) run.state = 'ended';
  await reconcileAndWrite(shop.open());
  return bug;
}

describe('a rollback that died after its push', () => {
  test('and is said again takes its bug back, though the branch was back already', async () => {
    const bug = await deadRollback();
    later(shop);
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    expect(await carryOutRollback(shop)).toMatchObject({ refusal: null });
    const { status, approvals, landings, hold } = bugIn(shop, bug);
    expect([status, approvals, hold?.reason]).toEqual(['confirmed', [], 'rolled_back']);
    expect(landings.map(({ environment }) => environment)).toEqual(['uat']);
  });

  test('keeps every later T2 off PROD until it is said again, whatever the branch says', async () => {
    const bug = await deadRollback();
    await unlock(bug);
    nextNoon(shop);
    const other = await confirmedBug(shop, 'low', 'flow2');
    readyFix(shop, other, { base: 'main', reviewer: 'ada' });
    await slot(shop, 'T1');
    expect(outcomeIn(await slot(shop, 'T2'), other)).toBe('held rollback_unfinished');
    expect(bugIn(shop, other).hold?.message).toContain('An admin says `/rollback` again');
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    expect(await carryOutRollback(shop)).toMatchObject({ refusal: null });
    await unlock(bug);
    nextNoon(shop);
    expect(outcomeIn(await slot(shop, 'T2'), other)).toBe('deployed');
    expect([bugIn(shop, bug).status, bugIn(shop, other).status]).toEqual(['confirmed', 'deployed_prod']);
  });
});
