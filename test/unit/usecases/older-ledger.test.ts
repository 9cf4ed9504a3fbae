import { beforeEach, describe, expect, test } from 'vitest';
import { emptyLedger } from '../../../src/domain/ledger.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import {
  alertsOn,
  answersOn,
  bugIn,
  bugOnUat,
  carryOutRollback,
  createShop,
  later,
  nextNoon,
  say,
  slot,
  statusOn,
  type Shop,
} from './support.ts';

const reconcile = (shop: Shop) => reconcileAndWrite(shop.open());
const MOVED_BACK = 'The ledger was moved back: it knows nothing of';

let shop: Shop;
let bug: number;
beforeEach(async () => {
  shop = createShop();
  bug = await bugOnUat(shop);
});

describe('a ledger that somebody moved back to an older commit of this system’s own', () => {
  test('is refused by a new process: it lacks a command that was answered', async () => {
    const older = shop.ledger.state();
    await say(shop, { issue: bug, body: '/severity high' });
    const newer = shop.ledger.state();
    later(shop, 5);
    shop.ledger.moveTo(older);
    await expect(reconcile(shop)).rejects.toThrow(`${MOVED_BACK} the answer to comment-`);
    expect(shop.ledger.state()).toBe(older);
    expect(alertsOn(shop)).toMatchObject([{ title: expect.stringContaining('cannot be trusted') }]);
    shop.ledger.moveTo(newer);
    await reconcile(shop);
    expect(bugIn(shop, bug).severity).toBe('high');
  });

  test('is refused by a slot', async () => {
    const older = shop.ledger.state();
    await say(shop, { issue: bug, body: '/approve-prod' });
    await say(shop, { issue: bug, body: '/unapprove' });
    later(shop, 5);
    shop.ledger.moveTo(older);
    await expect(slot(shop, 'T2')).rejects.toThrow(MOVED_BACK);
    expect(shop.ledger.state()).toBe(older);
  });

  test('is refused when it lacks a slot that has deployed', async () => {
    await say(shop, { issue: bug, body: '/approve-prod' });
    later(shop);
    const older = shop.ledger.state();
    await slot(shop, 'T2');
    nextNoon(shop);
    shop.ledger.moveTo(older);
    await expect(reconcile(shop)).rejects.toThrow(`${MOVED_BACK} the deployment of 2026-11-20/T2 to PROD`);
  });

  test('is refused when it lacks a change that was no command and is told by the card alone', async () => {
    await reconcile(shop);
    const older = shop.ledger.state();
    later(shop, 5);
    shop.people.label(bug, { add: ['severity:high'], remove: ['severity:medium'], by: 'max' });
    await reconcile(shop);
    expect(bugIn(shop, bug).severity).toBe('high');
    later(shop, 5);
    shop.ledger.moveTo(older);
    await expect(reconcile(shop)).rejects.toThrow(`${MOVED_BACK} commit `);
    await expect(slot(shop, 'T2')).rejects.toThrow(MOVED_BACK);
    expect(shop.ledger.state()).toBe(older);
  });

  test('is refused when it lacks a word that was answered on a pull request', async () => {
    const older = shop.ledger.state();
    const { number: pull } = shop.people.openPull({ by: 'wes', head: 'uat', base: 'main' });
    shop.people.comment({ by: 'wes', issue: pull, body: '/approve-release' });
    later(shop);
    await reconcile(shop);
    later(shop, 5);
    shop.ledger.moveTo(older);
    await expect(reconcile(shop)).rejects.toThrow(`by which it spoke on #${pull}`);
  });

  test('takes no command as long as it is not put back; the comment is answered', async () => {
    const older = shop.ledger.state();
    await say(shop, { issue: bug, body: '/severity high' });
    later(shop, 5);
    shop.ledger.moveTo(older);
    const context = shop.open();
    await expect(reconcileAndWrite(context)).rejects.toThrow(MOVED_BACK);
    await say(shop, { issue: bug, body: '/approve-prod' }, context);
    expect(answersOn(shop, bug).at(-1)).toContain('the ledger cannot be trusted');
    expect(statusOn(shop, bug)).toEqual(['status:deployed_uat']);
    expect(shop.ledger.state()).toBe(older);
  });
});

describe('a ledger is not older', () => {
  test('for what was deployed by no slot: it knows the release', async () => {
    await say(shop, { issue: bug, body: '/approve-prod' });
    await slot(shop, 'T2');
    later(shop);
    await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
    await carryOutRollback(shop);
    nextNoon(shop);
    await expect(reconcile(shop)).resolves.toBeUndefined();
  });

  test('for what somebody else wrote with the marks of this system', async () => {
    const mark = '<!-- tonic:answer-comment-4711 -->';
    shop.world.people.set('other', { id: 50, login: 'other-ci[bot]' });
    for (const by of ['out', 'other']) shop.people.comment({ by, issue: bug, body: mark });
    const own = shop.world.issues.get(bug)?.comments.find(({ body }) => body.includes('tonic:answer'));
    shop.people.editComment(own?.id ?? 0, mark);
    later(shop, 5);
    await expect(reconcile(shop)).resolves.toBeUndefined();
  });

  test('for answers that are no business of the ledger: to commands on issues that were no bugs', async () => {
    const issue = shop.people.openIssue({ by: 'rea', labels: ['question'] });
    shop.people.comment({ by: 'rea', issue, body: '/confirm' });
    await reconcile(shop);
    later(shop, 5);
    shop.people.label(issue, { add: ['bug'] });
    await reconcile(shop);
    expect(bugIn(shop, issue).status).toBe('submitted');
    expect(answersOn(shop, issue)).toHaveLength(1);
  });

  test('for a mark that somebody wrote into a card, or that others bear', async () => {
    await reconcile(shop);
    const card = shop.world.issues.get(bug)?.comments.find(({ body }) => body.includes('tonic:card'));
    const forged = `<!-- tonic-ledger ${shop.ledger.state().watermark?.beganAtMs} 999 -->\n\n<!-- tonic:card -->`;
    shop.people.editComment(card?.id ?? 0, forged, 'wes');
    shop.people.comment({ by: 'wes', issue: bug, body: forged });
    later(shop, 5);
    await expect(reconcile(shop)).resolves.toBeUndefined();
  });

  test('when it was begun anew: what is older than it was in another one', async () => {
    later(shop, 5);
    shop.ledger.moveTo(emptyLedger());
    await reconcile(shop);
    later(shop, 5);
    await reconcile(shop);
    expect(bugIn(shop, bug).status).toBe('submitted');
  });

  test('for an answer that came after it was read', async () => {
    const context = shop.open();
    await context.ledger.load();
    const stale = await context.ledger.load();
    await say(shop, { issue: bug, body: '/severity high' });
    later(shop, 5);
    const { ledger } = context;
    let isFirst = true;
    const recent = async () => (isFirst ? ((isFirst = false), stale) : ledger.recent());
    await reconcileAndWrite({ ...context, ledger: { ...ledger, recent } });
    expect(context.bookkeeping.distrust).toBeNull();
  });
});

test('a ledger whose newest slots and releases are all later than what is deployed was not moved back', async () => {
  await say(shop, { issue: bug, body: '/approve-prod' });
  later(shop);
  await slot(shop, 'T2');
  for (let night = 0; night < 8; night += 1) {
    nextNoon(shop);
    await slot(shop, 'T1');
    await slot(shop, 'T2');
  }
  nextNoon(shop);
  await reconcile(shop);
  expect(alertsOn(shop)).toEqual([]);
});
