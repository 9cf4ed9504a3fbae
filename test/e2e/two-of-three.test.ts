import { afterAll, beforeAll, expect, it } from 'vitest';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.demo.close());

it('PROD gets the two approved fixes of three, byte for byte what git cherry-pick gives', async () => {
  for (const name of ['vat', 'coupon', 'shipping'] as const) {
    await shop.confirmed(name);
    await shop.fixed(name, FIX[name]);
  }
  await shop.to('20:00');
  const before = await shop.head('main');

  await shop.say(
    'ada',
    'vat',
    `/approve-prod #${shop.scene.numberOf('vat')} #${shop.scene.numberOf('shipping')}`,
  );
  await shop.to('22:00');

  expect(await shop.statusOf('vat')).toBe('deployed_prod');
  expect(await shop.statusOf('shipping')).toBe('deployed_prod');
  expect(await shop.statusOf('coupon')).toBe('deployed_uat');

  await shop.git('switch', '--quiet', '--detach', before);
  for (const name of ['vat', 'shipping']) {
    await shop.git('cherry-pick', `origin/fix/${name}`);
  }
  expect(await shop.git('rev-parse', 'origin/main^{tree}')).toBe(await shop.git('rev-parse', 'HEAD^{tree}'));
  expect(await shop.git('show', 'origin/main:src/coupon.js')).toBe(
    await shop.git('show', `${before}:src/coupon.js`),
  );
  expect(await shop.receipt('prod')).toContain('shipping NT$0');
  expect(await shop.receipt('prod')).toContain('coupon NT$20 ');
});
