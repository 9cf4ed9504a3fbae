import { beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/usecases/context.ts';
import {
  noPreview,
  previewCandidates,
  type LastPreview,
} from '../../../src/usecases/slot/preview-candidate.ts';
import {
  bugForProd,
  answersOn,
  bugIn,
  bugOnUat,
  createShop,
  demandChecks,
  later,
  nextNoon,
  outcomeIn,
  say,
  slot,
  type Shop,
} from './support.ts';

const PREVIEW = 'tonic/preview/2026-11-20-T2-prod';

let shop: Shop;
let context: Context;
let last: LastPreview;
beforeEach(() => {
  shop = createShop();
  last = noPreview();
});

/** The App's beat, on a ledger that its webhooks keep it up to date with. */
async function beat(times = 1): Promise<void> {
  context = shop.open();
  await context.ledger.load();
  for (let count = 0; count < times; count += 1) {
    later(shop);
    await previewCandidates(context, last);
  }
}

async function approvedBug(): Promise<number> {
  const bug = await bugOnUat(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
  return bug;
}

const previews = () => [...shop.git.branches.keys()].filter((name) => name.startsWith('tonic/preview/'));
const told = (bug: number) => answersOn(shop, bug).filter((body) => body.includes('could not take it'));

describe('what is queued for T2', () => {
  test('is built when it has come to rest, and is the very commit that T2 deploys', async () => {
    await approvedBug();
    await beat();
    expect(previews()).toEqual([]);
    await beat();
    const built = shop.git.branches.get(PREVIEW);
    expect(shop.git.branches.get('main')).not.toBe(built);
    await slot(shop, 'T2');
    expect(shop.deploys.at(-1)).toBe(`prod ${built}`);
  });

  test('is not built again while nothing changes', async () => {
    await approvedBug();
    await beat(2);
    const { pushes } = shop.world;
    const before = pushes.length;
    const blind: Context = {
      ...context,
      observer: { ...context.observer, pulls: () => Promise.reject(new Error('it looked')) },
    };
    for (let count = 0; count < 3; count += 1) await previewCandidates(blind, last);
    expect(pushes).toHaveLength(before);
  });

  test('is looked at again once an hour: a review signs off without the ledger', async () => {
    const { pull } = await bugForProd(shop);
    await beat(2);
    expect(previews()).toEqual([]);
    shop.people.review({ by: 'ada', pull, state: 'approved' });
    later(shop, 60);
    await beat(2);
    expect(previews()).toEqual([PREVIEW]);
  });

  test('is built anew when an approval is taken back, and given again', async () => {
    const bug = await approvedBug();
    await beat(2);
    const built = shop.git.branches.get(PREVIEW);
    await say(shop, { issue: bug, body: '/unapprove' });
    await beat(2);
    expect(previews()).toEqual([]);
    later(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await beat(2);
    expect(shop.git.branches.get(PREVIEW)).toBe(built);
  });

  test('is taken away when its slot has run', async () => {
    await approvedBug();
    await beat(2);
    expect(previews()).toEqual([PREVIEW]);
    await slot(shop, 'T2');
    nextNoon(shop);
    await beat(2);
    expect(previews()).toEqual([]);
  });

  test('is left alone while T2 is due or runs', async () => {
    await approvedBug();
    shop.world.clock.advance(Date.parse('2026-11-20T22:00:00+08:00') - shop.world.clock.nowMs());
    await beat(3);
    expect(previews()).toEqual([]);
  });
});

describe('what would stop a bug at T2', () => {
  test('is told hours before, once, and is off the card when it is mended', async () => {
    const bug = await approvedBug();
    const [fix] = bugIn(shop, bug).landings;
    const key = `${bug}:${fix?.pull}`;
    shop.git.refuse({
      kind: 'conflict',
      key,
      files: [{ path: 'a.ts', type: 'contents' }],
      prerequisites: [],
      source: fix?.commits[0] ?? '',
      conflicted: 'c'.repeat(40),
    });
    await beat(2);
    expect(told(bug)).toEqual([
      expect.stringContaining('**2026-11-20/T2 could not take it as it is now:** It conflicts with `main`'),
    ]);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'pending_prod', hold: { reason: 'conflict' } });
    last = noPreview();
    await beat(3);
    expect(told(bug)).toHaveLength(1);
    shop.git.accept(key);
    last = noPreview();
    await beat(2);
    expect(bugIn(shop, bug).hold).toBeNull();
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
  });

  test('is a red check, too, as soon as it is known', async () => {
    const bug = await approvedBug();
    demandChecks(shop, 'red');
    await beat(2);
    expect(told(bug)).toEqual([]);
    await shop.meanwhile();
    await beat(2);
    expect(told(bug)).toEqual([expect.stringContaining('`ci` is red on the candidate')]);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'pending_prod', hold: { reason: 'checks_red' } });
    expect(last.open).toEqual([]);
  });

  test('is nothing when the checks are green; T2 need not wait for them then', async () => {
    const bug = await approvedBug();
    demandChecks(shop);
    await beat(2);
    expect(last.open).toHaveLength(1);
    await shop.meanwhile();
    await beat();
    expect(last.open).toEqual([]);
    const impatient = shop.open({ pause: () => Promise.reject(new Error('it waited')) });
    expect(outcomeIn(await slot(shop, 'T2', { context: impatient }), bug)).toBe('deployed');
    expect(told(bug)).toEqual([]);
  });
});
