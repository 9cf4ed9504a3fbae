import { slotReleaseId } from '../../src/domain/release.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runsOf } from '../../src/sandbox/actions/model.ts';
import { runnerOf } from '../../src/sandbox/actions/runner.ts';
import type { SandboxEvent } from '../../src/sandbox/webhook/event.ts';
import { dispatch, runOf } from '../support/e2e-run.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await startShop();
  await shop.confirmed('vat');
  await shop.fixed('vat', FIX.vat);
});
afterEach(() => shop.demo.close());

type Moment = (shop: Shop, kill: () => void) => void;

function atEvent(isIt: (event: SandboxEvent) => boolean): Moment {
  return ({ demo }, kill) => {
    demo.sandbox.onEvent((event) => {
      if (isIt(event)) kill();
    });
  };
}

const MOMENTS: Readonly<Record<string, Moment>> = {
  'before the ledger hears that it is live': atEvent(
    ({ name, payload }) =>
      name === 'deployment_status' &&
      JSON.stringify(payload['deployment']).includes('"task":"tonic"') &&
      JSON.stringify(payload['deployment_status']).includes('"state":"success"'),
  ),
};

describe.each(Object.entries(MOMENTS))('a T1 that is killed %s', (_, arrange) => {
  it('is taken on by the next run, ends the same and deploys once', async () => {
    const { demo } = shop;
    const runner = runnerOf(demo.sandbox);
    const before = await shop.head('uat');
    let killed: number | null = null;
    arrange(shop, () => {
      const run = runsOf(demo.repository).find(
        (one) => one.path.endsWith('tonic-t1.yml') && one.status !== 'completed',
      );
      if (run === undefined || killed !== null) return;
      killed = run.id;
      runner.kill(run.id);
    });
    await shop.to('20:00');
    await runner.finished(killed ?? 0);
    await demo.settle();
    expect(killed).not.toBeNull();
    expect(runOf(shop, killed ?? 0).conclusion).toBe('failure');

    const slot = `${new Date(demo.at(1, '12:00')).toISOString().slice(0, 10)}/T1` as const;
    const again = await dispatch(shop, 'tonic-t1.yml', slot);
    await runner.finished(again);
    await demo.settle();

    expect(runOf(shop, again).conclusion).toBe('success');
    expect(await shop.statusOf('vat')).toBe('deployed_uat');
    expect(await shop.receipt('uat')).toContain('VAT NT$49');
    expect(shop.deploys('uat')).toEqual([`${await shop.head('uat')} ${slotReleaseId(slot, 'uat')}`]);
    // The fix's own commit and its merge, and nothing twice.
    expect(await shop.git('rev-list', '--count', `${before}..origin/uat`)).toBe('2');
    expect(await shop.git('branch', '--remotes', '--list', 'origin/tonic/candidate/*')).toBe('');
  });
});

describe('a T2 that is killed after the push to PROD', () => {
  it('is taken on by the next run, ends the same and deploys once', async () => {
    const { demo } = shop;
    const runner = runnerOf(demo.sandbox);
    await shop.to('20:00');
    await shop.say('ada', 'vat', '/approve-prod');
    const before = await shop.head('main');
    let killed: number | null = null;
    demo.sandbox.onEvent(({ name, payload }) => {
      if (killed !== null || name !== 'push' || payload['ref'] !== 'refs/heads/main') return;
      killed = runsOf(demo.repository).find((one) => one.status !== 'completed')?.id ?? null;
      if (killed !== null) runner.kill(killed);
    });
    await shop.to('22:00');
    await runner.finished(killed ?? 0);
    await demo.settle();
    expect(runOf(shop, killed ?? 0)).toMatchObject({ conclusion: 'failure' });

    const slot = `${new Date(demo.at(1, '12:00')).toISOString().slice(0, 10)}/T2` as const;
    const again = await dispatch(shop, 'tonic-t2.yml', slot);
    await runner.finished(again);
    await demo.settle();

    expect(runOf(shop, again).conclusion).toBe('success');
    expect(await shop.statusOf('vat')).toBe('deployed_prod');
    expect(shop.deploys('prod')).toEqual([`${await shop.head('main')} ${slotReleaseId(slot, 'prod')}`]);
    expect(await shop.git('rev-list', '--count', `${before}..origin/main`)).toBe('1');
  });
});
