import { describe, expect, it } from 'vitest';
import { runStage, type StageResult } from '../../../src/usecases/slot/run-stage.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { aRun } from '../../support/builders.ts';
import { pullIn } from '../../support/fake-world.ts';
import {
  bugIn,
  bugOnUat,
  confirmedBug,
  createShop,
  later,
  outcomeIn,
  planAt,
  readyFix,
  say,
  slot,
  type Shop,
} from './support.ts';

/** Plans T1, lets somebody act right before the environment's job pushes, and runs that job. */
async function raceAtT1(
  act: (shop: Shop) => void,
): Promise<{ shop: Shop; bug: number; result: StageResult }> {
  const shop = createShop();
  const bug = await confirmedBug(shop);
  readyFix(shop, bug);
  const slotId = await planAt(shop, 'T1');
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

/** Plans T2 for a bug that is approved, lets somebody act right before PROD's job pushes, and runs that job. */
async function raceAtT2(
  versionFrom: 'deployments' | 'branch',
  act: (shop: Shop) => void | Promise<void>,
): Promise<{ shop: Shop; bug: number; result: StageResult }> {
  const shop = createShop();
  const { environments } = shop.policy;
  shop.policy = {
    ...shop.policy,
    environments: { ...environments, prod: { ...environments.prod, versionFrom } },
  };
  shop.world.deployments.push({
    id: shop.world.nextId(),
    githubEnvironment: environments.prod.githubEnvironment,
    commit: shop.git.branches.get('main') ?? '',
    slot: null,
    by: null,
    createdAtMs: shop.world.now(),
    state: 'success',
  });
  const bug = await bugOnUat(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
  const slotId = await planAt(shop, 'T2');
  await act(shop);
  const result = await runStage(shop.open(), { slotId, environment: 'prod', run: aRun('T2') });
  return { shop, bug, result };
}

/** A release of UAT that a person merges. */
async function release(shop: Shop, isSigned: boolean): Promise<void> {
  const { number: pull } = shop.people.openPull({ by: 'wes', head: 'uat', base: 'main' });
  later(shop);
  if (isSigned) shop.people.comment({ by: 'ada', issue: pull, body: '/approve-release' });
  await reconcileAndWrite(shop.open());
  shop.people.merge(pull);
  pullIn(shop.world, pull).mergeCommit = shop.git.commit('main', 'release');
}

describe('a commit that somebody pushes to PROD’s branch after the plan', () => {
  it.each(['deployments', 'branch'] as const)(
    'is not carried live by the slot, which goes by the %s: nothing is pushed or deployed',
    async (versionFrom) => {
      const { shop, bug, result } = await raceAtT2(
        versionFrom,
        ({ git }) => void git.commit('main', 'by hand'),
      );
      expect(outcomeIn(result, bug)).toBe('failed unsigned_commits');
      expect(bugIn(shop, bug)).toMatchObject({
        status: 'pending_prod',
        hold: { reason: 'unsigned_commits' },
      });
      expect(shop.git.patchesOn('main')).toEqual(['base', 'by hand']);
      expect(shop.deploys.filter((line) => line.startsWith('prod'))).toEqual([]);
    },
  );

  it.each(['deployments', 'branch'] as const)(
    'and in the very moment of the push, neither (%s)',
    async (versionFrom) => {
      const { shop, bug, result } = await raceAtT2(versionFrom, ({ git }) =>
        git.beforeNextPush(() => void git.commit('main', 'by hand')),
      );
      expect(outcomeIn(result, bug)).toBe('failed unsigned_commits');
      expect(shop.git.patchesOn('main')).toEqual(['base', 'by hand']);
    },
  );

  it('does no harm once it is reverted', async () => {
    const { bug, result } = await raceAtT2('deployments', ({ git }) => {
      git.commit('main', 'by hand');
      git.commit('main', 'revert by hand');
    });
    expect(outcomeIn(result, bug)).toBe('deployed');
  });

  it('is refused when a release that nobody signed brought it, and taken along when an admin had signed it', async () => {
    for (const isSigned of [false, true]) {
      const { bug, result } = await raceAtT2('deployments', (shop) => release(shop, isSigned));
      expect(outcomeIn(result, bug)).toBe(isSigned ? 'deployed' : 'failed unsigned_commits');
    }
  });

  it('does no harm when it changes nothing', async () => {
    const { shop, bug, result } = await raceAtT2('deployments', ({ git }) => void git.commit('main', null));
    expect(outcomeIn(result, bug)).toBe('deployed');
    expect(shop.git.patchesOn('main')).toHaveLength(2);
  });
});

it('a run that takes on a dead one’s plan deploys what that plan has built, whatever became ready meanwhile', async () => {
  const shop = createShop();
  const first = await confirmedBug(shop);
  readyFix(shop, first);
  const slotId = await planAt(shop, 'T1');
  const second = await confirmedBug(shop);
  readyFix(shop, second);
  shop.world.runs.push({ id: 7, workflowFile: 'tonic-t1.yml', inputs: {}, state: 'ended' });
  const result = await slot(shop, 'T1', { runId: 8 });
  const planned = shop.ledger.state().slots.get(slotId)?.stages[0]?.candidate;
  expect(result).toMatchObject({ kind: 'ran', ok: true });
  expect(shop.deploys).toEqual([`uat ${planned}`]);
  expect(shop.git.branches.get('uat')).toBe(planned);
});
