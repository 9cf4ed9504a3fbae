import { describe, expect, test } from 'vitest';
import type { Context } from '../../../src/usecases/context.ts';
import { closeBooks } from '../../../src/usecases/reconcile.ts';
import { guardComment } from '../../../src/usecases/guard-comment.ts';
import { guardIssueState } from '../../../src/usecases/guard-issue-state.ts';
import { guardLabel } from '../../../src/usecases/guard-label.ts';
import { linkPull } from '../../../src/usecases/link-pull.ts';
import { issueIn, personIn } from '../../support/fake-world.ts';
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

/** Somebody changes a label, and the webhook comes. */
async function relabel(
  shop: Shop,
  issue: number,
  change: { by: string; add?: string; remove?: string },
): Promise<void> {
  const { by, add, remove } = change;
  shop.people.label(issue, {
    by,
    ...(add === undefined ? {} : { add: [add] }),
    ...(remove === undefined ? {} : { remove: [remove] }),
  });
  await guardLabel(shop.open(), {
    issue,
    action: add === undefined ? 'unlabeled' : 'labeled',
    label: add ?? remove ?? '',
    by: personIn(shop.world, by),
    atMs: shop.world.now(),
  });
}

const labelsOn = (shop: Shop, issue: number) => issueIn(shop.world, issue).labels.toSorted();

describe('a label that shows the ledger is put back, with what to do instead:', () => {
  test.each([
    [{ by: 'ada', add: 'status:deployed_prod' }, 'A command moves the bug'],
    [{ by: 'wes', remove: 'status:confirmed' }, 'A command moves the bug'],
    [{ by: 'wes', add: 'flow:2' }, '/confirm flow2'],
    [{ by: 'wes', remove: 'bug' }, 'A tracked bug keeps its bug label'],
    [{ by: 'wes', remove: 'severity:medium' }, 'A bug keeps a severity'],
    [{ by: 'rea', add: 'severity:low' }, 'triage access'],
    [{ by: 'tia', add: 'severity:urgent' }, 'There is no severity'],
  ])('%o', async (change, words) => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    const before = labelsOn(shop, bug);
    const known = bugIn(shop, bug);
    await relabel(shop, bug, change);
    expect(labelsOn(shop, bug)).toEqual(before);
    expect({ ...bugIn(shop, bug), cardCommentId: null }).toEqual({ ...known, cardCommentId: null });
    expect(answersOn(shop, bug).at(-1)).toContain(words);
  });
});

describe('a label that is the maintainers’ own word is taken over:', () => {
  test('a severity', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    await relabel(shop, bug, { by: 'tia', add: 'severity:low' });
    expect(bugIn(shop, bug).severity).toBe('low');
    expect(labelsOn(shop, bug)).toEqual(['bug', 'flow:1', 'severity:low', 'status:confirmed']);
  });

  test('services and modules, several', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    await relabel(shop, bug, { by: 'tia', add: 'service:cart' });
    await relabel(shop, bug, { by: 'tia', add: 'service:tax' });
    await relabel(shop, bug, { by: 'tia', add: 'module:vat' });
    await relabel(shop, bug, { by: 'tia', remove: 'service:cart' });
    expect(bugIn(shop, bug)).toMatchObject({ services: ['tax'], modules: ['vat'] });
  });

  test('a severity of the hotfix path takes a queued bug out of the queue, and its approval with it', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await relabel(shop, bug, { by: 'tia', add: 'severity:critical' });
    expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', severity: 'critical', approvals: [] });
    expect(statusOn(shop, bug)).toEqual(['status:deployed_uat']);
    expect(answersOn(shop, bug).at(-1)).toContain('It left the queue for T2');
  });
});

test('the bug label begins to track an issue, and a label of nobody’s concern does nothing', async () => {
  const shop = createShop();
  const issue = shop.people.openIssue({ by: 'rea' });
  await relabel(shop, issue, { by: 'tia', add: 'help wanted' });
  expect(shop.ledger.messages()).toEqual([]);
  await relabel(shop, issue, { by: 'tia', add: 'bug' });
  expect(statusOn(shop, issue)).toEqual(['status:submitted']);
  const commits = shop.ledger.messages().length;
  await relabel(shop, issue, { by: 'tia', add: 'help wanted too' });
  expect(shop.ledger.messages()).toHaveLength(commits);
});

/** Gives the comment's id. */
const approve = async (shop: Shop, bug: number) => {
  const comment = await say(shop, { issue: bug, body: '/approve-prod' });
  later(shop);
  return comment;
};

describe('an approving comment that changes', () => {
  test.each(['edited', 'deleted'] as const)(
    '%s: the bug is back where it waits for a new one',
    async (how) => {
      const shop = createShop();
      const bug = await bugOnUat(shop);
      const id = await approve(shop, bug);
      await guardComment(shop.open(), { issue: bug, id, how });
      expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', approvals: [] });
      expect(statusOn(shop, bug)).toEqual(['status:deployed_uat']);
      expect(answersOn(shop, bug).at(-1)).toContain(`was ${how}, so the approval no longer counts`);
      const commits = shop.ledger.messages().length;
      await guardComment(shop.open(), { issue: bug, id, how });
      expect(shop.ledger.messages()).toHaveLength(commits);
    },
  );

  test('with a second admin’s approval the bug stays queued', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    const id = await approve(shop, bug);
    shop.world.standings.set(personIn(shop.world, 'max').id, { permission: 'admin', isBot: false });
    await say(shop, { by: 'max', issue: bug, body: '/approve-prod' });
    await guardComment(shop.open(), { issue: bug, id, how: 'deleted' });
    expect(bugIn(shop, bug)).toMatchObject({ status: 'pending_prod', approvals: [{ by: { login: 'max' } }] });
  });

  test('for several bugs withdraws each of them', async () => {
    const shop = createShop();
    const bugs = [await confirmedBug(shop), await confirmedBug(shop)];
    for (const bug of bugs) readyFix(shop, bug);
    await slot(shop, 'T1');
    later(shop);
    const id = await say(shop, { issue: bugs[0] ?? 0, body: '/approve-prod all' });
    await guardComment(shop.open(), { issue: bugs[0] ?? 0, id, how: 'edited' });
    expect(bugs.map((bug) => bugIn(shop, bug).status)).toEqual(['deployed_uat', 'deployed_uat']);
  });

  test('after the deployment: what is live stays live', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    const id = await approve(shop, bug);
    await slot(shop, 'T2');
    await guardComment(shop.open(), { issue: bug, id, how: 'edited' });
    expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_prod', approvals: [{ given: { id } }] });
  });

  test('and is none: nothing', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    const commits = shop.ledger.messages().length;
    await guardComment(shop.open(), { issue: bug, id: 1, how: 'edited' });
    expect(shop.ledger.messages()).toHaveLength(commits);
  });
});

const close = async (shop: Shop, issue: number) => {
  issueIn(shop.world, issue).state = 'closed';
  await guardIssueState(shop.open(), { issue, to: 'closed', atMs: shop.world.now() });
};

describe('an issue that a person closes', () => {
  test('is opened again while its bug is on its way, with how to end it', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await close(shop, bug);
    expect(issueIn(shop.world, bug).state).toBe('open');
    expect(answersOn(shop, bug).at(-1)).toContain('/close <reason>');
  });

  test('stays closed when the way is over, or when it is no bug', async () => {
    const shop = createShop();
    const bug = await openIssue(shop);
    await say(shop, { issue: bug, body: '/close done by hand' });
    const other = shop.people.openIssue({ by: 'rea' });
    for (const issue of [bug, other]) {
      await close(shop, issue);
      expect(issueIn(shop.world, issue).state).toBe('closed');
    }
  });
});

const link = (shop: Shop, pull: { pull: number; mentions: number[]; base?: string }) =>
  linkPull(shop.open(), { base: 'uat', state: 'open', updatedAtMs: shop.world.now(), ...pull });

describe('a pull request that says what it fixes', () => {
  test('is linked to each bug once', async () => {
    const shop = createShop();
    const bugs = [await confirmedBug(shop), await confirmedBug(shop)];
    const commits = shop.ledger.messages().length;
    for (let count = 0; count < 3; count += 1) await link(shop, { pull: 34, mentions: [...bugs, 999] });
    for (const bug of bugs) expect(bugIn(shop, bug).fixes).toMatchObject([{ pull: 34, source: 'pull_text' }]);
    expect(shop.ledger.messages()).toHaveLength(commits + 1);
  });

  test('is passed over when it goes elsewhere, or when the bug’s way is over', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    await link(shop, { pull: 34, mentions: [bug], base: 'feature/x' });
    expect(bugIn(shop, bug).fixes).toEqual([]);
    await say(shop, { issue: bug, body: '/close it' });
    await link(shop, { pull: 35, mentions: [bug] });
    expect(bugIn(shop, bug).fixes).toEqual([]);
  });
});

/** The same webhook twice at the same time, and once more an hour later. */
async function thrice(shop: Shop, context: Context, bring: () => Promise<void>): Promise<void> {
  await Promise.all([bring(), bring()]);
  later(shop, 60);
  await closeBooks(context);
  const written = shop.ledger.messages().length;
  await bring();
  expect(shop.ledger.messages()).toHaveLength(written);
}

describe('a webhook that comes twice, at once or much later, has no second effect:', () => {
  test('a label that is put back', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    const context = shop.open();
    const said = answersOn(shop, bug).length;
    shop.people.label(bug, { by: 'wes', add: ['status:deployed_prod'] });
    const incoming = {
      issue: bug,
      action: 'labeled',
      label: 'status:deployed_prod',
      by: personIn(shop.world, 'wes'),
      atMs: shop.world.now(),
    } as const;
    await thrice(shop, context, () => guardLabel(context, incoming));
    expect(answersOn(shop, bug)).toHaveLength(said + 1);
    expect(statusOn(shop, bug)).toEqual(['status:confirmed']);
  });

  test('an issue that is opened again', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    const context = shop.open();
    const said = answersOn(shop, bug).length;
    issueIn(shop.world, bug).state = 'closed';
    const changed = { issue: bug, to: 'closed', atMs: shop.world.now() } as const;
    await thrice(shop, context, () => guardIssueState(context, changed));
    expect(answersOn(shop, bug)).toHaveLength(said + 1);
    expect(issueIn(shop.world, bug).state).toBe('open');
  });

  test('an approval whose comment was deleted', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    const id = await say(shop, { issue: bug, body: '/approve-prod' });
    const context = shop.open();
    const said = answersOn(shop, bug).length;
    shop.people.deleteComment(id);
    await thrice(shop, context, () => guardComment(context, { issue: bug, id, how: 'deleted' }));
    expect(answersOn(shop, bug)).toHaveLength(said + 1);
    expect(bugIn(shop, bug).status).toBe('deployed_uat');
  });
});
