import { describe, expect, test } from 'vitest';
import { recheckHead } from '../../../src/usecases/recheck-approvals.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { personIn, pullIn } from '../../support/fake-world.ts';
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
  type Shop,
} from './support.ts';

const reconcile = (shop: Shop) => reconcileAndWrite(shop.open());

const voids = (shop: Shop, bug: number) =>
  answersOn(shop, bug).filter((answer) => answer.includes('is void'));

/** A bug of Flow 2 in the queue for PROD, signed off by Ada’s command. */
async function signedOff(): Promise<{ shop: Shop; bug: number; pull: number }> {
  const shop = createShop();
  const { bug, pull } = await bugForProd(shop);
  later(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
  later(shop, 2);
  return { shop, bug, pull };
}

/** A bug of Flow 1 in the queue for PROD, approved in a comment. */
async function approved(): Promise<{ shop: Shop; bug: number; comment: number }> {
  const shop = createShop();
  const bug = await bugOnUat(shop);
  const comment = await say(shop, { issue: bug, body: '/approve-prod' });
  later(shop, 2);
  return { shop, bug, comment };
}

function demote(shop: Shop, login: string): void {
  shop.world.standings.set(personIn(shop.world, login).id, { permission: 'write', isBot: false });
}

describe('a push to a pull request that was signed off', () => {
  test('leaves nothing of the sign-off, at once, and tells who gave it, once', async () => {
    const { shop, bug, pull } = await signedOff();
    shop.people.push(pull);
    await recheckHead(shop.open(), pull);
    await recheckHead(shop.open(), pull);
    await reconcile(shop);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'pending_prod', approvals: [] });
    expect(voids(shop, bug)).toHaveLength(1);
    expect(voids(shop, bug)[0]).toContain('The approval of **ada** is void');
    expect(voids(shop, bug)[0]).toContain('The fix is not the one that was approved any more');
    shop.people.review({ by: 'max', pull, state: 'approved' });
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held not_approved');
    expect(shop.git.patchesOn('main')).toEqual(['base']);
  });

  test('and a word for the new head count again', async () => {
    const { shop, bug, pull } = await signedOff();
    shop.people.push(pull);
    await recheckHead(shop.open(), pull);
    later(shop);
    shop.people.review({ by: 'max', pull, state: 'approved' });
    await say(shop, { issue: bug, body: '/approve-prod' });
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
  });

  test('is found by the reconciliation when the webhook was lost', async () => {
    const { shop, bug, pull } = await signedOff();
    shop.people.push(pull);
    await reconcile(shop);
    expect(bugIn(shop, bug).approvals).toEqual([]);
    expect(voids(shop, bug)).toHaveLength(1);
  });

  test('does nothing once the fix lies on UAT: that is what was approved', async () => {
    const { shop, bug } = await approved();
    const [link] = bugIn(shop, bug).fixes;
    const before = bugIn(shop, bug);
    shop.people.push(link?.pull ?? 0);
    await recheckHead(shop.open(), link?.pull ?? 0);
    await reconcile(shop);
    expect(bugIn(shop, bug)).toEqual(before);
  });
});

test('a pull request that is closed takes its sign-off with it', async () => {
  const { shop, bug, pull } = await signedOff();
  const found = shop.world.pulls.get(pull);
  if (found !== undefined) found.state = 'closed';
  await recheckHead(shop.open(), pull);
  expect(bugIn(shop, bug).approvals).toEqual([]);
});

/** Back where it waits for a new word, and told so once. */
async function expectVoid(shop: Shop, bug: number, words: string): Promise<void> {
  await reconcile(shop);
  await reconcile(shop);
  expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', approvals: [] });
  expect(statusOn(shop, bug)).toEqual(['status:deployed_uat']);
  expect(voids(shop, bug)).toHaveLength(1);
  expect(voids(shop, bug)[0]).toContain(words);
}

describe('the reconciliation finds an approval void, and says so once, when', () => {
  test('its comment was edited', async () => {
    const { shop, bug, comment } = await approved();
    shop.people.editComment(comment, '/approve-prod, please');
    await expectVoid(shop, bug, 'was edited');
  });

  test('its comment was deleted', async () => {
    const { shop, bug, comment } = await approved();
    shop.people.deleteComment(comment);
    await expectVoid(shop, bug, 'was deleted');
  });

  test('its comment was deleted under a hundred others', async () => {
    const { shop, bug, comment } = await approved();
    for (let count = 0; count < 101; count += 1)
      shop.people.comment({ by: 'rea', issue: bug, body: 'Me too' });
    await reconcile(shop);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'pending_prod', approvals: [{ by: { login: 'ada' } }] });
    shop.people.deleteComment(comment);
    await expectVoid(shop, bug, 'was deleted');
  });

  test('whoever gave it is no admin any more', async () => {
    const { shop, bug } = await approved();
    demote(shop, 'ada');
    await expectVoid(shop, bug, 'is no admin any more');
  });

  test('what is run for PROD is another command', async () => {
    const { shop, bug } = await approved();
    const { environments } = shop.policy;
    const prod = { ...environments.prod, commandsHash: 'others' };
    shop.policy = { ...shop.policy, environments: { ...environments, prod } };
    await expectVoid(shop, bug, 'the deploy or verify command became another');
  });
});

test('a word that was given a moment ago is not missed yet, where GitHub’s copies lag behind', async () => {
  const shop = createShop();
  const bug = await bugOnUat(shop);
  const comment = await say(shop, { issue: bug, body: '/approve-prod' });
  shop.people.deleteComment(comment);
  await reconcile(shop);
  expect(bugIn(shop, bug).status).toBe('pending_prod');
  later(shop, 5);
  await reconcile(shop);
  expect(bugIn(shop, bug).status).toBe('deployed_uat');
});

test('of two that are needed only the void one goes, and what was deployed on one stays', async () => {
  const { shop, bug } = await approved();
  shop.world.standings.set(personIn(shop.world, 'max').id, { permission: 'admin', isBot: false });
  await say(shop, { by: 'max', issue: bug, body: '/approve-prod' });
  later(shop, 2);
  demote(shop, 'ada');
  await reconcile(shop);
  expect(bugIn(shop, bug)).toMatchObject({ status: 'pending_prod', approvals: [{ by: { login: 'max' } }] });
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
  demote(shop, 'max');
  nextNoon(shop);
  await reconcile(shop);
  expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_prod', approvals: [{ by: { login: 'max' } }] });
});

test('approvals that stand cost the ledger nothing', async () => {
  const { shop } = await signedOff();
  await reconcile(shop);
  const commits = shop.ledger.messages().length;
  await reconcile(shop);
  expect(shop.ledger.messages()).toHaveLength(commits);
});

test('a pull request that is closed and reopened as it was has to be signed off anew', async () => {
  const { shop, bug, pull } = await signedOff();
  for (const state of ['closed', 'open'] as const) {
    pullIn(shop.world, pull).state = state;
    await reconcile(shop);
  }
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held not_approved');
});

test('of two, whoever lost the role and has it again has to give the word again', async () => {
  const shop = createShop();
  shop.policy = { ...shop.policy, approvals: { allowAuthor: true, required: { uat: 1, prod: 2 } } };
  shop.world.standings.set(personIn(shop.world, 'max').id, { permission: 'admin', isBot: false });
  const bug = await bugOnUat(shop);
  for (const by of ['ada', 'max']) await say(shop, { by, issue: bug, body: '/approve-prod' });
  later(shop, 2);
  demote(shop, 'ada');
  await reconcile(shop);
  shop.world.standings.set(personIn(shop.world, 'ada').id, { permission: 'admin', isBot: false });
  await reconcile(shop);
  expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', approvals: [{ by: { login: 'max' } }] });
  await say(shop, { issue: bug, body: '/approve-prod' });
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
});
