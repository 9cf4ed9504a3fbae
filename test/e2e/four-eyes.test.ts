import { afterAll, beforeAll, expect, it } from 'vitest';
import { withConfig } from '../support/e2e-config.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

/** PROD asks for two admins, and nobody who has written the fix is one of them. */
const FOUR_EYES = { approvals: { allow_author: false, required: { prod: 2 } } };

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ write: withConfig(FOUR_EYES) });
  await makes('dan', 'admin');
  await makes('eve', 'admin');
  await shop.confirmed('vat');
  await shop.fixed('vat', FIX.vat);
  await shop.to('20:00');
});
afterAll(() => shop.demo.close());

/** Ada gives somebody a role. */
async function makes(username: string, permission: 'admin' | 'push'): Promise<void> {
  const { octokit, at } = shop.scene.actor('ada');
  await octokit.rest.repos.addCollaborator({ ...at, username, permission });
}

/** Somebody says `/approve-prod`; gives the answer. */
async function approvedBy(login: string): Promise<string> {
  await shop.say(login, 'vat', '/approve-prod');
  return (await shop.answers('vat')).at(-1) ?? '';
}

it('whoever wrote the fix cannot sign it off, admin or not', async () => {
  expect(await approvedBy('dan')).toMatch(/\*\*dan\*\* has written in #\d; another admin has to approve it/u);
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
});

it('one admin is not enough, however often', async () => {
  expect(await approvedBy('ada')).toMatch(/1 of 2/u);
  expect(await approvedBy('ada')).toMatch(/approved exactly this already/u);
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
});

it('a second one queues it', async () => {
  expect(await approvedBy('eve')).toMatch(/Approved for PROD/u);
  expect(await shop.statusOf('vat')).toBe('pending_prod');
});

it('once one of them has lost the role T2 does not take it, and says whose word is missing', async () => {
  await makes('eve', 'push');
  await shop.to('22:00');
  expect(shop.deploys('prod')).toEqual([]);
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  expect((await shop.answers('vat')).join('\n')).toMatch(/eve.*(?:role|admin)/u);
});

it('with the role back it takes her word again, and only hers', async () => {
  await makes('eve', 'admin');
  expect(await approvedBy('eve')).toMatch(/Approved for PROD/u);
  expect(await shop.statusOf('vat')).toBe('pending_prod');
});
