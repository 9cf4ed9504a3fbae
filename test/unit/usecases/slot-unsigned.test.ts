import { describe, expect, it } from 'vitest';
import { runStage, type StageResult } from '../../../src/usecases/slot/run-stage.ts';
import { aRun } from '../../support/builders.ts';
import { bugIn, bugOnUat, createShop, nextNoon, outcomeIn, planAt, say, slot, type Shop } from './support.ts';

/** T2 has planned and pushed, and died. Gives how the next run takes it on. */
async function pushedByDeadRun(shop: Shop): Promise<() => Promise<StageResult>> {
  const slotId = await planAt(shop, 'T2');
  const [stage] = shop.ledger.state().slots.get(slotId)?.stages ?? [];
  shop.git.branches.set('main', stage?.candidate ?? '');
  return () => runStage(shop.open(), { slotId, environment: 'prod', run: aRun('T2') });
}

describe('a fix that lies on the PROD branch because its deploy failed', () => {
  it('is not carried live by another bug once its approval was taken back', async () => {
    const shop = createShop();
    const withdrawn = await bugOnUat(shop);
    await say(shop, { issue: withdrawn, body: '/approve-prod' });
    shop.failing.add('prod');
    expect(outcomeIn(await slot(shop, 'T2'), withdrawn)).toBe('failed deploy_failed');
    shop.failing.delete('prod');
    await say(shop, { issue: withdrawn, body: '/unapprove' });
    nextNoon(shop);
    const other = await bugOnUat(shop);
    await say(shop, { issue: other, body: '/approve-prod' });
    const before = [...shop.deploys];
    expect(outcomeIn(await slot(shop, 'T2'), other)).toBe('held unsigned_commits');
    expect(shop.deploys).toEqual(before);
    expect(bugIn(shop, withdrawn).status).toBe('deployed_uat');
  });

  it('is not deployed by the run that takes on a dead one, when it was taken back in between', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    const goOn = await pushedByDeadRun(shop);
    await say(shop, { issue: bug, body: '/unapprove' });
    const before = [...shop.deploys];
    expect(outcomeIn(await goOn(), bug)).toBe('failed not_approved');
    expect(shop.deploys).toEqual(before);
  });

  it('nor when the approving comment was deleted and no webhook told of it', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    const word = await say(shop, { issue: bug, body: '/approve-prod' });
    const goOn = await pushedByDeadRun(shop);
    shop.people.deleteComment(word);
    const before = [...shop.deploys];
    expect(outcomeIn(await goOn(), bug)).toBe('failed not_approved');
    expect(shop.deploys).toEqual(before);
  });

  it('is deployed by it while nothing has changed', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    const goOn = await pushedByDeadRun(shop);
    expect(outcomeIn(await goOn(), bug)).toBe('deployed');
  });

  it('goes live once it is approved again', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    shop.failing.add('prod');
    await slot(shop, 'T2');
    shop.failing.delete('prod');
    await say(shop, { issue: bug, body: '/unapprove' });
    nextNoon(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await slot(shop, 'T2');
    expect(bugIn(shop, bug).status).toBe('deployed_prod');
  });

  it.each(['branch', 'deployments'] as const)(
    'is not carried live by another bug when its own was closed between plan and push (versions from %s)',
    async (versionFrom) => {
      const shop = createShop();
      const { prod } = shop.policy.environments;
      shop.policy = {
        ...shop.policy,
        environments: { ...shop.policy.environments, prod: { ...prod, versionFrom } },
      };
      const closed = await bugOnUat(shop);
      await say(shop, { issue: closed, body: '/approve-prod' });
      shop.failing.add('prod');
      await slot(shop, 'T2');
      shop.failing.delete('prod');
      nextNoon(shop);
      const other = await bugOnUat(shop);
      await say(shop, { issue: other, body: '/approve-prod' });
      const slotId = await planAt(shop, 'T2');
      expect(shop.ledger.state().slots.get(slotId)?.stages[0]?.bugs).toHaveLength(2);
      await say(shop, { issue: closed, body: '/close it is none' });
      const before = [...shop.deploys];
      const run = aRun('T2');
      const ran = await runStage(shop.open(), { slotId, environment: 'prod', run });
      expect([outcomeIn(ran, other), shop.deploys]).toEqual(['failed unsigned_commits', before]);
    },
  );

  it('is not what runs, however many releases of UAT have come since', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    const live = shop.git.branches.get('main');
    await say(shop, { issue: bug, body: '/approve-prod' });
    shop.failing.add('prod');
    await slot(shop, 'T2');
    shop.failing.delete('prod');
    const left = shop.git.branches.get('main');
    expect(left).not.toBe(live);
    await say(shop, { issue: bug, body: '/unapprove' });
    for (let night = 0; night < 8; night += 1) {
      nextNoon(shop);
      await bugOnUat(shop);
    }
    nextNoon(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await slot(shop, 'T2');
    const release = [...shop.ledger.state().releases.values()].find(
      ({ state, environment }) => environment === 'prod' && state === 'live',
    );
    expect(release?.envelope).toMatchObject({ commit: left, previous: live });
  });

  it('is not carried live by another bug, however long ago its run has died', async () => {
    const shop = createShop();
    const withdrawn = await bugOnUat(shop);
    await say(shop, { issue: withdrawn, body: '/approve-prod' });
    await pushedByDeadRun(shop);
    await say(shop, { issue: withdrawn, body: '/unapprove' });
    for (let night = 0; night < 9; night += 1) {
      nextNoon(shop);
      await bugOnUat(shop);
      await slot(shop, 'T2');
    }
    nextNoon(shop);
    const other = await bugOnUat(shop);
    await say(shop, { issue: other, body: '/approve-prod' });
    const before = [...shop.deploys];
    expect(outcomeIn(await slot(shop, 'T2'), other)).toBe('held unsigned_commits');
    expect(shop.deploys).toEqual(before);
  });
});
