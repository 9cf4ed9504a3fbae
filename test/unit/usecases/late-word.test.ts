import { describe, expect, it, test } from 'vitest';
import { guardComment } from '../../../src/usecases/guard-comment.ts';
import { handleComment } from '../../../src/usecases/handle-comment.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { aService } from '../../support/builders.ts';
import { personIn, pullIn } from '../../support/fake-world.ts';
import {
  bugForProd,
  answersOn,
  bring,
  bugIn,
  bugOnUat,
  confirmedBug,
  createShop,
  later,
  outcomeIn,
  readyFix,
  say,
  slot,
  type Shop,
} from './support.ts';

/** Ada writes, and no webhook comes. */
function write(shop: Shop, issue: number, body: string): void {
  shop.people.comment({ by: 'ada', issue, body });
  later(shop);
}

/** The words that no webhook has brought come in, behind those that were written later. */
async function takeLate(shop: Shop): Promise<void> {
  later(shop, 3);
  await reconcileAndWrite(shop.open());
}

/** Ada has written it a while ago. */
const bringLate = (
  shop: Shop,
  issue: number,
  { id, body, atMs = shop.world.now() - 5 * 60_000 }: { id: number; body: string; atMs?: number },
) =>
  handleComment(shop.open(), {
    issue,
    id,
    body,
    author: personIn(shop.world, 'ada'),
    authorIsBot: false,
    writtenAtMs: atMs,
  });

/** A bug of Flow 2 that waits for T2 with the fix that Max has reviewed. */
async function queued(): Promise<{ shop: Shop; bug: number; pull: number }> {
  const shop = createShop();
  const { bug, pull } = await bugForProd(shop);
  later(shop);
  return { shop, bug, pull };
}

describe('a word that comes in late', () => {
  it('approves nothing that was taken back after it', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    write(shop, bug, '/approve-prod');
    await say(shop, { issue: bug, body: '/unapprove' });
    await takeLate(shop);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', approvals: [] });
    expect(answersOn(shop, bug).at(-1)).toContain('**ada** said `/unapprove` after you wrote that');
    await say(shop, { issue: bug, body: '/approve-prod' });
    expect(bugIn(shop, bug).status).toBe('pending_prod');
  });

  it('approves nothing either when both were written in one second', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    shop.people.comment({ by: 'ada', issue: bug, body: '/approve-prod' });
    await say(shop, { issue: bug, body: '/unapprove' });
    await takeLate(shop);
    expect(bugIn(shop, bug).approvals).toEqual([]);
  });

  it('takes back no approval that was given after it', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    write(shop, bug, '/unapprove');
    await say(shop, { issue: bug, body: '/approve-prod' });
    await takeLate(shop);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'pending_prod', approvals: [{ by: { login: 'ada' } }] });
  });

  it('lifts no freeze that was said after it, and the one before it', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/freeze billing until 2026-12-05 before' });
    later(shop);
    write(shop, bug, '/unfreeze');
    await say(shop, { issue: bug, body: '/freeze until 2026-12-05 after' });
    await takeLate(shop);
    expect(shop.ledger.state().freezes).toMatchObject([{ reason: 'after' }]);
    write(shop, bug, '/unfreeze');
    await takeLate(shop);
    expect(shop.ledger.state().freezes).toEqual([]);
  });

  it('lifts a freeze that came in late too, and was said before it', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    write(shop, bug, '/freeze until 2026-12-05 load test');
    write(shop, bug, '/unfreeze');
    await takeLate(shop);
    expect(shop.ledger.state().freezes).toEqual([]);
  });

  it('unlocks nothing that was locked after it', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    const owners = () =>
      shop.ledger
        .state()
        .environments.get('prod')
        ?.locks.leases.map(({ owner }) => owner.kind);
    write(shop, bug, '/unlock prod');
    await say(shop, { issue: bug, body: '/lock prod looking' });
    await takeLate(shop);
    expect(owners()).toEqual(['person']);
    write(shop, bug, '/unlock prod');
    await takeLate(shop);
    expect(owners()).toEqual([]);
  });

  it('freezes nothing that was lifted after it, on whichever bug that was said', async () => {
    const shop = createShop();
    const [bug, other] = [await bugOnUat(shop), await confirmedBug(shop)];
    later(shop);
    write(shop, bug, '/freeze until 2026-12-05 load test');
    await say(shop, { issue: other, body: '/unfreeze' });
    await takeLate(shop);
    expect(shop.ledger.state().freezes).toEqual([]);
    expect(answersOn(shop, bug).at(-1)).toContain('**ada** said `/unfreeze` after you wrote that');
    await say(shop, { issue: bug, body: '/freeze until 2026-12-05 load test' });
    expect(shop.ledger.state().freezes).toMatchObject([{ reason: 'load test' }]);
  });

  it('freezes nothing either when the word that lifted it has come in late, too, behind a younger freeze', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    const [first, second] = ['/freeze until 2026-12-05 first', '/unfreeze'].map((body) => {
      const id = shop.people.comment({ by: 'ada', issue: bug, body });
      later(shop);
      return { id, body, atMs: shop.world.now() - 60_000 };
    });
    await say(shop, { issue: bug, body: '/freeze until 2026-12-06 third' });
    for (const word of [second, first]) {
      if (word === undefined) throw new Error('nothing was written');
      await bringLate(shop, bug, word);
    }
    expect(shop.ledger.state().freezes).toMatchObject([{ reason: 'third' }]);
  });

  it('locks nothing that whoever wrote it has unlocked after it', async () => {
    const shop = createShop();
    shop.policy = { ...shop.policy, services: [aService({ name: 'billing' })] };
    const [bug, other] = [await bugOnUat(shop), await confirmedBug(shop)];
    later(shop);
    write(shop, bug, '/lock prod billing is slow');
    write(shop, bug, '/lock prod looking');
    await say(shop, { issue: other, body: '/unlock PROD Billing' });
    await say(shop, { by: 'wes', issue: other, body: '/unlock prod' });
    await takeLate(shop);
    const leases = shop.ledger.state().environments.get('prod')?.locks.leases;
    expect(leases?.map(({ reason }) => reason)).toEqual(['looking']);
  });

  it('chooses no other flow than the one that was chosen after it', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    later(shop);
    write(shop, bug, '/confirm flow1');
    await say(shop, { issue: bug, body: '/confirm flow2' });
    await takeLate(shop);
    expect(bugIn(shop, bug).flow).toBe(2);
  });

  it('makes no bug less severe than it was made after it', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    later(shop);
    write(shop, bug, '/severity low');
    await say(shop, { issue: bug, body: '/severity high' });
    await takeLate(shop);
    expect(bugIn(shop, bug).severity).toBe('high');
  });
});

describe('a word for PROD in Flow 2 that comes in late', () => {
  it('is for no pull request that somebody has made a fix of the bug since', async () => {
    const { shop, bug } = await queued();
    const other = shop.people.openPull({ by: 'wes', head: 'other', base: 'main' }).number;
    shop.people.review({ by: 'max', pull: other, state: 'approved' });
    later(shop);
    write(shop, bug, '/approve-prod');
    Object.assign(pullIn(shop.world, other), { body: `Fixes #${bug}`, updatedAtMs: shop.world.now() });
    await takeLate(shop);
    expect(bugIn(shop, bug)).toMatchObject({ fixes: [{}, { pull: other }], approvals: [] });
    expect(answersOn(shop, bug).at(-1)).toContain(`#${other} was linked to this bug after you wrote that`);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held not_approved');
  });

  it('counts for a fix whose link has come in late, too, and was there before it', async () => {
    const shop = createShop();
    shop.git.commit('uat', 'feature');
    const bug = await confirmedBug(shop);
    await slot(shop, 'T1');
    later(shop);
    const pull = readyFix(shop, bug, { base: 'main' });
    later(shop);
    write(shop, bug, '/approve-prod');
    await takeLate(shop);
    expect(bugIn(shop, bug).approvals).toMatchObject([{ fixes: [{ pull }] }]);
  });

  it('is for no pull request that somebody has turned to PROD since', async () => {
    const { shop, bug } = await queued();
    const other = readyFix(shop, bug, { base: 'uat' });
    await reconcileAndWrite(shop.open());
    later(shop);
    write(shop, bug, '/approve-prod');
    shop.people.retarget(other, 'main');
    await takeLate(shop);
    expect(bugIn(shop, bug).approvals).toEqual([]);
    expect(answersOn(shop, bug).at(-1)).toContain('turned to this branch after you wrote that');
  });

  it('counts for no head of a fork that was pushed to a branch of that name here before', async () => {
    const { shop, bug, pull } = await queued();
    const found = pullIn(shop.world, pull);
    found.isFromFork = true;
    // The fork's own pushes nobody here learns of.
    write(shop, bug, '/approve-prod');
    await takeLate(shop);
    expect(bugIn(shop, bug).approvals).toEqual([]);
  });
});

test('a link that was said by command counts from when it was said', async () => {
  const { shop, bug } = await queued();
  const other = readyFix(shop, 0, { base: 'main' });
  later(shop);
  write(shop, bug, `/fix #${other}`);
  write(shop, bug, '/approve-prod');
  await takeLate(shop);
  expect(bugIn(shop, bug).approvals).toMatchObject([{ fixes: [{}, { pull: other }] }]);
});

describe('a webhook that brings a command late', () => {
  it.each<[string, string, (shop: Shop, id: number) => void]>([
    ['is a command when it stands as it was written', 'done', () => undefined],
    ['is none when it was edited meanwhile', 'none', (shop, id) => shop.people.editComment(id, 'Never mind')],
    [
      'is none when it was edited and edited back',
      'none',
      (shop, id) => shop.people.editComment(id, '/unlock prod'),
    ],
    ['is none when it was deleted meanwhile', 'none', (shop, id) => shop.people.deleteComment(id)],
  ])('%s', async (_name, outcome, change) => {
    const shop = createShop();
    const issue = await bugOnUat(shop);
    await say(shop, { issue, body: '/lock prod looking' });
    later(shop);
    const id = shop.people.comment({ by: 'ada', issue, body: '/unlock prod' });
    later(shop, 5);
    change(shop, id);
    await bringLate(shop, issue, { id, body: '/unlock prod' });
    const said = bugIn(shop, issue).commands.filter(({ command }) => command === 'unlock');
    expect(said[0]?.outcome ?? 'none').toBe(outcome);
  });

  it('after that of its edit approves nothing for long', async () => {
    const shop = createShop();
    const issue = await bugOnUat(shop);
    const body = '/approve-prod';
    const id = shop.people.comment({ by: 'ada', issue, body });
    shop.people.editComment(id, 'Not yet');
    await guardComment(shop.open(), { issue, id, how: 'edited' });
    await bring(shop, { by: 'ada', issue, body, id });
    later(shop, 5);
    await reconcileAndWrite(shop.open());
    expect(bugIn(shop, issue)).toMatchObject({ status: 'deployed_uat', approvals: [] });
  });
});
