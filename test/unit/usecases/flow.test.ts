import { expect, test } from 'vitest';
import {
  bugForProd,
  answersOn,
  bugIn,
  bugOnUat,
  createShop,
  later,
  nextNoon,
  outcomeIn,
  say,
  slot,
  statusOn,
} from './support.ts';

test('a bug goes through Flow 1: T1 to UAT, an approval, T2 to PROD, and its issue is closed', async () => {
  const shop = createShop();
  const bug = await bugOnUat(shop);
  expect(statusOn(shop, bug)).toEqual(['status:deployed_uat']);
  await say(shop, { issue: bug, body: '/approve-prod' });
  const result = await slot(shop, 'T2');
  expect(outcomeIn(result, bug)).toBe('deployed');
  expect(bugIn(shop, bug).status).toBe('deployed_prod');
  expect(shop.git.patchesOn('main')).toEqual(shop.git.patchesOn('uat'));
  expect(shop.world.issues.get(bug)?.state).toBe('closed');
  expect(shop.deploys).toEqual([
    `uat ${shop.git.branches.get('uat')}`,
    `prod ${shop.git.branches.get('main')}`,
  ]);
});

test('a bug goes through Flow 2: PROD first, then back to UAT', async () => {
  const shop = createShop();
  const { bug } = await bugForProd(shop, 'ada');
  await slot(shop, 'T2');
  expect(statusOn(shop, bug)).toEqual(['status:deployed_prod']);
  nextNoon(shop);
  await say(shop, { issue: bug, body: '/approve-uat-merge' });
  later(shop);
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('merged');
  expect(statusOn(shop, bug)).toEqual(['status:uat_merged']);
  expect(shop.git.patchesOn('uat')).toContain(shop.git.patchesOn('main').at(-1));
  expect(answersOn(shop, bug).at(-1)).toContain('On UAT too');
});
