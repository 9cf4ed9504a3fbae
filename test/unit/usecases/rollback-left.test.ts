import { beforeEach, describe, expect, test } from 'vitest';
import type { EnvironmentName } from '../../../src/domain/policy.ts';
import { locksOf, toLive, withDeployed } from '../../../src/domain/ledger.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { planRollback } from '../../../src/usecases/rollback/plan-rollback.ts';
import { runRollback } from '../../../src/usecases/rollback/run-rollback.ts';
import { runStage } from '../../../src/usecases/slot/run-stage.ts';
import { aRun } from '../../support/builders.ts';
import { personIn } from '../../support/fake-world.ts';
import { mortal, unlessKilled, type Moment } from './mortal.ts';
import {
  alertsOn,
  answersOn,
  branchOf,
  bugIn,
  bugOnProd,
  bugOnUat,
  carryOutHotfix,
  carryOutRollback,
  CI,
  confirmedBug,
  createShop,
  demandChecks,
  given,
  later,
  liveOn,
  nextNoon,
  openIssue,
  outcomeIn,
  planAt,
  readyFix,
  say,
  slot,
  splitInTwo,
  type Shop,
} from './support.ts';

let shop: Shop;
beforeEach(() => {
  shop = createShop();
});

function withVersionsFrom(versionFrom: 'branch' | 'deployments'): void {
  const { uat, prod } = shop.policy.environments;
  shop.policy = {
    ...shop.policy,
    environments: { uat: { ...uat, versionFrom }, prod: { ...prod, versionFrom } },
  };
}

/** A bug whose fix was taken off an environment, and not off its branch, as that commit’s checks were red. */
async function leftOn(name: EnvironmentName) {
  const before = shop.git.branches.get(branchOf(name)) ?? '';
  const bug = name === 'prod' ? await bugOnProd(shop) : await bugOnUat(shop);
  await goBackInVain(name, bug);
  return { bug, before };
}

async function goBackInVain(name: EnvironmentName, bug: number): Promise<void> {
  demandChecks(shop, 'red');
  await say(shop, { issue: bug, body: `/rollback ${name} checkout answers 500` });
  expect(await carryOutRollback(shop)).toMatchObject({ refusal: null });
  demandChecks(shop);
  later(shop);
  shop.deploys.length = 0;
}

async function unlock(name: EnvironmentName, issue: number): Promise<void> {
  await say(shop, { issue, body: `/unlock ${name}` });
  later(shop);
}

/** An admin says it again. */
async function finish(name: EnvironmentName, issue: number, to = '') {
  await say(shop, { issue, body: `/rollback ${name} ${to} checkout answers 500`.replace('  ', ' ') });
  return carryOutRollback(shop);
}

/** Another bug that the next slot is to bring there. */
async function another(name: EnvironmentName): Promise<number> {
  const bug = await confirmedBug(shop, 'low', name === 'prod' ? 'flow2' : '');
  readyFix(shop, bug, { base: branchOf(name), reviewer: 'ada' });
  nextNoon(shop);
  return bug;
}

async function bring(name: EnvironmentName, bug: number): Promise<string> {
  const first = await slot(shop, 'T1');
  return outcomeIn(name === 'uat' ? first : await slot(shop, 'T2'), bug);
}

/** The release that was ordered last. */
const lastOrder = () => shop.world.runs.at(-1)?.inputs['release'] ?? '';

/** A run takes an order in hand that is not too old for that. */
async function planAsIfNow(releaseId: string) {
  const order = shop.ledger.state().releases.get(releaseId);
  if (order === undefined) throw new Error('nothing was ordered');
  await given(shop, { releases: [{ ...order, plannedAtMs: shop.world.now() }] });
  const run = aRun('rollback', { id: shop.world.nextId() });
  return planRollback(shop.open(), { releaseId, run });
}

const leftIn = (name: EnvironmentName) => shop.ledger.state().environments.get(name)?.deployed?.left;

describe.each([
  ['prod', 'branch'],
  ['prod', 'deployments'],
  ['uat', 'branch'],
  ['uat', 'deployments'],
] as const)('a rollback of %s whose branch was not brought back (versions from %s)', (name, from) => {
  beforeEach(() => withVersionsFrom(from));

  test('lets no slot bring live again what it took off', async () => {
    const { bug } = await leftOn(name);
    expect(answersOn(shop, bug).at(-1)).toMatch(
      new RegExp(`\\[ \\] Branch: .*then an admin says \`/rollback ${name} <reason>\``, 'u'),
    );
    await unlock(name, bug);
    const other = await another(name);
    expect(await bring(name, other)).toBe('held rollback_unfinished');
    expect(bugIn(shop, other).hold?.message).toContain(`/rollback ${name} <reason>`);
    expect([shop.deploys, alertsOn(shop)]).toEqual([[], []]);
  });

  test('is finished when it is said again: the branch and the bug follow, and nothing is deployed', async () => {
    const { bug, before } = await leftOn(name);
    await unlock(name, bug);
    expect(await finish(name, bug)).toMatchObject({ refusal: null });
    expect(answersOn(shop, bug).at(-2)).toContain('only its branch and its bugs follow now');
    expect(answersOn(shop, bug).at(-1)).toMatch(
      new RegExp(`### The branch of ${name.toUpperCase()} is back, too[\\s\\S]*nothing was deployed`, 'u'),
    );
    expect(shop.deploys).toEqual([]);
    expect(shop.git.patchesOn(branchOf(name))).toEqual(shop.git.patchesAt(before));
    expect(liveOn(shop, name)).toBe(before);
    const { status, approvals, landings, hold } = bugIn(shop, bug);
    expect([status, approvals, hold?.reason]).toEqual(['confirmed', [], 'rolled_back']);
    expect(landings.filter(({ environment }) => environment === name)).toEqual([]);
    const other = await another(name);
    expect(await bring(name, other)).toBe('deployed');
    expect(shop.git.patchesOn(branchOf(name))).toHaveLength(shop.git.patchesAt(before).length + 1);
  });
});

describe('finishing a rollback', () => {
  test.each([
    ['the commit', (before: string) => `to ${before.slice(0, 12)}`],
    ['the tag', () => 'to rollback/prod/2026-11-20-T2-prod'],
  ])('goes by the same target, too: %s', async (_what, to) => {
    const { bug, before } = await leftOn('prod');
    expect(await finish('prod', bug, to(before))).toMatchObject({ refusal: null });
    expect([shop.deploys, bugIn(shop, bug).status]).toEqual([[], 'confirmed']);
  });

  test('goes by the release that it led to', async () => {
    await bugOnProd(shop);
    nextNoon(shop);
    const { bug } = await leftOn('prod');
    expect(await finish('prod', bug, 'to 2026-11-20-T2-prod')).toMatchObject({ refusal: null });
    expect([shop.deploys, bugIn(shop, bug).status]).toEqual([[], 'confirmed']);
  });

  test('is for admins', async () => {
    const { bug } = await leftOn('prod');
    await say(shop, { by: 'wes', issue: bug, body: '/rollback prod checkout answers 500' });
    expect(answersOn(shop, bug).at(-1)).toContain('is for admins');
    expect(shop.ledger.state().releases.size).toBe(3);
  });

  test('fails where the checks are red again, changes nothing, and may be said once more', async () => {
    const { bug, before } = await leftOn('prod');
    const branch = shop.git.branches.get('main');
    demandChecks(shop, 'red');
    expect(await finish('prod', bug)).toMatchObject({ refusal: { reason: 'checks_red' } });
    expect(answersOn(shop, bug).at(-1)).toContain('did not bring the branch of PROD back');
    expect([shop.git.branches.get('main'), bugIn(shop, bug).status]).toEqual([branch, 'deployed_prod']);
    demandChecks(shop);
    later(shop);
    expect(await finish('prod', bug)).toMatchObject({ refusal: null });
    expect(shop.git.patchesOn('main')).toEqual(shop.git.patchesAt(before));
    expect([shop.deploys, bugIn(shop, bug).status]).toEqual([[], 'confirmed']);
  });

  test('goes on when its run is run again', async () => {
    const { bug } = await leftOn('prod');
    demandChecks(shop, 'red');
    const runId = shop.world.nextId();
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    expect(await carryOutRollback(shop, { runId })).toMatchObject({ refusal: { reason: 'checks_red' } });
    for (const check of shop.world.checks)
      Object.assign(check, check.name === 'ci' ? { state: 'green' } : {});
    expect(await carryOutRollback(shop, { runId, attempt: 2 })).toMatchObject({ refusal: null });
    expect([shop.deploys, bugIn(shop, bug).status]).toEqual([[], 'confirmed']);
  });

  test('takes the bug back though somebody has reverted it by hand: no slot had gone on before that', async () => {
    const { bug, before } = await leftOn('prod');
    const revert = await shop.git.repository.restore({
      onto: shop.git.branches.get('main') ?? '',
      target: before,
      message: 'Revert',
      nowMs: shop.world.now(),
    });
    shop.git.branches.set('main', revert.commit);
    await unlock('prod', bug);
    const other = await another('prod');
    expect(await bring('prod', other)).toBe('held rollback_unfinished');
    later(shop);
    expect(await finish('prod', bug)).toMatchObject({ refusal: null });
    expect(answersOn(shop, bug).at(-1)).toContain('`main` holds exactly this already');
    expect(shop.git.branches.get('main')).toBe(revert.commit);
    expect([shop.deploys, bugIn(shop, bug).status]).toEqual([[], 'confirmed']);
    nextNoon(shop);
    expect(await bring('prod', other)).toBe('deployed');
  });

  test('leaves the lock as it finds it: lifted, or not', async () => {
    const { bug } = await leftOn('prod');
    const [lock] = locksOf(shop.ledger.state(), 'prod').leases;
    demandChecks(shop, 'red');
    await finish('prod', bug);
    expect(locksOf(shop.ledger.state(), 'prod').leases).toEqual([lock]);
    await unlock('prod', bug);
    demandChecks(shop);
    expect(await finish('prod', bug)).toMatchObject({ refusal: null });
    expect(locksOf(shop.ledger.state(), 'prod').leases).toEqual([]);
  });

  test('is over when the branch was brought back meanwhile: an order of before is none to go further', async () => {
    const { bug, before } = await leftOn('prod');
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    const late = lastOrder();
    later(shop, 91);
    expect(await finish('prod', bug)).toMatchObject({ refusal: null });
    expect(await planAsIfNow(late)).toMatchObject({ reason: 'no_way_back' });
    expect([shop.deploys, liveOn(shop, 'prod')]).toEqual([[], before]);
  });

  test('goes further back instead when that is named, and takes all of it off the branch', async () => {
    const first = shop.git.branches.get('main') ?? '';
    const good = await bugOnProd(shop);
    nextNoon(shop);
    const { bug } = await leftOn('prod');
    expect(await finish('prod', bug, `to ${first.slice(0, 12)}`)).toMatchObject({ refusal: null });
    expect(shop.deploys).toEqual([`prod ${first}`]);
    expect(shop.git.patchesOn('main')).toEqual(shop.git.patchesAt(first));
    expect([bugIn(shop, good).status, bugIn(shop, bug).status]).toEqual(['confirmed', 'confirmed']);
    expect(leftIn('prod')).toBeUndefined();
  });

  test('is not offered where going further back has stopped half-way: nobody knows what PROD runs then', async () => {
    splitInTwo(shop);
    const first = shop.git.branches.get('main') ?? '';
    await bugOnProd(shop);
    nextNoon(shop);
    const { bug } = await leftOn('prod');
    shop.failing.add('prod backend');
    const further = await finish('prod', bug, `to ${first.slice(0, 12)}`);
    expect(further).toMatchObject({ refusal: { reason: 'deploy_failed' } });
    shop.failing.clear();
    later(shop);
    expect(await finish('prod', bug)).toMatchObject({ refusal: null });
    expect([shop.live.get('prod web'), shop.live.get('prod backend')]).toEqual([first, first]);
    expect(shop.git.patchesOn('main')).toEqual(shop.git.patchesAt(first));
  });

  test('is refused where somebody has deployed something else by hand, and slots go on from that', async () => {
    withVersionsFrom('deployments');
    const { bug } = await leftOn('prod');
    await unlock('prod', bug);
    shop.world.deployments.push({
      id: shop.world.nextId(),
      githubEnvironment: shop.policy.environments.prod.githubEnvironment,
      commit: shop.git.branches.get('main') ?? '',
      slot: null,
      by: personIn(shop.world, 'ada'),
      createdAtMs: shop.world.now(),
      state: 'success',
    });
    expect(await finish('prod', bug)).toMatchObject({ reason: 'overtaken' });
    expect(bugIn(shop, bug).status).toBe('deployed_prod');
    const other = await another('prod');
    expect(await bring('prod', other)).toBe('deployed');
  });

  test('undoes nothing that came live on top of what was to be finished', async () => {
    const { bug } = await leftOn('prod');
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    const record = shop.ledger.state().environments.get('prod');
    const commit = shop.git.branches.get('main') ?? '';
    const back = record?.deployed ?? null;
    if (record === undefined || back === null) throw new Error('nothing is live');
    const next = { ...toLive(back), release: '2026-11-20-T2-prod', commit, previous: back.commit };
    const after = withDeployed(record, 'prod', { ...next, slot: null, deploymentId: null });
    await given(shop, { environments: [after] });
    expect(await planAsIfNow(lastOrder())).toMatchObject({ reason: 'no_way_back' });
    expect(shop.deploys).toEqual([]);
  });
});

test('a hotfix brings nothing live again that a rollback has left on the branch', async () => {
  const { bug } = await leftOn('prod');
  const urgent = await openIssue(shop, ['severity:critical']);
  readyFix(shop, urgent, { base: 'main' });
  await reconcileAndWrite(shop.open());
  later(shop);
  await say(shop, { issue: urgent, body: '/hotfix' });
  expect(await carryOutHotfix(shop)).toMatchObject({ reason: 'rollback_unfinished' });
  expect(shop.deploys).toEqual([]);
  await finish('prod', bug);
  later(shop);
  await say(shop, { issue: urgent, body: '/hotfix' });
  expect(await carryOutHotfix(shop)).toMatchObject({ refusal: null });
  expect(shop.git.patchesOn('main')).toHaveLength(2);
});

test('a slot that died does not go on behind a rollback that has left its push, and its bug is taken back with that', async () => {
  const bug = await bugOnUat(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
  const runId = shop.world.nextId();
  const context = shop.open({
    deployer: { run: () => Promise.reject(new Error('killed')) },
  });
  await unlessKilled(slot(shop, 'T2', { runId, context }));
  shop.world.runs.push({ id: runId, workflowFile: 'tonic-t2.yml', inputs: {}, state: 'ended' });
  await reconcileAndWrite(shop.open());
  later(shop);
  await goBackInVain('prod', bug);
  await unlock('prod', bug);
  expect(await slot(shop, 'T2')).toMatchObject({ kind: 'refused', reason: 'rollback_unfinished' });
  expect(shop.deploys).toEqual([]);
  for (const run of shop.world.runs) run.state = 'ended';
  await reconcileAndWrite(shop.open());
  expect(await finish('prod', bug)).toMatchObject({ refusal: null });
  expect(bugIn(shop, bug)).toMatchObject({ approvals: [], hold: { reason: 'rolled_back' } });
  expect(shop.git.patchesOn('main')).toEqual(['base']);
  expect(shop.deploys).toEqual([]);
});

/** Its run is killed, and where that has left something it is said again. */
async function finishThrough(moment: Moment | null) {
  shop = createShop();
  const { bug, before } = await leftOn('prod');
  await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
  const ordered = shop.world.runs.at(-1);
  const { context, acts } = mortal(shop.open(), moment);
  const run = aRun('rollback', { id: ordered?.id ?? 0 });
  const both = async () => {
    await planRollback(context, { releaseId: ordered?.inputs['release'] ?? '', run });
    await runRollback(context, { environment: 'prod', run });
  };
  await unlessKilled(both());
  if (ordered !== undefined) ordered.state = 'ended';
  later(shop, 3);
  await reconcileAndWrite(shop.open());
  if (leftIn('prod') !== undefined) {
    later(shop, 91);
    expect(await finish('prod', bug)).toMatchObject({ refusal: null });
  }
  await reconcileAndWrite(shop.open());
  const { status, approvals, landings, timeline, hold } = bugIn(shop, bug);
  const outcome = {
    bug: [status, approvals, landings, timeline.map(({ event }) => event), hold?.reason],
    main: shop.git.patchesOn('main'),
    deploys: shop.deploys,
    isLive: liveOn(shop, 'prod') === before,
    left: leftIn('prod'),
    locks: locksOf(shop.ledger.state(), 'prod').leases.map(({ owner }) => owner.kind),
    told: answersOn(shop, bug).filter((body) => body.includes('The branch of PROD is back, too')).length,
    open: shop.ledger.state().outbox.size,
  };
  return { acts, outcome };
}

test.each(['before', 'after'] as const)(
  'finishing a rollback loses nothing and does nothing twice, killed right %s any of its acts',
  async (when) => {
    const whole = await finishThrough(null);
    expect(whole.acts.length).toBeGreaterThan(6);
    expect(whole.outcome).toMatchObject({ deploys: [], locks: ['rollback'], told: 1, open: 0 });
    for (let act = 0; act < whole.acts.length; act += 1) {
      const { outcome, acts } = await finishThrough({ act, when });
      expect(outcome, `killed ${when} act ${act}, ${acts.at(-1)}`).toEqual(whole.outcome);
    }
  },
);

test('the checks of what finishes a rollback are asked for like those of any push', async () => {
  const { bug } = await leftOn('prod');
  await finish('prod', bug);
  const tip = shop.git.branches.get('main') ?? '';
  expect(
    shop.world.checks.some(({ commit, name, appId }) => commit === tip && name === 'ci' && appId === CI),
  ).toBe(true);
});

describe.each(['branch', 'deployments'] as const)(
  'what a rollback of UAT is to take off, versions from %s,',
  (versionFrom) => {
    beforeEach(() => withVersionsFrom(versionFrom));

    test('is not signed off for PROD while it is under way', async () => {
      const bug = await bugOnUat(shop);
      await say(shop, { issue: bug, body: '/rollback uat checkout answers 500' });
      await say(shop, { issue: bug, body: '/approve-prod' });
      expect(answersOn(shop, bug).at(-1)).toContain('has not come to its end');
      expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', approvals: [] });
    });

    test('does not go to PROD on a word from before, once it has left its branch', async () => {
      const bug = await bugOnUat(shop);
      await say(shop, { issue: bug, body: '/approve-prod' });
      later(shop);
      await goBackInVain('uat', bug);
      expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held rollback_unfinished');
      expect(shop.deploys).toEqual([]);
      await finish('uat', bug);
      expect(bugIn(shop, bug)).toMatchObject({ status: 'confirmed', approvals: [] });
    });

    test('does not go there either when it was ordered between plan and deploy', async () => {
      const bug = await bugOnUat(shop);
      await say(shop, { issue: bug, body: '/approve-prod' });
      const slotId = await planAt(shop, 'T2');
      await say(shop, { issue: bug, body: '/rollback uat checkout answers 500' });
      shop.deploys.length = 0;
      const result = await runStage(shop.open(), { slotId, environment: 'prod', run: aRun('T2') });
      expect(outcomeIn(result, bug)).toBe('failed nothing_to_do');
      expect(shop.deploys).toEqual([]);
    });

    test('goes there again on a word that comes when the rollback was given up before it began', async () => {
      const bug = await bugOnUat(shop);
      await say(shop, { issue: bug, body: '/rollback uat checkout answers 500' });
      later(shop, 95);
      await reconcileAndWrite(shop.open());
      await say(shop, { issue: bug, body: '/approve-prod' });
      expect(bugIn(shop, bug)).toMatchObject({ status: 'pending_prod' });
    });
  },
);
