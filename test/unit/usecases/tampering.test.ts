import { describe, expect, test } from 'vitest';
import { LedgerFailure } from '../../../src/ports/ledger.ts';
import { guardDeployment } from '../../../src/usecases/guard-deployment.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { guardLedger } from '../../../src/usecases/report-ledger.ts';
import { personIn } from '../../support/fake-world.ts';
import { alertsOn, bugOnUat, createShop, later, nextNoon, say, slot, type Shop } from './support.ts';

const reconcile = (shop: Shop) => reconcileAndWrite(shop.open());

const distrust = () =>
  new LedgerFailure('it was written by **max**, not by tonic[bot] (commit 0a1b2c3d4e5f)', {
    retryable: false,
  });

const fail = () => Promise.reject(distrust());

const byMax = (shop: Shop, githubEnvironment: string, logUrl = '') =>
  guardDeployment(shop.open(), {
    githubEnvironment,
    commit: 'e'.repeat(40),
    by: personIn(shop.world, 'max'),
    logUrl,
  });

describe('a ledger that cannot be trusted', () => {
  test('is told once, and the failure goes on', async () => {
    const shop = createShop();
    shop.ledger.failNext(distrust());
    await expect(reconcile(shop)).rejects.toThrow('written by');
    shop.ledger.failNext(distrust());
    await expect(reconcile(shop)).rejects.toThrow('written by');
    const [alert, ...others] = alertsOn(shop);
    expect(others).toEqual([]);
    expect(alert?.title).toContain('The ledger cannot be trusted');
    expect(alert?.body).toContain('commit 0a1b2c3d4e5f');
    expect(alert?.body).not.toContain('**max**');
  });

  test('is found at once when somebody pushes to its branch', async () => {
    const shop = createShop();
    shop.ledger.failNext(distrust());
    await guardLedger(shop.open());
    expect(alertsOn(shop)).toHaveLength(1);
  });

  test('is on its own record once it is mended', async () => {
    const shop = createShop();
    const context = shop.open();
    await guardLedger({ ...context, ledger: { ...context.ledger, load: fail, update: fail } });
    expect(shop.ledger.state().alerts.size).toBe(0);
    await reconcileAndWrite(context);
    expect([...shop.ledger.state().alerts.values()]).toMatchObject([{ issue: alertsOn(shop)[0]?.number }]);
    const commits = shop.ledger.messages().length;
    await reconcileAndWrite(context);
    expect(shop.ledger.messages()).toHaveLength(commits);
  });

  test('that only does not answer is no alert', async () => {
    const shop = createShop();
    shop.ledger.failNext(new LedgerFailure('GitHub does not answer', { retryable: true }));
    await expect(reconcile(shop)).rejects.toThrow('does not answer');
    expect(alertsOn(shop)).toEqual([]);
  });
});

/** Max records a deployment, and no webhook tells of it. */
const record = (shop: Shop, environment: string) =>
  shop.world.deployments.push({
    id: shop.world.nextId(),
    githubEnvironment: environment,
    commit: 'f'.repeat(40),
    slot: null,
    by: personIn(shop.world, 'max'),
    createdAtMs: shop.world.now(),
    state: 'success',
  });

describe('a deployment past this system', () => {
  test('to PROD or UAT is told, once a commit and a person', async () => {
    const shop = createShop();
    await byMax(shop, 'Production');
    await byMax(shop, 'production');
    await byMax(shop, 'uat');
    expect(alertsOn(shop).map(({ title }) => title)).toEqual([
      'PROD: something was deployed past Tonic',
      'UAT: something was deployed past Tonic',
    ]);
    expect(alertsOn(shop)[0]?.body).toContain('**max** recorded on GitHub that `eeeeeee` is on PROD');
  });

  test('to another environment is nobody’s concern', async () => {
    const shop = createShop();
    await byMax(shop, 'staging');
    expect(alertsOn(shop)).toEqual([]);
  });

  test('by a job of a slot’s own run is none, by a job of another run is one', async () => {
    const shop = createShop();
    await bugOnUat(shop);
    const run = [...shop.ledger.state().slots.values()][0]?.claim?.runId ?? 0;
    await byMax(shop, 'uat', `https://github.com/acme/shop/actions/runs/${run}/job/5`);
    expect(alertsOn(shop)).toEqual([]);
    await byMax(shop, 'uat', `https://github.com/acme/shop/actions/runs/${run + 1}/job/5`);
    expect(alertsOn(shop)).toHaveLength(1);
  });

  test('that no webhook told of is found, when it came after this system’s own', async () => {
    const shop = createShop();
    record(shop, 'production');
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    later(shop);
    await slot(shop, 'T2');
    await reconcile(shop);
    expect(alertsOn(shop)).toEqual([]);
    nextNoon(shop);
    record(shop, 'production');
    await reconcile(shop);
    await reconcile(shop);
    expect(alertsOn(shop).map(({ title }) => title)).toEqual(['PROD: something was deployed past Tonic']);
  });
});
