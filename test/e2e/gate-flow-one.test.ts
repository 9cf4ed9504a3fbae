import { afterAll, beforeAll, expect, it } from 'vitest';
import { GATE_CHECKS } from '../../src/domain/gate.ts';
import { requestAction } from '../../src/sandbox/check/press.ts';
import { latestCheckRuns } from '../../src/sandbox/check/store.ts';
import { offersFix } from '../../src/cli/story/deed.ts';
import { findAccount, findRepository } from '../../src/sandbox/world.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.demo.close());

const ada = () => shop.scene.actor('ada');

function checkOn(head: string) {
  const { world } = shop.demo.sandbox;
  const { owner, repo } = ada().at;
  const repository = findRepository(world, owner, repo);
  const run = repository && latestCheckRuns(repository, head).find(({ name }) => name === GATE_CHECKS.uat);
  if (!repository || !run) throw new Error('there is no check');
  return { repository, run };
}

async function pull(name: string) {
  const { octokit, at } = ada();
  return (await octokit.rest.pulls.get({ ...at, pull_number: shop.scene.numberOf(name) })).data;
}

it('nobody merges what the App has not let through, whoever says else', async () => {
  await shop.confirmed('vat');
  await shop.say('ada', 'vat', '/plan');
  const change = { base: 'uat', title: 'Mend VAT', changes: [FIX.vat] };
  await offersFix('dan', 'vat', change)(shop.scene);
  await shop.demo.settle();
  const { head } = await pull('vat.fix');
  expect(checkOn(head.sha).run).toMatchObject({ conclusion: 'failure' });
  expect(checkOn(head.sha).run.title).toMatch(/0 of 1 approving reviews/u);
  const { octokit, at } = shop.scene.actor('dan');
  await octokit.rest.repos.createCommitStatus({
    ...at,
    sha: head.sha,
    state: 'success',
    context: GATE_CHECKS.uat,
  });
  await expect(ada().merge(shop.scene.numberOf('vat.fix'))).rejects.toMatchObject({ status: 405 });

  await shop.scene.actor('eve').approve(shop.scene.numberOf('vat.fix'));
  await shop.demo.settle();
  expect(checkOn(head.sha).run).toMatchObject({ conclusion: 'success' });
});

it('T1 brings it to UAT, and the button on its check signs it off for PROD', async () => {
  const { head } = await pull('vat.fix');
  await shop.to('20:00');
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  const at = checkOn(head.sha);
  expect(at.run.title).toMatch(/^On UAT; an admin’s word for PROD counts for T2/u);
  const press = async (login: string) => {
    const user = findAccount(shop.demo.sandbox.world, login);
    if (user === null) throw new Error(`nobody is called ${login}`);
    requestAction(shop.demo.sandbox, at, { identifier: 'approve_prod', actor: { kind: 'user', user } });
    await shop.demo.settle();
  };
  await press('dan');
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  expect((await shop.answers('vat')).at(-1)).toMatch(/for admins/u);
  await press('ada');
  expect(await shop.statusOf('vat')).toBe('pending_prod');
  expect(checkOn(head.sha).run.title).toMatch(/brings it to PROD/u);
  await shop.to('22:00');
  expect(await shop.statusOf('vat')).toBe('deployed_prod');
});
