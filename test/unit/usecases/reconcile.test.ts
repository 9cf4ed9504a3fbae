import { firstWatermark } from '../../../src/domain/watermark.ts';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../../src/usecases/context.ts';
import { guardIssueState } from '../../../src/usecases/guard-issue-state.ts';
import { closeBooks, reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { planSlot } from '../../../src/usecases/slot/plan-slot.ts';
import { aRun } from '../../support/builders.ts';
import { issueIn } from '../../support/fake-world.ts';
import {
  answersOn,
  bugIn,
  bugOnUat,
  confirmedBug,
  createShop,
  later,
  openIssue,
  readyFix,
  say,
  slot,
  statusOn,
  type Shop,
} from './support.ts';

const reconcile = (shop: Shop) => reconcileAndWrite(shop.open());

describe('a reconciliation takes in what no webhook brought', () => {
  test('a report, with what its labels and its form say', async () => {
    const shop = createShop();
    const body = '### Severity\n\nlow\n\n### Found in\n\nPROD';
    const issue = shop.people.openIssue({ by: 'rea', labels: ['bug', 'service:shop'], body });
    await reconcile(shop);
    expect(bugIn(shop, issue)).toMatchObject({
      status: 'submitted',
      severity: 'low',
      foundIn: 'prod',
      services: ['shop'],
      reportedBy: { login: 'rea' },
    });
    expect(statusOn(shop, issue)).toEqual(['status:submitted']);
  });

  test('an approval, with the time at which it was written', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    const writtenAtMs = shop.world.now();
    shop.people.comment({ by: 'ada', issue: bug, body: '/approve-prod' });
    later(shop, 180);
    await reconcile(shop);
    expect(bugIn(shop, bug).approvals).toMatchObject([{ writtenAtMs, slot: '2026-11-20/T2' }]);
    expect(answersOn(shop, bug).at(-1)).toContain('Approved for PROD');
  });

  test('a pull request that says what it fixes', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    const pull = readyFix(shop, bug);
    await reconcile(shop);
    expect(bugIn(shop, bug).fixes).toMatchObject([{ pull, source: 'pull_text' }]);
  });

  test.each([0, 1])(
    'but no comment that was edited %i minutes later: nobody knows what it said',
    async (minutes) => {
      const shop = createShop();
      const bug = await bugOnUat(shop);
      const id = shop.people.comment({ by: 'ada', issue: bug, body: 'Looks fine' });
      later(shop, minutes);
      shop.people.editComment(id, '/approve-prod');
      await reconcile(shop);
      expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', approvals: [] });
    },
  );

  test('a pull request that was merged before anybody could be told of it', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    const pull = readyFix(shop, bug);
    shop.people.merge(pull);
    await reconcile(shop);
    expect(bugIn(shop, bug).fixes).toMatchObject([{ pull, source: 'pull_text' }]);
  });

  test('an approval on a bug whose bug label somebody took off', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    shop.people.comment({ by: 'ada', issue: bug, body: '/approve-prod' });
    shop.people.label(bug, { remove: ['bug'] });
    await reconcile(shop);
    expect(bugIn(shop, bug).status).toBe('pending_prod');
    expect(issueIn(shop.world, bug).labels).toContain('bug');
  });

  test('an approval that a hundred other comments have buried', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    shop.people.comment({ by: 'ada', issue: bug, body: '/approve-prod' });
    for (let count = 0; count < 120; count += 1)
      shop.people.comment({ by: 'out', issue: bug, body: 'noise' });
    await reconcile(shop);
    expect(bugIn(shop, bug).status).toBe('pending_prod');
  });

  test('a command on an issue that is no bug: it is answered, once', async () => {
    const shop = createShop();
    const issue = shop.people.openIssue({ by: 'rea', labels: ['question'] });
    shop.people.comment({ by: 'rea', issue, body: '/confirm' });
    const context = shop.open();
    await reconcileAndWrite(context);
    await reconcileAndWrite(context);
    await reconcile(shop);
    expect(answersOn(shop, issue)).toEqual([expect.stringContaining('this issue is none')]);
  });

  test('a command on a bug that a webhook brought, though the first reconciliation comes only days later', async () => {
    const shop = createShop();
    const bug = await openIssue(shop);
    shop.people.comment({ by: 'ada', issue: bug, body: '/confirm' });
    later(shop, 5 * 24 * 60);
    await reconcile(shop);
    expect(bugIn(shop, bug).status).toBe('confirmed');
  });

  test('a command on an issue that is no bug, though slots went on while the App was down', async () => {
    const shop = createShop();
    await reconcile(shop);
    const issue = shop.people.openIssue({ by: 'rea', labels: ['question'] });
    shop.people.comment({ by: 'rea', issue, body: '/confirm' });
    await slotsWhileDown(shop);
    await reconcile(shop);
    expect(answersOn(shop, issue)).toEqual([expect.stringContaining('this issue is none')]);
  });

  test('a command that stood there before its issue became a bug, though slots went on', async () => {
    const shop = createShop();
    await reconcile(shop);
    const issue = shop.people.openIssue({ by: 'rea', labels: ['severity:medium'] });
    shop.people.comment({ by: 'ada', issue, body: '/confirm' });
    await slotsWhileDown(shop);
    shop.people.label(issue, { add: ['bug'] });
    await reconcile(shop);
    expect(bugIn(shop, issue).status).toBe('confirmed');
  });

  test('a slot whose workflow run died: it is free for the next one', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    const runId = await planT2(shop);
    const stateOf = () => [...shop.ledger.state().slots.values()].find(({ kind }) => kind === 'T2')?.state;
    await reconcile(shop);
    expect(stateOf()).toBe('running');
    Object.assign(shop.world.runs.find(({ id }) => id === runId) ?? {}, { state: 'ended' });
    await reconcile(shop);
    expect(stateOf()).toBe('failed');
  });

  test('and nobody’s who has no role', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    shop.people.comment({ by: 'max', issue: bug, body: '/approve-prod' });
    await reconcile(shop);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', approvals: [] });
    expect(answersOn(shop, bug).at(-1)).toContain('Nothing was changed');
  });
});

describe('a reconciliation puts right what on GitHub differs from the ledger', () => {
  test('labels', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    const change = { remove: ['status:confirmed', 'bug'], add: ['status:deployed_prod', 'flow:2', 'mine'] };
    shop.people.label(bug, change);
    // Without its bug label the issue is found by what the ledger has open on it.
    shop.people.label(bug, { add: ['bug'] });
    await reconcile(shop);
    const labels = issueIn(shop.world, bug).labels.toSorted();
    expect(labels).toEqual(['bug', 'flow:1', 'mine', 'severity:medium', 'status:confirmed']);
  });

  test('a card that somebody rewrote', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    const card = cardsOn(shop, bug)[0];
    const before = card?.body ?? '';
    shop.people.editComment(card?.id ?? 0, before.replace('`confirmed`', '`deployed_prod`'));
    later(shop);
    shop.people.comment({ by: 'rea', issue: bug, body: 'Hm?' });
    await reconcile(shop);
    expect(cardsOn(shop, bug).map(({ body }) => body)).toEqual([before]);
  });

  test('a card that somebody filled with the beginnings of marks, in no time', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    const card = cardsOn(shop, bug)[0];
    shop.people.editComment(card?.id ?? 0, `${card?.body}${'<!-- tonic:'.repeat(5_900)}`);
    later(shop);
    shop.people.comment({ by: 'rea', issue: bug, body: 'Hm?' });
    const before = process.cpuUsage();
    await reconcile(shop);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(600);
    expect(cardsOn(shop, bug)).toEqual([card]);
  });

  test('a card that is gone, and one that a person copied', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    const body = cardsOn(shop, bug)[0]?.body ?? '';
    shop.people.deleteComment(cardsOn(shop, bug)[0]?.id ?? 0);
    shop.people.comment({ by: 'out', issue: bug, body });
    await reconcile(shop);
    expect(cardsOn(shop, bug).map(({ author }) => author.login)).toEqual(['out', 'tonic[bot]']);
  });

  test('a card that another bot copied is none, and its marks hide no answer', async () => {
    const shop = createShop();
    const other = { id: 50, login: 'other-ci[bot]' };
    shop.world.people.set('other', other);
    const bug = await openIssue(shop);
    const id = await say(shop, { issue: bug, body: '/confirm' }, failing(shop));
    shop.people.deleteComment(cardsOn(shop, bug)[0]?.id ?? 0);
    for (const key of ['card', `answer-comment-${id}`])
      shop.people.comment({ by: 'other', issue: bug, body: `<!-- tonic:${key} -->` });
    await reconcile(shop);
    expect(answersOn(shop, bug)).toHaveLength(1);
    expect(cardsOn(shop, bug).map(({ author }) => author.login)).toEqual(['other-ci[bot]', 'tonic[bot]']);
  });

  test('an issue that was closed while its bug is on its way', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    Object.assign(issueIn(shop.world, bug), { state: 'closed', stateReason: 'completed' });
    const before = answersOn(shop, bug).length;
    await reconcile(shop);
    expect(issueIn(shop.world, bug).state).toBe('open');
    // By nobody: GitHub does so when a fix reaches the default branch.
    expect(answersOn(shop, bug)).toHaveLength(before);
  });

  test('the same with a word why, once, when a person closed it', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    const context = shop.open();
    const atMs = shop.world.now();
    shop.people.closeIssue(bug, 'wes');
    const before = answersOn(shop, bug).length;
    await reconcileAndWrite(context);
    expect(issueIn(shop.world, bug).state).toBe('open');
    await guardIssueState(context, { issue: bug, to: 'closed', atMs });
    await reconcile(shop);
    expect(answersOn(shop, bug).slice(before)).toEqual([
      expect.stringContaining('so the issue stays open until its way is over'),
    ]);
  });

  test('but leaves an issue closed whose bug’s way is over', async () => {
    const shop = createShop();
    const bug = await openIssue(shop);
    await say(shop, { issue: bug, body: '/reject works as meant' });
    expect(issueIn(shop.world, bug)).toMatchObject({ state: 'closed', stateReason: 'not_planned' });
    later(shop);
    await reconcile(shop);
    expect(issueIn(shop.world, bug).state).toBe('closed');
  });
});

/** A process whose effects on issues all fail. */
function failing(shop: Shop): Context {
  const { issues } = shop.open();
  return shop.open({ issues: { ...issues, apply: () => Promise.reject(new Error('502 Bad Gateway')) } });
}

/** A run that has planned T2 and goes on. Gives its id. */
async function planT2(shop: Shop): Promise<number> {
  const id = shop.world.nextId();
  shop.world.runs.push({ id, workflowFile: 'tonic-t2.yml', inputs: {}, state: 'active' });
  later(shop, 120);
  await planSlot(shop.open(), { kind: 'T2', slotId: null, run: aRun('T2', { id }) });
  return id;
}

test('a card that went wrong unnoticed is put right within the hour, though nobody has touched its issue since', async () => {
  const shop = createShop();
  const bug = await confirmedBug(shop);
  const context = shop.open();
  await reconcileAndWrite(context);
  later(shop, 10);
  await given24hLater(shop);
  await reconcileAndWrite(context);
  later(shop, 10);
  const [card] = cardsOn(shop, bug);
  Object.assign(card ?? {}, { body: '<!-- tonic:card --> deployed' });
  await reconcileAndWrite(context);
  expect(cardsOn(shop, bug)[0]?.body).toContain('deployed');
  later(shop, 60);
  await reconcileAndWrite(context);
  expect(cardsOn(shop, bug)[0]?.body).toContain('`confirmed`');
});

describe('what a process wrote down and did not do', () => {
  test('is done by the next reconciliation: labels, card and answer', async () => {
    const shop = createShop();
    const bug = await openIssue(shop);
    await say(shop, { issue: bug, body: '/confirm' }, failing(shop));
    expect(statusOn(shop, bug)).toEqual(['status:submitted']);
    expect(answersOn(shop, bug)).toEqual([]);
    expect(shop.troubles).toEqual([expect.stringContaining('502 Bad Gateway')]);
    await reconcile(shop);
    expect(statusOn(shop, bug)).toEqual(['status:confirmed']);
    expect(answersOn(shop, bug)).toEqual([expect.stringContaining('Confirmed, **Flow 1**')]);
    expect(cardsOn(shop, bug)[0]?.body).toContain('`confirmed`');
    expect(shop.ledger.state().outbox.size).toBe(0);
  });

  test('also on an issue that nobody has touched since', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/close not worth it' }, failing(shop));
    expect(issueIn(shop.world, bug).state).toBe('open');
    later(shop, 24 * 60);
    await given24hLater(shop);
    expect(issueIn(shop.world, bug)).toMatchObject({ state: 'closed' });
  });

  test('is not done twice when only the note that it was done is lost', async () => {
    const shop = createShop();
    const bug = await openIssue(shop);
    await say(shop, { issue: bug, body: '/confirm' });
    expect(shop.ledger.state().outbox.size).toBe(1);
    await reconcile(shop);
    await reconcile(shop);
    expect(answersOn(shop, bug)).toHaveLength(1);
    expect(cardsOn(shop, bug)).toHaveLength(1);
    expect(shop.ledger.state().outbox.size).toBe(0);
    expect(bugIn(shop, bug).cardCommentId).toBe(cardsOn(shop, bug)[0]?.id);
  });

  test('is told apart from what a person pretends was done', async () => {
    const shop = createShop();
    const bug = await openIssue(shop);
    const id = await say(shop, { issue: bug, body: '/confirm' }, failing(shop));
    shop.people.comment({ by: 'out', issue: bug, body: `<!-- tonic:answer-comment-${id} -->` });
    await reconcile(shop);
    expect(answersOn(shop, bug)).toHaveLength(1);
  });
});

test('an idle reconciliation writes nothing and says nothing', async () => {
  const shop = createShop();
  const bug = await confirmedBug(shop);
  await reconcile(shop);
  const commits = shop.ledger.messages().length;
  const comments = issueIn(shop.world, bug).comments.length;
  for (let count = 0; count < 3; count += 1) {
    later(shop, 5);
    await reconcile(shop);
  }
  expect(shop.ledger.messages()).toHaveLength(commits);
  expect(issueIn(shop.world, bug).comments).toHaveLength(comments);
});

test('two processes come to rest: neither goes on writing what the other has written', async () => {
  const shop = createShop();
  const [first, second] = [shop.open(), shop.open()];
  const bug = await openIssue(shop);
  await say(shop, { issue: bug, body: '/confirm' }, first);
  await reconcileAndWrite(second);
  await reconcileAndWrite(first);
  const commits = shop.ledger.messages().length;
  for (const context of [first, second, first]) {
    later(shop, 5);
    await reconcileAndWrite(context);
  }
  expect(shop.ledger.messages()).toHaveLength(commits);
});

test('a process that ends writes down what it did, and one that did nothing writes nothing', async () => {
  const shop = createShop();
  const context = shop.open();
  const bug = await openIssue(shop);
  await say(shop, { issue: bug, body: '/confirm' }, context);
  await closeBooks(context);
  expect(shop.ledger.state().outbox.size).toBe(0);
  const commits = shop.ledger.messages().length;
  await closeBooks(shop.open());
  expect(shop.ledger.messages()).toHaveLength(commits);
});

test('a slot reconciles first: an approval without a webhook counts in it', async () => {
  const shop = createShop();
  const bug = await bugOnUat(shop);
  shop.people.comment({ by: 'ada', issue: bug, body: '/approve-prod' });
  later(shop);
  await slot(shop, 'T2');
  expect(bugIn(shop, bug).status).toBe('deployed_prod');
});

/** Slots read what is about bugs, and say how far. */
async function slotsWhileDown(shop: Shop): Promise<void> {
  later(shop, 10);
  await slot(shop, 'T1');
  await slot(shop, 'T2');
  expect(shop.ledger.state().watermark?.readUpToMs).toBeGreaterThan(shop.world.clock.nowMs() - 60_000);
}

function cardsOn(shop: Shop, issue: number) {
  return issueIn(shop.world, issue).comments.filter(({ body }) => body.includes('tonic:card'));
}

/** The watermark is far beyond the issue's last change. */
async function given24hLater(shop: Shop): Promise<void> {
  const readUpToMs = shop.world.clock.nowMs();
  await shop.ledger.open().update((state) => {
    const before = state.watermark ?? firstWatermark(0);
    const watermark = { ...before, beganAtMs: 0, readUpToMs, othersReadUpToMs: readUpToMs };
    return { writes: { watermark }, message: 'read', result: null };
  });
  await reconcile(shop);
}
