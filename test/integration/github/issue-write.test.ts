import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GitHubFailure, type IssueEdit } from '../../../src/ports/github.ts';
import { openShop, report, SHOP, thrownBy, type Shop } from './support.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
  await shop.process().issues.syncLabels(
    ['bug', 'status:submitted', 'status:confirmed'].map((name) => ({
      name,
      color: 'ffffff',
      description: name,
    })),
  );
});
afterEach(() => shop.world.close());

async function openIssue(): Promise<number> {
  const { data } = await shop.world.as('rea').rest.issues.create({ ...SHOP, title: 'It breaks', body: 'x' });
  await shop.world
    .as('ada')
    .rest.issues.addLabels({ ...SHOP, issue_number: data.number, labels: ['bug', 'status:submitted'] });
  return data.number;
}

async function openIssues(count: number): Promise<number[]> {
  const numbers: number[] = [];
  for (let index = 0; index < count; index += 1) numbers.push(await openIssue());
  return numbers;
}

async function bodiesOn(issue: number): Promise<string[]> {
  const { data } = await shop.world.as('ada').rest.issues.listComments({ ...SHOP, issue_number: issue });
  return data.map(({ body }) => (body ?? '').split('\n')[0] ?? '');
}

const confirm = (issue: number): IssueEdit => ({
  issue,
  addLabels: ['status:confirmed'],
  removeLabels: ['status:submitted'],
  card: { commentId: null, body: 'Card' },
  comments: [{ key: `answer-${issue}`, body: 'Confirmed' }],
});

describe('calls', () => {
  test('an edit of an issue that was just read is one call', async () => {
    const issue = await openIssue();
    const { observer, issues } = shop.process();
    await Promise.all([observer.issues([issue]), issues.prepare({ labels: ['status:confirmed'] })]);
    shop.calls();
    await issues.apply([confirm(issue)]);
    expect(shop.calls()).toEqual(['POST /graphql TonicEdit']);
  });

  test('edits of issues that nobody read are one call more, however many', async () => {
    const numbers = await openIssues(7);
    shop.calls();
    await shop.process().issues.apply(numbers.map(confirm));
    expect(shop.calls()).toEqual(['POST /graphql TonicRead', 'POST /graphql TonicEdit']);
  });

  test('thirty steps go in a call, and those of one issue stay together', async () => {
    const numbers = await openIssues(20);
    const { observer, issues } = shop.process();
    await Promise.all([observer.issues(numbers), issues.prepare({ labels: ['status:confirmed'] })]);
    shop.calls();
    await issues.apply(numbers.map(confirm));
    // 20 issues with 4 steps each: 7 and 7 and 6 issues.
    expect(shop.calls()).toEqual(Array.from({ length: 3 }, () => 'POST /graphql TonicEdit'));
    for (const number of numbers) expect(await bodiesOn(number)).toEqual(['Card', 'Confirmed']);
  });

  test('a comment that nobody can have posted before needs no look', async () => {
    const issue = await openIssue();
    const { observer, issues } = shop.process();
    await observer.issues([issue]);
    shop.world.sandbox.clock.set(shop.world.sandbox.clock.nowMs() + 120_000);
    shop.calls();
    await issues.apply([{ issue, comments: [{ key: 'a', body: 'A', isNew: true }] }]);
    expect(shop.calls()).toEqual(['POST /graphql TonicEdit']);
    await issues.apply([{ issue, comments: [{ key: 'b', body: 'B' }] }]);
    expect(shop.calls()).toEqual(['POST /graphql TonicRead', 'POST /graphql TonicEdit']);
  });

  test('labels that are as defined cost one call, changes one more', async () => {
    const labels = Array.from({ length: 25 }, (_, index) => ({
      name: `l${index}`,
      color: '00ff00',
      description: 'x',
    }));
    shop.calls();
    await shop.process().issues.syncLabels(labels);
    expect(shop.calls()).toEqual(['POST /graphql TonicRead', 'POST /graphql TonicLabels']);
    await shop.process().issues.syncLabels(labels.map((label) => ({ ...label, color: '00FF00' })));
    expect(shop.calls()).toEqual(['POST /graphql TonicRead']);
    await shop.process().issues.syncLabels(labels.map((label) => ({ ...label, description: 'y' })));
    expect(shop.calls()).toEqual(['POST /graphql TonicRead', 'POST /graphql TonicLabels']);
    const { data } = await shop.world.as('ada').rest.issues.getLabel({ ...SHOP, name: 'l7' });
    expect(data).toMatchObject({ color: '00ff00', description: 'y' });
  });

  test('what a command needs of GitHub stays within its budget', async () => {
    const issue = await openIssue();
    const wes = { id: shop.world.people['wes']?.id ?? 0, login: 'wes' };
    const { ledger, observer, members, issues } = shop.process();
    await ledger.update(report(issue));
    const { data } = await shop.world
      .as('wes')
      .rest.issues.createComment({ ...SHOP, issue_number: issue, body: '/confirm' });
    shop.calls();
    await Promise.all([
      observer.issues([issue]),
      issues.prepare({ labels: ['status:confirmed'] }),
      members.standing(wes, []),
      issues.react(data.id, 'eyes'),
    ]);
    await ledger.update(report(issue + 1));
    await issues.apply([confirm(issue)]);
    const calls = shop.calls();
    console.log(`calls of a command: ${calls.length}`);
    expect(calls).toHaveLength(5);
  });

  test('what an idle slot needs of GitHub stays within its budget', async () => {
    await shop.process().ledger.update(report(1));
    const { ledger, observer } = shop.process();
    shop.calls();
    await Promise.all([
      ledger.load(),
      observer.defaultBranchFile('README.md'),
      observer.lastDeployment('UAT'),
    ]);
    await observer.issuesSince(0, 'bug');
    await ledger.update(report(2));
    await ledger.update(report(3));
    const calls = shop.calls();
    console.log(`calls of an idle slot: ${calls.length}`);
    expect(calls).toHaveLength(4);
  });
});

describe('when the answer to an edit is lost', () => {
  test.each(['cut_before', 'cut_after'] as const)('%s: everything is there once', async (kind) => {
    const numbers = await openIssues(3);
    shop.world.sandbox.faults.failApi({ path: /TonicEdit/u, effect: { kind } });
    const cards = await shop.process().issues.apply(numbers.map(confirm));
    for (const number of numbers) expect(await bodiesOn(number)).toEqual(['Card', 'Confirmed']);
    expect([...cards.keys()]).toEqual(numbers);
  });

  test('also of a comment that was new', async () => {
    const issue = await openIssue();
    shop.world.sandbox.faults.failApi({ path: /TonicEdit/u, effect: { kind: 'cut_after' } });
    await shop.process().issues.apply([{ issue, comments: [{ key: 'a', body: 'A', isNew: true }] }]);
    expect(await bodiesOn(issue)).toEqual(['A']);
  });
});

describe('when something that was known is gone', () => {
  test('a label that was deleted is made again where it is to be added', async () => {
    const issue = await openIssue();
    const { observer, issues } = shop.process();
    await Promise.all([observer.issues([issue]), issues.prepare({ labels: ['status:confirmed'] })]);
    await shop.world.as('ada').rest.issues.deleteLabel({ ...SHOP, name: 'status:confirmed' });
    await issues.apply([{ issue, addLabels: ['status:confirmed'] }]);
    const { data } = await shop.world.as('ada').rest.issues.get({ ...SHOP, issue_number: issue });
    expect(JSON.stringify(data.labels)).toContain('status:confirmed');
  });

  test('a card that was deleted between reading and writing is posted anew', async () => {
    const issue = await openIssue();
    const { observer, issues } = shop.process();
    const card = (await issues.apply([confirm(issue)])).get(issue) ?? 0;
    await observer.issues([issue]);
    await shop.world.as('ada').rest.issues.deleteComment({ ...SHOP, comment_id: card });
    const cards = await issues.apply([{ issue, card: { commentId: card, body: 'Card again' } }]);
    expect(await bodiesOn(issue)).toEqual(['Confirmed', 'Card again']);
    expect(cards.get(issue)).toBeGreaterThan(card);
  });

  test('an issue that was deleted after it was read is left out, with a word in the log', async () => {
    const [gone = 0, there = 0] = await openIssues(2);
    const { observer, issues } = shop.process();
    await observer.issues([gone, there]);
    shop.world.repository.issues = shop.world.repository.issues.filter(({ number }) => number !== gone);
    await issues.apply([confirm(gone), confirm(there)]);
    expect(await bodiesOn(there)).toEqual(['Card', 'Confirmed']);
    expect(shop.warnings).toContain('an issue to edit is gone');
  });
});

test('a refusal is told', async () => {
  const [one = 0, two = 0] = await openIssues(2);
  const { issues } = shop.process({ token: shop.world.appToken({ issues: 'read', contents: 'write' }) });
  const failure = await thrownBy(issues.apply([confirm(one), confirm(two)]));
  expect(failure).toBeInstanceOf(GitHubFailure);
  expect(failure).toMatchObject({ status: 403, retryable: false });
});
