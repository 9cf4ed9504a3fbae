import { afterAll, beforeAll, expect, it } from 'vitest';
import { offersFeature, settlesConflict } from '../../src/cli/story/feature.ts';
import { startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
  await offersFeature('eve', 'dollars', 'dan')(shop.scene);
  await shop.demo.settle();
});
afterAll(() => shop.demo.close());

const TIME = {
  path: 'src/order-time.js',
  find: 'placedAt.toISOString().slice(11, 16)',
  put: "placedAt.toLocaleTimeString('en-GB', { timeZone: 'Asia/Taipei', timeStyle: 'short' })",
};
const COMMAS = {
  path: 'src/money.js',
  find: '`NT$${amount}`',
  put: "`NT$${amount.toLocaleString('en-US')}`",
};

it('with UAT ahead a bug goes PROD first and back to UAT, and a conflict waits for a person', async () => {
  await shop.confirmed('time');
  expect((await shop.answers('time')).join('\n')).toMatch(/Flow 2[\s\S]*UAT is ahead of PROD by 1 commit/u);
  await shop.confirmed('commas');
  await shop.fixed('time', TIME, 'main');
  await shop.fixed('commas', COMMAS, 'main');
  await shop.scene.actor('ada').approve(shop.scene.numberOf('time.fix'));

  await shop.to('20:00');
  expect(await shop.statusOf('time')).toBe('pending_prod');
  expect(shop.deploys('uat')).toEqual([]);

  await shop.say('ada', 'commas', '/approve-prod');
  await shop.to('22:00');
  expect(await shop.statusOf('time')).toBe('deployed_prod');
  expect(await shop.statusOf('commas')).toBe('deployed_prod');
  expect(await shop.receipt('prod')).toMatch(/^16:30 {2}NT\$1,000/u);
  expect(await shop.receipt('uat')).toMatch(/^08:30 {2}NT\$1000/u);

  await shop.to('10:00', 2);
  await shop.say('ada', 'time', '/approve-uat-merge all');
  await shop.to('22:00', 2);
  expect(await shop.statusOf('time')).toBe('uat_merged');
  expect(await shop.statusOf('commas')).toBe('pending_uat_merge');
  expect(await shop.receipt('uat')).toMatch(/^16:30 {2}NT\$1000/u);
  expect((await shop.answers('commas')).at(-1)).toContain('src/money.js');
  // Picked with its origin named, and nothing else.
  expect(await shop.git('log', '-1', '--format=%B', 'origin/uat')).toMatch(
    /\(cherry picked from commit [0-9a-f]{40}\)/u,
  );
  expect(await shop.git('grep', '-c', '<<<<<<<', 'origin/uat').catch(() => 'none')).toBe('none');

  const text =
    "export function money(amount, currency = 'NT$') {\n  return `${currency}${amount.toLocaleString('en-US')}`;\n}\n";
  await settlesConflict('eve', 'ada', { name: 'conflict', path: 'src/money.js', text })(shop.scene);
  await shop.demo.settle();
  const { octokit, at } = shop.scene.actor('rita');
  const { data: pull } = await octokit.rest.pulls.get({
    ...at,
    pull_number: shop.scene.numberOf('conflict'),
  });
  expect(pull.assignees?.map(({ login }) => login)).toEqual(['dan']);
  expect(await shop.statusOf('commas')).toBe('pending_uat_merge');

  await shop.to('22:00', 3);
  expect(await shop.statusOf('commas')).toBe('uat_merged');
  expect(await shop.receipt('uat')).toMatch(/^16:30 {2}NT\$1,000/u);
});
