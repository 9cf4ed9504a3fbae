import { expect, test } from 'vitest';
import type { WatchLimit } from '../../../src/domain/watch.ts';
import { GitHubFailure } from '../../../src/ports/github.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { closeCrashedSlot } from '../../../src/usecases/slot/close-crashed-slot.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { aWatch, aWatchLimit } from '../../support/builders.ts';
import { issueIn } from '../../support/fake-world.ts';
import { bugIn, bugOnUat, confirmedBug, createShop, readyFix, say, slot, type Shop } from './support.ts';

const MINUTE = 60_000;

/** A shop that watches what comes to an environment, and a process that measures. */
function watchedShop(environment: 'uat' | 'prod', limit: Partial<WatchLimit> = {}) {
  const shop = createShop();
  const { environments } = shop.policy;
  const watch = aWatch({ everySeconds: 30, limits: [aWatchLimit(limit)] });
  shop.policy = {
    ...shop.policy,
    environments: { ...environments, [environment]: { ...environments[environment], watch } },
  };
  return shop;
}

function measuring(shop: Shop, value: number) {
  return shop.open({ metrics: { read: async () => ({ kind: 'value', value, atMs: 0 }) } });
}

function cardOn(shop: Shop, bug: number): string {
  return issueIn(shop.world, bug).comments.find(({ body }) => body.includes('tonic:card'))?.body ?? '';
}

/** The lines of a card about a watch. */
function watchOn(shop: Shop, bug: number): string[] {
  const lines = cardOn(shop, bug).split('\n');
  const from = lines.findIndex((line) => line.startsWith('**Watched'));
  return from === -1 ? [] : lines.slice(from, from + 2);
}

test('the card of a bug shows how its release is watched, and no more once it is live', async () => {
  const shop = watchedShop('uat', { bound: { kind: 'max', value: 1 } });
  const bug = await confirmedBug(shop);
  readyFix(shop, bug);
  const shown: string[] = [];
  shop.meanwhile = () => {
    shown.push(watchOn(shop, bug).join(' '));
    expect(cardOn(shop, bug)).toMatch(/\*\*Next\*\*[\s\S]*\*\*Watched[\s\S]*\*\*Timeline\*\*/u);
  };
  await slot(shop, 'T1', { context: measuring(shop, 0.25) });
  const head = '**Watched on UAT:** `2026-11-20-T1-uat` at 100 %,';
  const last = '- `error_percent`: 0.25, has to be at most 1';
  expect([...new Set(shown)]).toEqual([
    `${head} 0:00 of 10:00 min at Fri 2026-11-20 20:00 (Asia/Taipei) ${last}`,
    `${head} 2:30 of 10:00 min at Fri 2026-11-20 20:02 (Asia/Taipei) ${last}`,
    `${head} 5:00 of 10:00 min at Fri 2026-11-20 20:05 (Asia/Taipei) ${last}`,
    `${head} 7:30 of 10:00 min at Fri 2026-11-20 20:07 (Asia/Taipei) ${last}`,
  ]);
  expect(bugIn(shop, bug).status).toBe('deployed_uat');
  expect(watchOn(shop, bug)).toEqual([]);
  expect(shop.ledger.state().releases.get('2026-11-20-T1-uat')).not.toHaveProperty('watching');
});

test('a watch that nobody can be told of goes on', async () => {
  const shop = watchedShop('uat');
  const bug = await confirmedBug(shop);
  readyFix(shop, bug);
  const context = measuring(shop, 0);
  let isCut = false;
  const startMs = shop.world.clock.nowMs() + 60 * MINUTE;
  shop.meanwhile = () => void (isCut = shop.world.clock.nowMs() < startMs + 9 * MINUTE);
  const ledger: Context['ledger'] = {
    ...context.ledger,
    update: (change) =>
      isCut
        ? Promise.reject(new GitHubFailure('ledger', 'no answer', { status: 502, retryable: true }))
        : context.ledger.update(change),
  };
  await slot(shop, 'T1', { context: { ...context, ledger } });
  const untold = shop.troubles.filter((line) => line.includes('nobody could be told how the watch goes'));
  expect(untold).toHaveLength(3);
  expect(bugIn(shop, bug).status).toBe('deployed_uat');
});

test('a run that dies while it watches leaves nothing on the card that goes on for ever', async () => {
  const shop = watchedShop('uat');
  const bug = await confirmedBug(shop);
  readyFix(shop, bug);
  shop.meanwhile = () => {
    throw new Error('the runner was taken away');
  };
  await expect(slot(shop, 'T1', { runId: 77, context: measuring(shop, 0) })).rejects.toThrow('taken away');
  expect(watchOn(shop, bug)[0]).toContain('0:00 of 10:00');
  await closeCrashedSlot(shop.open(), 77);
  expect(watchOn(shop, bug)).toEqual([]);
});

test('an issue that GitHub closed with the push to PROD is opened again by the watch that takes it back', async () => {
  const shop = watchedShop('prod');
  const bug = await bugOnUat(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
  shop.meanwhile = () => void Object.assign(issueIn(shop.world, bug), { state: 'closed', closedBy: null });
  await slot(shop, 'T2', { context: measuring(shop, 9) });
  expect(bugIn(shop, bug).takenBack?.environment).toBe('prod');
  expect(issueIn(shop.world, bug).state).toBe('open');
  const before = issueIn(shop.world, bug).comments.length;
  await reconcileAndWrite(shop.open());
  expect(issueIn(shop.world, bug).comments).toHaveLength(before);
});
