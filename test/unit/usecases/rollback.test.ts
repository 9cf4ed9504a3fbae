import { beforeEach, describe, expect, test } from 'vitest';
import { locksOf } from '../../../src/domain/ledger.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import {
  answersOn,
  bugIn,
  bugOnProd,
  bugOnUat,
  carryOutRollback,
  confirmedBug,
  createShop,
  demandChecks,
  given,
  later,
  liveOn,
  nextNoon,
  outcomeIn,
  readyFix,
  say,
  slot,
  statusOn,
  splitInTwo,
  type Shop,
} from './support.ts';

let shop: Shop;
beforeEach(() => {
  shop = createShop();
});

describe('a rollback of PROD', () => {
  test('brings PROD and its branch back, without force, and the bug begins again', async () => {
    const before = shop.git.branches.get('main');
    const bug = await bugOnProd(shop);
    const bad = shop.git.branches.get('main');
    shop.deploys.length = 0;
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    expect(answersOn(shop, bug).at(-1)).toMatch(
      /PROD goes back to .* now, which undoes `2026-11-20-T2-prod`/u,
    );
    const result = await carryOutRollback(shop);
    expect(result).toMatchObject({ kind: 'ran', refusal: null });
    expect(shop.deploys).toEqual([`prod ${before}`]);
    expect([liveOn(shop, 'prod'), shop.live.get('prod')]).toEqual([before, before]);
    expect(shop.git.patchesOn('main')).toEqual(shop.git.patchesAt(before ?? ''));
    expect(await shop.git.repository.isAncestor(bad ?? '', shop.git.branches.get('main') ?? '')).toBe(true);
    expect(statusOn(shop, bug)).toEqual(['status:confirmed']);
    const after = bugIn(shop, bug);
    expect(after.approvals).toEqual([]);
    expect(after.landings.map(({ environment }) => environment)).toEqual(['uat']);
    expect(after.timeline.at(-1)).toMatchObject({
      event: 'roll_back',
      note: expect.stringContaining('rollback-prod'),
    });
    expect(answersOn(shop, bug).at(-1)).toContain(`#${bug} is \`confirmed\` again, the approvals are void`);
    expect(shop.ledger.state().releases.get('2026-11-20-T2-prod')?.state).toBe('rolled_back');
  });

  test('holds the fix until an admin confirms the bug again, and then asks for a new approval', async () => {
    const bug = await bugOnProd(shop);
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    await carryOutRollback(shop);
    nextNoon(shop);
    expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('held rolled_back');
    nextNoon(shop);
    await say(shop, { issue: bug, body: '/confirm' });
    await slot(shop, 'T1');
    expect(bugIn(shop, bug).status).toBe('deployed_uat');
    later(shop);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('none');
    nextNoon(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held locked');
    nextNoon(shop);
    await say(shop, { issue: bug, body: '/unlock prod' });
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
    expect(bugIn(shop, bug).takenBack).toBeNull();
    expect(shop.git.patchesOn('main')).toEqual(shop.git.patchesOn('uat'));
  });

  test('goes back behind the one it went back to when it is asked again', async () => {
    const before = shop.git.branches.get('main');
    const first = await bugOnProd(shop);
    nextNoon(shop);
    const second = await bugOnProd(shop);
    await say(shop, { issue: second, body: '/rollback prod the second is bad' });
    await carryOutRollback(shop);
    later(shop, 5);
    await say(shop, { issue: first, body: '/rollback prod and the first' });
    await carryOutRollback(shop);
    expect(liveOn(shop, 'prod')).toBe(before);
    expect([bugIn(shop, first).status, bugIn(shop, second).status]).toEqual(['confirmed', 'confirmed']);
    later(shop, 5);
    await say(shop, { issue: first, body: '/rollback prod further' });
    expect(answersOn(shop, first).at(-1)).toContain('there is nothing to go back to');
  });

  test('says what runs where when a service stops it half-way, and goes on from there when it is run again', async () => {
    splitInTwo(shop);
    const before = shop.git.branches.get('main');
    const bug = await bugOnProd(shop);
    const bad = shop.git.branches.get('main');
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    shop.failing.add('prod backend');
    shop.deploys.length = 0;
    const runId = shop.world.nextId();
    const stuck = await carryOutRollback(shop, { runId });
    expect(stuck).toMatchObject({ refusal: { reason: 'deploy_failed' } });
    expect(locksOf(shop.ledger.state(), 'prod').leases).toMatchObject([{ owner: { kind: 'rollback' } }]);
    const said = answersOn(shop, bug).at(-1);
    expect(said).toContain(`\`web\` runs \`${before?.slice(0, 7)}\``);
    expect(said).toMatch(/`backend` runs `\w{7}` or `\w{7}`, nobody knows which/u);
    expect([bugIn(shop, bug).status, shop.git.branches.get('main')]).toEqual(['deployed_prod', bad]);
    shop.failing.clear();
    expect(await carryOutRollback(shop, { runId, attempt: 2 })).toMatchObject({ refusal: null });
    expect(shop.deploys).toEqual([
      `prod web 100 ${before}`,
      `prod backend 100 ${before}`,
      `prod backend 100 ${before}`,
    ]);
    expect([bugIn(shop, bug).status, liveOn(shop, 'prod')]).toEqual(['confirmed', before]);
  });

  test('is refused when data was thrown away, unless that is accepted in so many words', async () => {
    const before = shop.git.branches.get('main') ?? '';
    const bug = await bugOnProd(shop);
    const environment = shop.ledger.state().environments.get('prod');
    const live = environment?.deployed ?? null;
    if (environment === undefined || live === null) throw new Error('nothing is live');
    const deployed = { ...live, rollback: 'restore_required' as const };
    await given(shop, { environments: [{ ...environment, deployed }] });
    await say(shop, { issue: bug, body: '/rollback prod prices are wrong' });
    const words = `/rollback prod to ${before.slice(0, 12)} I understand that data is lost:`;
    expect(answersOn(shop, bug).at(-1)).toContain(words);
    expect(shop.world.runs).toEqual([]);
    later(shop);
    await say(shop, { issue: bug, body: `${words} it was only a cache` });
    expect(await carryOutRollback(shop)).toMatchObject({ refusal: null });
    expect(liveOn(shop, 'prod')).toBe(before);
  });

  test('waits for a person who has the environment, and for no lock that a rollback has left', async () => {
    const bug = await bugOnProd(shop);
    await say(shop, { issue: bug, by: 'wes', body: '/lock prod looking at it' });
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    expect(answersOn(shop, bug).at(-1)).toContain('PROD is locked by **wes**');
    expect(shop.world.runs).toEqual([]);
  });

  test('leaves the branch when its checks are red, says so, and no slot deploys on top of it', async () => {
    const bug = await bugOnProd(shop);
    demandChecks(shop, 'red');
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    expect(await carryOutRollback(shop)).toMatchObject({ refusal: null });
    expect(answersOn(shop, bug).at(-1)).toMatch(/still holds what was taken back.*`ci` is red/u);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_prod', takenBack: null });
  });

  test('goes through the gate of a branch that asks for checks', async () => {
    const bug = await bugOnProd(shop);
    demandChecks(shop);
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    expect(await carryOutRollback(shop)).toMatchObject({ refusal: null });
    expect(bugIn(shop, bug).status).toBe('confirmed');
    expect([...shop.git.branches.keys()].filter((name) => name.startsWith('tonic/'))).toEqual([]);
  });

  test('of Flow 2 asks for a review of after it: the one of before is no word for going there again', async () => {
    const bug = await confirmedBug(shop, 'medium', 'flow2');
    const pull = readyFix(shop, bug, { base: 'main', reviewer: 'ada' });
    await slot(shop, 'T1');
    await slot(shop, 'T2');
    later(shop);
    expect(bugIn(shop, bug).status).toBe('deployed_prod');
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    await carryOutRollback(shop);
    nextNoon(shop);
    await say(shop, { issue: bug, body: '/confirm' });
    await say(shop, { issue: bug, body: '/unlock prod' });
    await slot(shop, 'T1');
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held not_approved');
    nextNoon(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
    expect(bugIn(shop, bug).landings).toMatchObject([{ environment: 'prod', pull }]);
  });
});

describe('an order that no run takes in hand', () => {
  test('is started again, and given up in the end', async () => {
    const bug = await bugOnProd(shop);
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    later(shop, 5);
    await reconcileAndWrite(shop.open());
    expect(shop.world.runs).toHaveLength(2);
    later(shop, 120);
    await reconcileAndWrite(shop.open());
    expect(answersOn(shop, bug).at(-1)).toContain('No workflow run took it in hand in time');
    expect(bugIn(shop, bug).status).toBe('deployed_prod');
  });
});

describe('a release that one of its own checks has taken back', () => {
  test('leaves nothing behind on the branch, and its bugs begin again', async () => {
    splitInTwo(shop);
    const before = shop.git.branches.get('main') ?? '';
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    shop.failing.add('prod web');
    expect(outcomeIn(await slot(shop, 'T2', { context: mendedOnTheWayBack(shop) }), bug)).toBe(
      'failed deploy_failed',
    );
    expect(shop.ledger.state().releases.get('2026-11-20-T2-prod')?.state).toBe('rolled_back');
    expect(shop.git.patchesOn('main')).toEqual(shop.git.patchesAt(before));
    expect(bugIn(shop, bug)).toMatchObject({ status: 'confirmed', approvals: [] });
    expect(bugIn(shop, bug).landings.map(({ environment }) => environment)).toEqual(['uat']);
    expect(answersOn(shop, bug).at(-1)).toMatch(/Taken off PROD again\*\* with `2026-11-20-T2-prod`/u);
  });

  test('uses the approval up, though the run dies before it has brought the branch back; `/rollback` does it then', async () => {
    splitInTwo(shop);
    const before = shop.git.branches.get('main') ?? '';
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    shop.failing.add('prod web');
    const context = mendedOnTheWayBack(shop);
    const { repository } = context;
    const dying = {
      ...context,
      repository: { ...repository, restore: () => Promise.reject(new Error('died')) },
    };
    await expect(slot(shop, 'T2', { context: dying })).rejects.toThrow('died');
    expect(bugIn(shop, bug)).toMatchObject({ status: 'confirmed', approvals: [] });
    expect(shop.git.patchesOn('main')).not.toEqual(shop.git.patchesAt(before));
    later(shop);
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    expect(await carryOutRollback(shop)).toMatchObject({ refusal: null });
    expect(shop.git.patchesOn('main')).toEqual(shop.git.patchesAt(before));
    expect(shop.deploys.at(-1)).toMatch(new RegExp(`${before}$`, 'u'));
    expect(bugIn(shop, bug).landings.map(({ environment }) => environment)).toEqual(['uat']);
  });
});

/** A process whose commands do what they should once it goes back. */
function mendedOnTheWayBack(from: Shop): Context {
  const context = from.open();
  const run: Context['deployer']['run'] = (command, request) => {
    if (request.isRollback) from.failing.clear();
    return context.deployer.run(command, request);
  };
  return { ...context, deployer: { run } };
}

test('what was taken back does not come again by itself when another pull request takes its place', async () => {
  const bug = await bugOnProd(shop);
  await say(shop, { issue: bug, body: '/rollback uat it hangs' });
  await carryOutRollback(shop);
  const [old] = bugIn(shop, bug).fixes;
  readyFix(shop, bug);
  await reconcileAndWrite(shop.open());
  await reconcileAndWrite(shop.open());
  expect(bugIn(shop, bug).fixes.map(({ pull }) => pull)).not.toContain(old?.pull);
  expect(bugIn(shop, bug).takenBack?.isHeld).toBe(false);
  await say(shop, { issue: bug, body: `/fix #${old?.pull}` });
  expect(bugIn(shop, bug).takenBack?.isHeld).toBe(true);
});

test('nor when the better fix was live meanwhile, and is taken back as well', async () => {
  const bug = await bugOnUat(shop);
  const [old] = bugIn(shop, bug).fixes;
  await say(shop, { issue: bug, body: '/rollback uat it hangs' });
  await carryOutRollback(shop);
  await say(shop, { issue: bug, body: '/unlock uat' });
  const better = readyFix(shop, bug);
  await reconcileAndWrite(shop.open());
  nextNoon(shop);
  expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('deployed');
  later(shop);
  await say(shop, { issue: bug, body: '/rollback uat it hangs, too' });
  await carryOutRollback(shop);
  await reconcileAndWrite(shop.open());
  expect(bugIn(shop, bug).fixes.map(({ pull }) => pull)).toEqual([better]);
  expect(bugIn(shop, bug).takenBack?.isHeld).toBe(true);
  expect(bugIn(shop, bug).takenOff).toEqual([old?.pull, better]);
});

test('nor as the fix of another bug, before an admin has confirmed the one that it was taken back for', async () => {
  const bug = await bugOnUat(shop);
  const [old] = bugIn(shop, bug).fixes;
  await say(shop, { issue: bug, body: '/rollback uat it hangs' });
  await carryOutRollback(shop);
  await say(shop, { issue: bug, body: '/unlock uat' });
  const other = await confirmedBug(shop);
  await say(shop, { by: 'max', issue: other, body: `/fix #${old?.pull}` });
  nextNoon(shop);
  expect(outcomeIn(await slot(shop, 'T1'), other)).toBe('held rolled_back');
  expect(bugIn(shop, other).hold?.message).toContain(`Its fix is that of #${bug}, too.`);
  readyFix(shop, bug);
  await reconcileAndWrite(shop.open());
  nextNoon(shop);
  expect(outcomeIn(await slot(shop, 'T1'), other)).toBe('held rolled_back');
  later(shop);
  await say(shop, { issue: bug, body: `/fix #${old?.pull}` });
  await say(shop, { issue: bug, body: '/confirm' });
  nextNoon(shop);
  expect(outcomeIn(await slot(shop, 'T1'), other)).toBe('deployed');
});
