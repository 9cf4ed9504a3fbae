import { afterAll, beforeAll, expect, it } from 'vitest';
import { GATE_CHECKS } from '../../src/domain/gate.ts';
import { offersFix } from '../../src/cli/story/deed.ts';
import { gateOf, mergedAs, press, verdictOn } from '../support/e2e-gate.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.demo.close());

const verdict = () => verdictOn(shop, 'vat.fix', 'uat');

it('nobody merges what the App has not let through, whoever says else', async () => {
  await shop.confirmed('vat');
  await shop.say('ada', 'vat', '/plan');
  const change = { base: 'uat', title: 'Mend VAT', changes: [FIX.vat] };
  await offersFix('dan', 'vat', change)(shop.scene);
  await shop.demo.settle();
  expect(await verdict()).toMatch(/^closed: .*0 of 1 approving reviews/u);
  const { octokit, at } = shop.scene.actor('dan');
  const { headSha: sha } = await gateOf(shop, 'vat.fix', 'uat');
  await octokit.rest.repos.createCommitStatus({ ...at, sha, state: 'success', context: GATE_CHECKS.uat });
  expect(await mergedAs(shop, 'ada', 'vat.fix')).toBe(405);

  await shop.scene.actor('eve').approve(shop.scene.numberOf('vat.fix'));
  await shop.demo.settle();
  expect(await verdict()).toMatch(/^open/u);
});

it('T1 brings it to UAT, and the button on its check signs it off for PROD', async () => {
  await shop.to('20:00');
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  expect(await verdict()).toMatch(/: On UAT; an admin’s word for PROD counts for T2/u);
  const pressed = async (by: string) =>
    press(shop, await gateOf(shop, 'vat.fix', 'uat'), { by, button: 'approve_prod' });
  await pressed('dan');
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  expect((await shop.answers('vat')).at(-1)).toMatch(/for admins/u);
  await pressed('ada');
  expect(await shop.statusOf('vat')).toBe('pending_prod');
  expect(await verdict()).toMatch(/brings it to PROD/u);
  await shop.to('22:00');
  expect(await shop.statusOf('vat')).toBe('deployed_prod');
});
