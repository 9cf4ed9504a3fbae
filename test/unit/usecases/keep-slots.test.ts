import { describe, expect, test } from 'vitest';
import { GitHubFailure } from '../../../src/ports/github.ts';
import { keepSlots } from '../../../src/usecases/keep-slots.ts';
import { at } from '../../support/builders.ts';
import {
  answersOn,
  bugIn,
  bugOnUat,
  confirmedBug,
  createShop,
  later,
  readyFix,
  say,
  slot,
  type Shop,
} from './support.ts';

function setClock(shop: Shop, local: string): void {
  shop.world.clock.advance(at(local) - shop.world.clock.nowMs());
}

const started = (shop: Shop) =>
  shop.world.runs.map(({ workflowFile, inputs }) => `${workflowFile} ${inputs['slot']}`);

describe('a slot that is due', () => {
  test('is dispatched once a process, however often it looks', async () => {
    const shop = createShop();
    const seen = new Set<string>(['2026-11-19/T2']);
    setClock(shop, '2026-11-20 19:59:59');
    await keepSlots(shop.open(), seen);
    expect(started(shop)).toEqual([]);
    setClock(shop, '2026-11-20 20:00:00');
    const context = shop.open();
    for (let count = 0; count < 3; count += 1) await keepSlots(context, seen);
    expect(started(shop)).toEqual(['tonic-t1.yml 2026-11-20/T1']);
    setClock(shop, '2026-11-20 22:00:00');
    await keepSlots(context, seen);
    expect(started(shop)).toEqual(['tonic-t1.yml 2026-11-20/T1', 'tonic-t2.yml 2026-11-20/T2']);
  });

  test('is not dispatched by an App that starts when it has run already', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    readyFix(shop, bug);
    await slot(shop, 'T1');
    later(shop, 2);
    await keepSlots(shop.open(), new Set());
    expect(started(shop)).toEqual([]);
  });

  test('is tried again until it can be dispatched', async () => {
    const shop = createShop();
    const seen = new Set<string>();
    setClock(shop, '2026-11-20 20:00:00');
    const failure = new GitHubFailure('dispatch', 'GitHub does not answer', { status: 502, retryable: true });
    const context = shop.open();
    const down = { ...context, workflows: { ...context.workflows, dispatch: () => Promise.reject(failure) } };
    await keepSlots(down, seen);
    expect(seen.has('2026-11-20/T1')).toBe(false);
    await keepSlots(context, seen);
    expect(started(shop)).toContain('tonic-t1.yml 2026-11-20/T1');
  });
});

describe('a slot that could not start in time', () => {
  test('is skipped: its bugs stay queued and are told, and nothing is deployed in the morning', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    setClock(shop, '2026-11-20 23:00:01');
    const context = shop.open();
    const seen = new Set<string>();
    for (let count = 0; count < 3; count += 1) await keepSlots(context, seen);
    expect(started(shop)).toEqual([]);
    expect(shop.ledger.state().slots.get('2026-11-20/T2')).toMatchObject({
      state: 'skipped',
      reason: 'slot_too_late',
    });
    expect(bugIn(shop, bug).status).toBe('pending_prod');
    expect(answersOn(shop, bug).filter((body) => body.includes('2026-11-20/T2 was skipped'))).toHaveLength(1);
    expect(await slot(shop, 'T2')).toMatchObject({ kind: 'refused', reason: 'slot_done' });
    expect(shop.git.patchesOn('main')).toEqual(['base']);
  });

  test('may still start in its last second', async () => {
    const shop = createShop();
    setClock(shop, '2026-11-20 23:00:00');
    await keepSlots(shop.open(), new Set(['2026-11-20/T1']));
    expect(started(shop)).toEqual(['tonic-t2.yml 2026-11-20/T2']);
  });

  test('and for which no bug waits is not worth a word', async () => {
    const shop = createShop();
    setClock(shop, '2026-11-20 23:30:00');
    await keepSlots(shop.open(), new Set());
    expect(shop.ledger.messages()).toEqual([]);
  });

  test('long ago is nobody’s concern any more', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    setClock(shop, '2026-11-21 12:00:00');
    await keepSlots(shop.open(), new Set());
    expect(shop.ledger.state().slots.has('2026-11-20/T2')).toBe(false);
    expect(started(shop)).toEqual([]);
  });
});
