import { describe, expect, test } from 'vitest';
import { guardLabel } from '../../../src/usecases/guard-label.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { changeLabels, issueIn, personIn } from '../../support/fake-world.ts';
import { answersOn, bugIn, bugOnUat, confirmedBug, createShop, later, say, type Shop } from './support.ts';

// No webhook of a label comes in these tests.

const reconcile = (shop: Shop) => reconcileAndWrite(shop.open());
const labelsOn = (shop: Shop, issue: number) => issueIn(shop.world, issue).labels.toSorted();

async function reconciledBug(): Promise<{ shop: Shop; bug: number }> {
  const shop = createShop();
  const bug = await confirmedBug(shop);
  await reconcile(shop);
  later(shop, 10);
  return { shop, bug };
}

describe('a label that no webhook told of is whoever’s who put it on:', () => {
  test('a severity by somebody with triage access is taken over', async () => {
    const { shop, bug } = await reconciledBug();
    shop.people.label(bug, { by: 'tia', remove: ['severity:medium'], add: ['severity:low'] });
    await reconcile(shop);
    expect(bugIn(shop, bug).severity).toBe('low');
    expect(labelsOn(shop, bug)).toEqual(['bug', 'flow:1', 'severity:low', 'status:confirmed']);
    expect(answersOn(shop, bug).at(-1)).not.toContain('A bug keeps a severity');
  });

  test('a severity of the hotfix path takes a queued bug out of the queue', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    later(shop);
    shop.people.label(bug, { by: 'tia', add: ['severity:critical'] });
    await reconcile(shop);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', severity: 'critical', approvals: [] });
    expect(answersOn(shop, bug).at(-1)).toContain('It left the queue for T2');
  });

  test('a severity by somebody without it is put back, and told once', async () => {
    const { shop, bug } = await reconciledBug();
    const before = labelsOn(shop, bug);
    shop.people.label(bug, { by: 'rea', remove: ['severity:medium'], add: ['severity:low'] });
    await reconcile(shop);
    expect(bugIn(shop, bug).severity).toBe('medium');
    expect(labelsOn(shop, bug)).toEqual(before);
    later(shop, 10);
    const answers = answersOn(shop, bug);
    expect(answers.filter((each) => each.includes('triage access'))).not.toEqual([]);
    await reconcile(shop);
    expect(answersOn(shop, bug)).toEqual(answers);
  });

  test('a status by an admin is put back, with what to say instead', async () => {
    const { shop, bug } = await reconciledBug();
    shop.people.label(bug, { by: 'ada', add: ['status:deployed_prod'] });
    await reconcile(shop);
    expect(bugIn(shop, bug).status).toBe('confirmed');
    expect(labelsOn(shop, bug)).toEqual(['bug', 'flow:1', 'severity:medium', 'status:confirmed']);
    expect(answersOn(shop, bug).at(-1)).toContain('A command moves the bug');
  });

  test('the bug label that is gone is put back, though the issue is no bug by its labels', async () => {
    const { shop, bug } = await reconciledBug();
    shop.people.label(bug, { by: 'wes', remove: ['bug'] });
    await reconcile(shop);
    expect(labelsOn(shop, bug)).toContain('bug');
    expect(answersOn(shop, bug).at(-1)).toContain('A tracked bug keeps its bug label');
  });

  test('services and modules are taken over', async () => {
    const { shop, bug } = await reconciledBug();
    shop.people.label(bug, { by: 'tia', add: ['service:cart', 'module:vat'] });
    await reconcile(shop);
    expect(bugIn(shop, bug)).toMatchObject({ services: ['cart'], modules: ['vat'] });
    later(shop, 10);
    shop.people.label(bug, { by: 'tia', remove: ['service:cart'] });
    await reconcile(shop);
    expect(bugIn(shop, bug)).toMatchObject({ services: [], modules: ['vat'] });
  });
});

describe('a label that says nothing is put back in silence:', () => {
  test('one of a bot', async () => {
    const { shop, bug } = await reconciledBug();
    const answers = answersOn(shop, bug);
    const change = { add: ['severity:low'], remove: ['severity:medium'], by: null, atMs: shop.world.now() };
    changeLabels(issueIn(shop.world, bug), change);
    await reconcile(shop);
    expect(bugIn(shop, bug).severity).toBe('medium');
    expect(labelsOn(shop, bug)).toContain('severity:medium');
    expect(answersOn(shop, bug)).toEqual(answers);
  });

  test('one that is older than the last word on it', async () => {
    const { shop, bug } = await reconciledBug();
    shop.people.label(bug, { by: 'tia', add: ['severity:low'] });
    later(shop);
    await say(shop, { by: 'tia', issue: bug, body: '/severity high' });
    await reconcile(shop);
    expect(bugIn(shop, bug).severity).toBe('high');
    expect(labelsOn(shop, bug).filter((each) => each.startsWith('severity:'))).toEqual(['severity:high']);
  });
});

test('a webhook that comes late says nothing that a newer word has not', async () => {
  const { shop, bug } = await reconciledBug();
  const late = { issue: bug, action: 'labeled', label: 'severity:low', atMs: shop.world.now() } as const;
  later(shop);
  await say(shop, { by: 'tia', issue: bug, body: '/severity high' });
  await guardLabel(shop.open(), { ...late, by: personIn(shop.world, 'tia') });
  expect(bugIn(shop, bug).severity).toBe('high');
});
