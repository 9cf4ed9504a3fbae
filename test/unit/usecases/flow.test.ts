import { expect, test } from 'vitest';
import {
  bugForProd,
  answersOn,
  bugIn,
  bugOnUat,
  createShop,
  later,
  nextNoon,
  openIssue,
  outcomeIn,
  readyFix,
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

test('a bug that only UAT has is fixed there, and is told to wait for the next release instead of an approval', async () => {
  const shop = createShop();
  shop.git.commit('uat', 'feature');
  const bug = await openIssue(shop, ['severity:medium', 'found-in:uat']);
  await say(shop, { issue: bug, body: '/confirm' });
  readyFix(shop, bug);
  await slot(shop, 'T1');
  later(shop);
  expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', uatOnly: true });
  expect(answersOn(shop, bug).at(-1)).toContain('It travels to PROD with the next release');
  await say(shop, { issue: bug, body: '/status' });
  expect(answersOn(shop, bug).at(-1)).toContain('| **Next** | it travels to PROD with the next release');
  await say(shop, { issue: bug, body: '/approve-prod' });
  expect(answersOn(shop, bug).at(-1)).toContain('This fix travels to PROD with the next release');
  expect(bugIn(shop, bug).status).toBe('deployed_uat');
});
