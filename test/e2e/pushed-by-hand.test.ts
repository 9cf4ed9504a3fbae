import { afterAll, beforeAll, expect, it } from 'vitest';
import { switchRules } from '../support/e2e-rule.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
  await shop.confirmed('vat');
  await shop.say('ada', 'vat', '/confirm flow2');
  await shop.fixed('vat', FIX.vat, 'main');
  await shop.to('20:00');
  await shop.say('ada', 'vat', '/approve-prod');
});
afterAll(() => shop.demo.close());

/** An admin lifts the rules for a moment and commits straight to PROD's branch. */
async function pushByHand(): Promise<void> {
  const { octokit, at } = shop.scene.actor('ada');
  await switchRules(shop, 'tonic: PROD', 'disabled');
  await octokit.rest.repos.createOrUpdateFileContents({
    ...at,
    branch: 'main',
    path: 'src/by-hand.js',
    message: 'By hand',
    content: Buffer.from('export const byHand = true;\n').toString('base64'),
  });
  await switchRules(shop, 'tonic: PROD', 'active');
  await shop.demo.settle();
}

it('what is pushed to PROD’s branch between the plan of T2 and its push does not go live with it', async () => {
  const { demo } = shop;
  // The job waits for the word of the App, which comes when the App looks by itself.
  demo.sandbox.faults.failDelivery({ event: 'deployment_protection_rule', effect: { kind: 'drop' } });
  await shop.to('22:00');
  expect(demo.lastRun()).toMatchObject({ status: 'waiting' });
  await pushByHand();
  const byHand = await shop.head('main');
  await demo.running()?.reconcile();
  await demo.settle();

  expect(demo.lastRun()).toMatchObject({ conclusion: 'failure' });
  expect(shop.deploys('prod')).toEqual([]);
  expect(await shop.head('main')).toBe(byHand);
  expect(await shop.statusOf('vat')).toBe('pending_prod');
  expect((await shop.answers('vat')).at(-1)).toMatch(
    /1 commit that .*no admin signed off here: `\w{7}` By hand/u,
  );
});
