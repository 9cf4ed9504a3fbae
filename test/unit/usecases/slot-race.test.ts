import { describe, expect, it } from 'vitest';
import { runStage, type StageResult } from '../../../src/usecases/slot/run-stage.ts';
import { aRun } from '../../support/builders.ts';
import { bugIn, confirmedBug, createShop, outcomeIn, planT1, readyFix, slot, type Shop } from './support.ts';

/** Plans T1, lets somebody act right before the environment's job pushes, and runs that job. */
async function raceAtT1(
  act: (shop: Shop) => void,
): Promise<{ shop: Shop; bug: number; result: StageResult }> {
  const shop = createShop();
  const bug = await confirmedBug(shop);
  readyFix(shop, bug);
  const slotId = await planT1(shop);
  shop.git.beforeNextPush(() => act(shop));
  const result = await runStage(shop.open(), { slotId, environment: 'uat', run: aRun('T1') });
  return { shop, bug, result };
}

describe('a branch that moves while a slot pushes', () => {
  it('is taken as it is then: what was pushed stays, and the fix comes on top', async () => {
    const { shop, bug, result } = await raceAtT1(({ git }) => git.commit('uat', 'a feature'));
    expect(result).toMatchObject({ kind: 'ran', ok: true });
    expect(bugIn(shop, bug).status).toBe('deployed_uat');
    const patches = shop.git.patchesOn('uat');
    expect(patches).toContain('a feature');
    expect(patches.length).toBe(patches.indexOf('a feature') + 2);
    expect(shop.deploys).toEqual([`uat ${shop.git.branches.get('uat')}`]);
  });

  it('and takes no head that came since and that nobody has reviewed', async () => {
    const { shop, bug, result } = await raceAtT1(({ git, people, world }) => {
      git.commit('uat', 'a feature');
      for (const pull of world.pulls.keys()) people.push(pull);
    });
    expect(outcomeIn(result, bug)).toBe('failed nothing_to_do');
    expect(shop.git.patchesOn('uat')).toEqual(['base', 'a feature']);
  });

  it('and was moved back stops the slot: nothing is pushed or deployed, a person has to look', async () => {
    const { shop, bug, result } = await raceAtT1(({ git }) => {
      git.branches.delete('uat');
      git.commit('uat', 'another history');
    });
    expect(result).toMatchObject({ kind: 'ran', ok: false });
    expect(outcomeIn(result, bug)).toBe('failed branch_rewound');
    expect(bugIn(shop, bug)).toMatchObject({ status: 'planned', hold: { reason: 'branch_rewound' } });
    expect(shop.git.patchesOn('uat')).toEqual(['another history']);
    expect(shop.deploys).toEqual([]);
  });
});

it('a run that takes on a dead one’s plan deploys what that plan has built, whatever became ready meanwhile', async () => {
  const shop = createShop();
  const first = await confirmedBug(shop);
  readyFix(shop, first);
  const slotId = await planT1(shop);
  const second = await confirmedBug(shop);
  readyFix(shop, second);
  shop.world.runs.push({ id: 7, workflowFile: 'tonic-t1.yml', inputs: {}, state: 'ended' });
  const result = await slot(shop, 'T1', { runId: 8 });
  const planned = shop.ledger.state().slots.get(slotId)?.stages[0]?.candidate;
  expect(result).toMatchObject({ kind: 'ran', ok: true });
  expect(shop.deploys).toEqual([`uat ${planned}`]);
  expect(shop.git.branches.get('uat')).toBe(planned);
});
