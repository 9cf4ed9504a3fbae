import { describe, expect, test } from 'vitest';
import { GATE_CHECKS } from '../../../src/domain/gate.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { planSlot } from '../../../src/usecases/slot/plan-slot.ts';
import { aRun, at } from '../../support/builders.ts';
import { checksOn } from '../../support/fake-check.ts';
import {
  answersOn,
  bugIn,
  bugOnUat,
  CI,
  confirmedBug,
  createShop,
  demandChecks,
  later,
  nextNoon,
  outcomeIn,
  readyFix,
  say,
  slot,
  type Shop,
} from './support.ts';

async function readyForT1(): Promise<{ shop: Shop; bug: number }> {
  const shop = createShop();
  const bug = await confirmedBug(shop);
  readyFix(shop, bug);
  return { shop, bug };
}

/** The head of the candidate's branch that was pushed last. */
function candidateIn(shop: Shop): string {
  const push = shop.world.pushes.findLast(({ branch }) => branch.startsWith('tonic/candidate/'));
  if (push === undefined) throw new Error('no candidate was pushed');
  return push.head;
}

/** What our own check says about a commit, with the line beside it. */
function gateOn(shop: Shop, commit: string, environment: 'uat' | 'prod'): string | undefined {
  const own = checksOn(shop.world, commit).find(
    ({ name, appId }) => name === GATE_CHECKS[environment] && appId === shop.world.appId,
  );
  return own === undefined ? undefined : `${own.state}: ${own.report?.title}`;
}

const uatDeploys = (shop: Shop) => shop.deploys.filter((line) => line.startsWith('uat'));

describe('a candidate whose branch asks for checks', () => {
  test('waits for them, and is deployed when they are green', async () => {
    const { shop, bug } = await readyForT1();
    demandChecks(shop);
    expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('deployed');
    expect(uatDeploys(shop)).toEqual([`uat ${candidateIn(shop)}`]);
  });

  test('goes at once when they are green already', async () => {
    const { shop, bug } = await readyForT1();
    demandChecks(shop);
    const { meanwhile } = shop;
    const context = shop.open({ pause: () => Promise.reject(new Error('it waited')) });
    const push: Context['repository']['push'] = async (updates) => {
      const pushed = await context.repository.push(updates);
      await meanwhile();
      return pushed;
    };
    const eager = { ...context, repository: { ...context.repository, push } };
    expect(outcomeIn(await slot(shop, 'T1', { context: eager }), bug)).toBe('deployed');
  });

  test('is not deployed when one is red; its bugs stay queued, and the report names the check', async () => {
    const { shop, bug } = await readyForT1();
    demandChecks(shop, 'red');
    expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('failed checks_red');
    expect(bugIn(shop, bug)).toMatchObject({ status: 'planned', hold: { reason: 'checks_red' } });
    expect(shop.git.patchesOn('uat')).toEqual(['base']);
    expect(uatDeploys(shop)).toEqual([]);
    expect(answersOn(shop, bug).at(-1)).toContain('`ci` is red on the candidate');
    expect(gateOn(shop, candidateIn(shop), 'uat')).toBe('red: 2026-11-20/T1 has given it up');
  });

  test('is not deployed when they do not come in time, and is taken by the next slot', async () => {
    const { shop, bug } = await readyForT1();
    demandChecks(shop, 'pending');
    expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('failed checks_late');
    expect(shop.world.clock.nowMs()).toBeGreaterThanOrEqual(at('2026-11-20 20:30:00'));
    expect(shop.world.clock.nowMs()).toBeLessThan(at('2026-11-20 20:31:00'));
    expect(answersOn(shop, bug).at(-1)).toContain('within 30 minutes, so nothing was deployed');
    nextNoon(shop);
    demandChecks(shop);
    expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('deployed');
  });

  test('is not helped by another App or a commit status of the same name', async () => {
    const { shop, bug } = await readyForT1();
    demandChecks(shop);
    shop.meanwhile = () => {
      const commit = candidateIn(shop);
      for (const appId of [CI + 1, null])
        shop.world.checks.push({ commit, name: 'ci', appId, state: 'green', report: null });
    };
    expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('failed checks_late');
    expect(uatDeploys(shop)).toEqual([]);
  });

  test('of PROD that is red leaves the one of UAT alone', async () => {
    const shop = createShop();
    shop.git.commit('uat', 'feature');
    const back = await confirmedBug(shop);
    readyFix(shop, back, { base: 'main', reviewer: 'ada' });
    await slot(shop, 'T1');
    await slot(shop, 'T2');
    nextNoon(shop);
    await say(shop, { issue: back, body: '/approve-uat-merge' });
    const fresh = await confirmedBug(shop);
    readyFix(shop, fresh, { base: 'main', reviewer: 'ada' });
    await slot(shop, 'T1');
    demandChecks(shop, 'red');
    shop.world.requiredChecks.set('uat', []);
    const result = await slot(shop, 'T2');
    expect(outcomeIn(result, fresh)).toBe('failed checks_red');
    expect(outcomeIn(result, back)).toBe('merged');
  });

  test('that moves with its branch waits anew, with what was taken back meanwhile left out', async () => {
    const shop = createShop();
    const bugs = [await confirmedBug(shop), await confirmedBug(shop)];
    for (const bug of bugs) readyFix(shop, bug);
    await slot(shop, 'T1');
    later(shop);
    for (const issue of bugs) await say(shop, { issue, body: '/approve-prod' });
    demandChecks(shop);
    const { meanwhile } = shop;
    let waits = 0;
    shop.meanwhile = async () => {
      waits += 1;
      // While the first candidate is tested, PROD moves; while the second is, a bug is taken back.
      if (waits === 1) shop.git.commit('main', null);
      if (waits === 2) await say(shop, { issue: bugs[1] ?? 0, body: '/unapprove' });
      await meanwhile();
    };
    await slot(shop, 'T2');
    expect(waits).toBe(3);
    expect(bugs.map((bug) => bugIn(shop, bug).status)).toEqual(['deployed_prod', 'deployed_uat']);
    expect(shop.deploys.filter((line) => line.startsWith('prod'))).toEqual([`prod ${candidateIn(shop)}`]);
  });
});

/** T2 planned with one approved bug. */
async function plannedForProd() {
  const shop = createShop();
  const bug = await bugOnUat(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
  demandChecks(shop);
  shop.world.clock.advance(at('2026-11-20 22:00:00') - shop.world.clock.nowMs());
  await planSlot(shop.open(), { kind: 'T2', slotId: '2026-11-20/T2', run: aRun('T2') });
  return { shop, bug, candidate: candidateIn(shop) };
}

describe('our own check on a candidate', () => {
  test('lets the push of the slot through, and nothing else is waited for', async () => {
    const { shop, bug } = await readyForT1();
    const { world } = shop;
    world.requiredChecks.set('uat', [{ context: GATE_CHECKS.uat, appId: world.appId }]);
    const context = shop.open();
    const blind = {
      ...context,
      checks: { ...context.checks, on: () => Promise.reject(new Error('it looked')) },
    };
    expect(outcomeIn(await slot(shop, 'T1', { context: blind }), bug)).toBe('deployed');
    expect(gateOn(shop, candidateIn(shop), 'uat')).toBe('green: 2026-11-20/T1 may bring it to UAT');
  });

  test('is not said where the branch does not ask for it', async () => {
    const { shop, bug } = await readyForT1();
    expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('deployed');
    const heads = [...shop.world.pulls.values()].flatMap(({ commits }) => commits);
    expect(shop.world.checks.filter(({ commit }) => !heads.includes(commit))).toEqual([]);
  });

  test('is never the one of the other environment', async () => {
    const { shop } = await readyForT1();
    demandChecks(shop);
    await slot(shop, 'T1');
    expect(gateOn(shop, candidateIn(shop), 'prod')).toBeUndefined();
  });

  test('turns red when an approval in it is taken back', async () => {
    const { shop, bug, candidate } = await plannedForProd();
    expect(gateOn(shop, candidate, 'prod')).toBe('green: 2026-11-20/T2 may bring it to PROD');
    await say(shop, { issue: bug, body: '/unapprove' });
    expect(gateOn(shop, candidate, 'prod')).toBe(
      `red: #${bug} was taken back: 2026-11-20/T2 does not bring it`,
    );
    const lost = await shop.git.repository.push([
      { ref: 'refs/heads/main', expected: shop.git.branches.get('main') ?? '', target: candidate },
    ]);
    expect(lost).toMatchObject({ kind: 'refused', rule: 'ruleset' });
  });

  test('turns red while a freeze covers it, and green again once that is lifted', async () => {
    const { shop, bug, candidate } = await plannedForProd();
    const gate = () => gateOn(shop, candidate, 'prod');
    expect(gate()).toBe('green: 2026-11-20/T2 may bring it to PROD');
    await say(shop, { issue: bug, body: '/freeze until 2026-12-05 an incident' });
    expect(gate()).toBe(`red: #${bug} is frozen: 2026-11-20/T2 does not bring it`);
    later(shop);
    await say(shop, { issue: bug, body: '/unfreeze' });
    expect(gate()).toBe('green: 2026-11-20/T2 may bring it to PROD');
  });

  test('is put right by the reconciliation when it could not be said, also after the slot', async () => {
    const { shop, bug, candidate } = await plannedForProd();
    const context = shop.open();
    const mute = {
      ...context,
      checks: { ...context.checks, report: () => Promise.reject(new Error('no answer')) },
    };
    await say(shop, { issue: bug, body: '/unapprove' }, mute);
    expect(gateOn(shop, candidate, 'prod')).toMatch(/^green/u);
    await reconcileAndWrite(shop.open());
    expect(gateOn(shop, candidate, 'prod')).toMatch(/^red: #\d+ was taken back/u);
  });

  test('turns red when its slot is over and it was not deployed', async () => {
    const { shop, candidate } = await plannedForProd();
    later(shop, 180);
    await reconcileAndWrite(shop.open());
    expect(gateOn(shop, candidate, 'prod')).toBe('red: 2026-11-20/T2 is over');
  });
});
