import { beforeEach, describe, expect, test } from 'vitest';
import { locksOf } from '../../../src/domain/ledger.ts';
import { watchHotfixes } from '../../../src/usecases/hotfix/watch-hotfixes.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { aPolicy } from '../../support/builders.ts';
import { issueIn } from '../../support/fake-world.ts';
import {
  alertsOn,
  answersOn,
  bugIn,
  carryOutHotfix,
  confirmedBug,
  createShop,
  demandChecks,
  later,
  nextNoon,
  openIssue,
  outcomeIn,
  readyFix,
  say,
  slot,
  statusOn,
  type Shop,
} from './support.ts';

let shop: Shop;
beforeEach(() => {
  shop = createShop();
});

/** A bug that is too bad for a slot, with a fix for PROD. */
async function badBug(severity = 'critical'): Promise<number> {
  const bug = await openIssue(shop, [`severity:${severity}`]);
  readyFix(shop, bug, { base: 'main' });
  const context = shop.open();
  await reconcileAndWrite(context);
  later(shop);
  return bug;
}

function dispatched(): number {
  return shop.world.runs.filter(({ workflowFile }) => workflowFile === 'tonic-hotfix.yml').length;
}

const lastOn = (bug: number) => answersOn(shop, bug).at(-1) ?? '';

describe('/hotfix', () => {
  test('brings the fix to PROD at once, whatever the time, and queues it for UAT by the same sign-off', async () => {
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    expect(lastOn(bug)).toMatch(/\*\*Hotfix, P1\*\*.* within 1 h\. @max: please know of it\./u);
    expect(await carryOutHotfix(shop)).toMatchObject({ kind: 'ran', refusal: null });
    const after = bugIn(shop, bug);
    expect([after.status, after.flow]).toEqual(['pending_uat_merge', 2]);
    expect(after.timeline.map(({ event }) => event)).toEqual([
      'report',
      'confirm',
      'deploy_hotfix',
      'approve_uat_merge',
    ]);
    expect(after.landings.map(({ environment, slot: by }) => [environment, by])).toEqual([['prod', null]]);
    const live = shop.ledger.state().environments.get('prod')?.deployed;
    expect(live).toMatchObject({ release: expect.stringMatching(/^2026-11-20-hotfix-\d+-1901-prod$/u) });
    expect(shop.live.get('prod')).toBe(shop.git.branches.get('main'));
    expect(locksOf(shop.ledger.state(), 'prod').leases).toEqual([]);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('merged');
    expect(statusOn(shop, bug)).toEqual(['status:uat_merged']);
  });
});
