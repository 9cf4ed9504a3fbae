import { describe, expect, it } from 'vitest';
import { runStage } from '../../../src/usecases/slot/run-stage.ts';
import { aRun } from '../../support/builders.ts';
import { pullIn } from '../../support/fake-world.ts';
import {
  answersOn,
  bugForUat,
  bugIn,
  confirmedBug,
  createShop,
  outcomeIn,
  planAt,
  readyFix,
  slot,
  type Shop,
} from './support.ts';

/** A bug that is ready for T1; the remote takes no push of its fix where `isTaken` is `false`. */
async function readyBug(shop: Shop, isTaken: boolean): Promise<number> {
  const bug = await confirmedBug(shop);
  const pull = readyFix(shop, bug);
  if (!isTaken) shop.git.forbid(`patch-${pullIn(shop.world, pull).commits.at(-1)}`);
  return bug;
}

/** The branches on which candidates wait. */
const candidates = (shop: Shop) =>
  [...shop.git.branches.keys()].filter((name) => name.startsWith('tonic/candidate'));

describe('a candidate that the remote does not take', () => {
  it('is built again without the bug whose change is refused, and the others go', async () => {
    const shop = createShop();
    const [first, bad, last] = [
      await readyBug(shop, true),
      await readyBug(shop, false),
      await readyBug(shop, true),
    ];
    const result = await slot(shop, 'T1');
    expect([first, bad, last].map((bug) => outcomeIn(result, bug))).toEqual([
      'deployed',
      'held push_refused',
      'deployed',
    ]);
    expect(answersOn(shop, bad).at(-1)).toMatch(/does not take .*\(ruleset\).*File path is restricted/su);
    expect(bugIn(shop, bad)).toMatchObject({ status: 'planned', hold: { reason: 'push_refused' } });
    expect(candidates(shop)).toEqual([]);
  });

  it('holds all of them where no single one is to blame', async () => {
    const shop = createShop();
    const bugs = [await readyBug(shop, true), await readyBug(shop, true)];
    shop.git.forbid('base');
    const result = await slot(shop, 'T1');
    expect(bugs.map((bug) => outcomeIn(result, bug))).toEqual(['held push_refused', 'held push_refused']);
    expect(shop.deploys).toEqual([]);
  });

  it('does not keep UAT from its merge', async () => {
    const shop = createShop();
    const back = await bugForUat(shop);
    const bad = await confirmedBug(shop, 'low', 'flow2');
    const pull = readyFix(shop, bad, { base: 'main', reviewer: 'ada' });
    shop.git.forbid(`patch-${pullIn(shop.world, pull).commits.at(-1)}`);
    await slot(shop, 'T1');
    const result = await slot(shop, 'T2');
    expect(outcomeIn(result, bad)).toBe('held push_refused');
    expect(outcomeIn(result, back)).toBe('merged');
  });

  it('is no reason for a crash when it was built again in the job', async () => {
    const shop = createShop();
    const bug = await readyBug(shop, true);
    const slotId = await planAt(shop, 'T1');
    shop.git.commit('uat', 'a feature');
    shop.git.forbid('a feature');
    const result = await runStage(shop.open(), { slotId, environment: 'uat', run: aRun('T1') });
    expect(outcomeIn(result, bug)).toBe('failed push_refused');
    expect(bugIn(shop, bug).status).toBe('planned');
  });
});
