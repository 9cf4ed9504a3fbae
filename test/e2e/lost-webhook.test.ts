import { afterAll, beforeAll, expect, it } from 'vitest';
import { says } from '../../src/cli/story/deed.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
  await shop.confirmed('vat');
  await shop.confirmed('coupon');
  await shop.fixed('vat', FIX.vat);
  await shop.fixed('coupon', FIX.coupon);
  await shop.to('20:00');
});
afterAll(() => shop.demo.close());

it('an approval that was written before T2 while the App was down counts for that T2, one written after does not', async () => {
  await shop.demo.stopApp();
  const { clock } = shop.demo.sandbox;
  clock.advanceTo(shop.demo.at(1, '21:50'));
  await says('ada', ['vat'], '/approve-prod')(shop.scene);
  await says('dan', ['coupon'], '/approve-prod')(shop.scene);
  clock.advanceTo(shop.demo.at(1, '22:05'));
  await says('ada', ['coupon'], '/approve-prod')(shop.scene);
  clock.advanceTo(shop.demo.at(1, '22:10'));
  expect(await shop.statusOf('vat')).toBe('deployed_uat');

  await shop.demo.startApp();
  await shop.demo.settle();
  await shop.to('22:11');

  expect(await shop.statusOf('vat')).toBe('deployed_prod');
  expect(await shop.statusOf('coupon')).toBe('pending_prod');
  expect((await shop.answers('coupon')).join('\n')).toMatch(/for admins/u);
  await shop.to('22:00', 2);
  expect(await shop.statusOf('coupon')).toBe('deployed_prod');
});
