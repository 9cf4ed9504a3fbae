import { describe, expect, test } from 'vitest';
import { GitHubFailure } from '../../../src/ports/github.ts';
import { LedgerFailure } from '../../../src/ports/ledger.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { raiseAlert } from '../../../src/usecases/raise-alert.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { aPolicy } from '../../support/builders.ts';
import { alertsOn, createShop } from './support.ts';

const WORDS = { key: 'deployment-71', title: 'Somebody deployed to prod by hand', body: 'It was **max**.' };

const raise = async (context: Context, words = WORDS) =>
  raiseAlert(context, await context.configuration.load(), words);

const down: Context['alerts'] = {
  open: () => {
    throw new GitHubFailure('open an alert', 'no answer', { status: null, retryable: true });
  },
};

const distrust = () => new LedgerFailure('a commit by somebody else', { retryable: false });

describe('an alert', () => {
  test('is one issue, whoever raises it how often', async () => {
    const shop = createShop();
    const context = shop.open();
    await raise(context);
    await raise(context);
    await raise(shop.open());
    expect(alertsOn(shop)).toMatchObject([{ title: WORDS.title, author: shop.world.bot, state: 'open' }]);
    await raise(context, { ...WORDS, key: 'deployment-72' });
    expect(alertsOn(shop)).toHaveLength(2);
  });

  test('stays told when somebody deletes its issue', async () => {
    const shop = createShop();
    await raise(shop.open());
    for (const { number } of alertsOn(shop)) shop.people.deleteIssue(number);
    await raise(shop.open());
    expect(alertsOn(shop)).toEqual([]);
  });

  test('says whom it is for without calling anybody, and is assigned to admins by name', async () => {
    const shop = createShop();
    const admin = { permission: 'admin', users: ['max'], teams: ['acme/ops'] } as const;
    shop.policy = aPolicy({ roles: { ...aPolicy().roles, admin } });
    await raise(shop.open());
    const [issue] = alertsOn(shop);
    expect(issue).toMatchObject({ assignees: ['max'] });
    expect(issue?.body).toContain('For the admins (people with `admin` access, max or the team acme/ops)');
    expect(issue?.body).not.toContain('@');
  });

  test('whose issue could not be opened is opened by the next reconciliation, once', async () => {
    const shop = createShop();
    await raise(shop.open({ alerts: down }));
    expect(alertsOn(shop)).toEqual([]);
    await reconcileAndWrite(shop.open());
    const [issue] = alertsOn(shop);
    expect(shop.ledger.state().alerts.get(WORDS.key)?.issue).toBe(issue?.number);
    await reconcileAndWrite(shop.open());
    expect(alertsOn(shop)).toHaveLength(1);
  });

  test('whose number was never written down is found by its mark', async () => {
    const shop = createShop();
    await raise(shop.open());
    expect(shop.ledger.state().alerts.get(WORDS.key)?.issue).toBeNull();
    await reconcileAndWrite(shop.open());
    expect(alertsOn(shop)).toHaveLength(1);
    expect(shop.ledger.state().alerts.get(WORDS.key)?.issue).toBe(alertsOn(shop)[0]?.number);
  });

  test('is told without a ledger and without a configuration, and still once', async () => {
    const shop = createShop();
    shop.ledger.failNext(distrust());
    await raise(shop.open());
    shop.ledger.failNext(distrust());
    await raise(shop.open());
    await raiseAlert(shop.open(), null, WORDS);
    expect(alertsOn(shop)).toHaveLength(1);
  });
});
