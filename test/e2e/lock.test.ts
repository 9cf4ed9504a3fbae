import { afterAll, beforeAll, expect, it } from 'vitest';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.demo.close());

it('a locked PROD refuses T2 and says who has it; unlocked, the next one goes through', async () => {
  await shop.confirmed('vat');
  await shop.fixed('vat', FIX.vat);
  await shop.to('20:00');
  await shop.say('ada', 'vat', '/approve-prod');
  const before = await shop.head('main');

  await shop.say('dan', 'vat', '/lock prod load test until noon');
  await shop.to('22:00');

  expect(await shop.statusOf('vat')).toBe('pending_prod');
  expect(await shop.head('main')).toBe(before);
  expect(shop.deploys('prod')).toEqual([]);
  const said = (await shop.answers('vat')).at(-1) ?? '';
  expect(said).toContain('PROD is locked by **dan** since');
  expect(said).toContain('load test until noon');

  await shop.say('eve', 'vat', '/unlock prod');
  expect((await shop.answers('vat')).at(-1)).toContain('**dan** or an admin says `/unlock prod`');
  await shop.say('dan', 'vat', '/unlock prod');
  await shop.to('22:00', 2);

  expect(await shop.statusOf('vat')).toBe('deployed_prod');
  const ledger = await shop.git('show', 'origin/tonic-ledger:environments/prod.json');
  expect(JSON.parse(ledger)).toMatchObject({ locks: { leases: [] } });
});
