import { describe, expect, it } from 'vitest';
import type { ChannelPolicy } from '../../../src/domain/message/channel.ts';
import { aChannel } from '../../support/a-message.ts';
import { isMessage } from '../../../src/domain/message/delivery.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { watchHotfixes } from '../../../src/usecases/hotfix/watch-hotfixes.ts';
import { deliverMessages } from '../../../src/usecases/message/deliver-messages.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { keepSlots } from '../../../src/usecases/keep-slots.ts';
import { happenedIn } from '../../../src/domain/message/happened.ts';
import { emptyLedger } from '../../../src/domain/ledger.ts';
import { aCalendar, aPolicy, aRelease, NOW_MS } from '../../support/builders.ts';
import {
  alertsOn,
  bugOnUat,
  carryOutHotfix,
  carryOutRollback,
  confirmedBug,
  createShop,
  later,
  openIssue,
  readyFix,
  say,
  slot,
  type Shop,
} from './support.ts';

/** A shop whose people read messages. */
function shopWith(...channels: readonly ChannelPolicy[]): Shop {
  const shop = createShop();
  shop.policy = aPolicy({
    environments: shop.policy.environments,
    notify: { channels, digestAt: '09:00', templates: {} },
  });
  return shop;
}

function waitingIn(shop: Shop): string[] {
  return [...shop.ledger.state().outbox.values()].filter(isMessage).map(({ id }) => id);
}

/** A process that has read the ledger delivers. */
async function deliver(shop: Shop, changes: Partial<Context> = {}): Promise<void> {
  const context = shop.open(changes);
  await context.ledger.load();
  await deliverMessages(context, 10_000);
}

describe('a slot', () => {
  it('leaves its messages in the commit that is their cause, one a channel', async () => {
    const shop = shopWith(aChannel(), aChannel({ name: 'team' }));
    await bugOnUat(shop);
    expect(waitingIn(shop)).toEqual([
      'message-t1_done_flow1-2026-11-20-T1-uat-ops',
      'message-t1_done_flow1-2026-11-20-T1-uat-team',
    ]);
  });

  it('tells of a bug on its whole way, each step once', async () => {
    const shop = shopWith(aChannel());
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await slot(shop, 'T2');
    await deliver(shop);
    await deliver(shop);
    const { sent } = shop.notifier;
    expect(sent.map((text) => text.split('\n')[0])).toEqual([
      'ops: 🚀 2026-11-20/T1: on UAT, waiting for validation',
      'ops: 🗳 Queued for PROD with 2026-11-20/T2',
      'ops: ✅ 2026-11-20/T2: on PROD, done',
    ]);
    expect(sent[0]).toContain(`• #${bug}`);
    expect(waitingIn(shop)).toEqual([]);
  });

  it('tells of a bug that takes Flow 2', async () => {
    const shop = shopWith(aChannel({ locale: 'zh-hant' }));
    shop.git.commit('uat', 'a feature');
    const bug = await confirmedBug(shop);
    readyFix(shop, bug, { base: 'main', reviewer: 'ada' });
    await slot(shop, 'T1');
    await slot(shop, 'T2');
    later(shop);
    await say(shop, { issue: bug, body: '/approve-uat-merge' });
    shop.world.clock.advance(23 * 3_600_000);
    await slot(shop, 'T2');
    await deliver(shop);
    expect(shop.notifier.sent.map((text) => text.split('\n')[0])).toEqual([
      'ops: ⏳ 2026-11-20/T1：已排入 PROD 部署',
      'ops: 🚀 2026-11-20/T2：已部署到 PROD，等待驗證',
      'ops: 🗳 已排入 2026-11-21/T2，將部署到 UAT',
      'ops: ✅ 2026-11-21/T2：已合併到 UAT，全部完成',
    ]);
  });

  it('tells why it failed', async () => {
    const shop = shopWith(aChannel());
    shop.failing.add('uat');
    const bug = await bugOnUat(shop);
    await deliver(shop);
    expect(shop.notifier.sent).toHaveLength(1);
    expect(shop.notifier.sent[0]).toContain('2026-11-20/T1 failed on UAT');
    expect(shop.notifier.sent[0]).toContain(`• #${bug}`);
  });

  it('tells that it was skipped, and who still waits', async () => {
    const shop = shopWith(aChannel());
    const bug = await confirmedBug(shop);
    shop.world.clock.advance(3 * 3_600_000);
    await keepSlots(shop.open(), new Set());
    await deliver(shop);
    expect(shop.notifier.sent[0]).toBe(
      `ops: ⏭ 2026-11-20/T1 was skipped: it could not start in time\nNothing was deployed. Still waiting:\n• #${bug}\nacme/shop`,
    );
  });

  it('tells of an environment only in the commit that brings it', async () => {
    const shop = shopWith(aChannel());
    await bugOnUat(shop);
    await deliver(shop);
    const state = shop.ledger.state();
    const again = { slots: [...state.slots.values()], bugs: [...state.bugs.values()] };
    const commit = { before: state, writes: again, calendar: aCalendar(), nowMs: shop.world.now() };
    expect(happenedIn(commit, shop.policy.notify)).toEqual([]);
  });

  it('costs nothing without a channel', async () => {
    const shop = createShop();
    await bugOnUat(shop);
    expect(waitingIn(shop)).toEqual([]);
    const context = shop.open();
    await context.ledger.load();
    const calls: string[] = [];
    const counted = Object.fromEntries(
      (['load', 'recent', 'update'] as const).map((name) => [name, () => calls.push(name)]),
    );
    await deliverMessages({ ...context, ledger: { ...context.ledger, ...counted } }, 10_000);
    expect(calls).toEqual([]);
  });
});

describe('a rollback', () => {
  it('is told of when it is ordered and when it is done, with all that people ask', async () => {
    const shop = shopWith(aChannel({ events: ['rollback'] }));
    const before = shop.git.branches.get('main')?.slice(0, 7);
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await slot(shop, 'T2');
    later(shop);
    await say(shop, { issue: bug, body: '/rollback prod checkout answers @500' });
    await carryOutRollback(shop);
    await deliver(shop);
    expect(shop.notifier.sent).toEqual([
      expect.stringMatching(/^ops: ⏪ Rollback of PROD: ordered\n/u),
      [
        'ops: ⏪ Rollback of PROD: done',
        `To: ${before}`,
        'Why: checkout answers @\u200B500',
        'Who: ada',
        'When: Fri 2026-11-20 22:01 (Asia/Taipei)',
        'Next: mend what was wrong; the environment is locked until an admin says /unlock',
        'acme/shop',
      ].join('\n'),
    ]);
  });

  it('that a check of the release asked for is told of as such', () => {
    const before = { ...emptyLedger(), releases: new Map([['2026-11-20-T1-uat', aRelease()]]) };
    const back = aRelease({ state: 'rolled_back', reason: 'smoke_failed' });
    const commit = { before, writes: { releases: [back] }, calendar: aCalendar(), nowMs: NOW_MS };
    const notify = { channels: [aChannel()], digestAt: null, templates: {} };
    expect(happenedIn(commit, notify).map(({ action }) => action)).toMatchObject([
      {
        event: 'rollback',
        facts: {
          environment: 'UAT',
          reason: 'smoke failed',
          target: 'bbbbbbb',
          who: { word: 'automatic' },
          state: { word: 'done' },
        },
      },
    ]);
  });
});

describe('a hotfix', () => {
  it('is told of when it is ordered, when it is late and when it is done, the breach not as an alert, too', async () => {
    const shop = shopWith(aChannel({ events: ['hotfix', 'sla_breach', 'alert'] }));
    const bug = await openIssue(shop, ['severity:high']);
    readyFix(shop, bug, { base: 'main' });
    await reconcileAndWrite(shop.open());
    later(shop);
    await say(shop, { issue: bug, body: '/hotfix' });
    later(shop, 240);
    const context = shop.open();
    await context.ledger.load();
    await watchHotfixes(context);
    await say(shop, { issue: bug, body: '/hotfix' });
    await carryOutHotfix(shop);
    await deliver(shop);
    expect(shop.notifier.sent).toEqual([
      expect.stringMatching(/^ops: 🚑 Hotfix, P2: ordered\n(?:.*\n)?.*Who: ada\n/su),
      expect.stringMatching(/^ops: ⏰ P2: not on PROD in time\n.*Known since Fri 2026-11-20 19:00/su),
      expect.stringMatching(/^ops: 🚑 Hotfix, P2: done\n.*\/incident-note/su),
    ]);
  });
});

describe('a channel', () => {
  it('hears only what it is to be told of', async () => {
    const shop = shopWith(aChannel({ events: ['slot_failed'] }));
    await bugOnUat(shop);
    expect(waitingIn(shop)).toEqual([]);
  });

  it('that is down keeps no other waiting, and gets its message when it is back', async () => {
    const shop = shopWith(aChannel(), aChannel({ name: 'team' }));
    shop.notifier.down.set('ops', {
      kind: 'failed',
      why: 'it answered 503',
      askedMs: null,
      fault: 'passing',
    });
    await bugOnUat(shop);
    await deliver(shop);
    expect(shop.notifier.sent.map((text) => text.slice(0, 5))).toEqual(['team:']);
    shop.notifier.down.clear();
    await deliver(shop);
    expect(shop.notifier.sent).toHaveLength(1);
    later(shop, 2);
    await deliver(shop);
    expect(shop.notifier.sent.map((text) => text.slice(0, 4))).toEqual(['team', 'ops:']);
  });

  it('is left alone as long as it asks for', async () => {
    const shop = shopWith(aChannel());
    shop.notifier.down.set('ops', {
      kind: 'failed',
      why: 'it answered 429',
      askedMs: 600_000,
      fault: 'passing',
    });
    await bugOnUat(shop);
    await deliver(shop);
    shop.notifier.down.clear();
    later(shop, 9);
    await deliver(shop);
    expect(shop.notifier.sent).toEqual([]);
    later(shop, 1);
    await deliver(shop);
    expect(shop.notifier.sent).toHaveLength(1);
  });

  it('that stays down is told of once, and its messages are given up after three days', async () => {
    const shop = shopWith(aChannel({ events: ['t1_done_flow1'] }));
    shop.notifier.down.set('ops', {
      kind: 'failed',
      why: 'it answered 500',
      askedMs: null,
      fault: 'passing',
    });
    await bugOnUat(shop);
    for (let hours = 0; hours < 71; hours += 1) {
      await deliver(shop);
      later(shop, 60);
    }
    expect(alertsOn(shop).map(({ title }) => title)).toEqual([
      'Messages do not get through on the channel ops',
    ]);
    expect(waitingIn(shop)).toHaveLength(1);
    later(shop, 60);
    await deliver(shop);
    expect(waitingIn(shop)).toEqual([]);
    expect(shop.ledger.messages().at(-1)).toContain('gave up message-t1_done_flow1-2026-11-20-T1-uat-ops');
  });

  it('that refuses one message still gets the others', async () => {
    const shop = shopWith(aChannel({ events: ['t1_done_flow1', 'slot_failed'] }));
    await bugOnUat(shop);
    shop.failing.add('uat');
    shop.world.clock.advance(24 * 3_600_000);
    await bugOnUat(shop);
    let calls = 0;
    const notifier = {
      ...shop.notifier,
      send: async (...[channel, message]: Parameters<Shop['notifier']['send']>) => {
        calls += 1;
        if (calls > 1) return shop.notifier.send(channel, message);
        return { kind: 'failed', why: 'it answered 400', askedMs: null, fault: 'message' } as const;
      },
    };
    await deliver(shop, { notifier });
    expect(shop.notifier.sent).toHaveLength(1);
    expect(waitingIn(shop)).toHaveLength(1);
  });

  it('whose secrets only another process has is left to that one', async () => {
    const shop = shopWith(aChannel());
    shop.notifier.unknown.add('ops');
    await bugOnUat(shop);
    await deliver(shop);
    expect(waitingIn(shop)).toHaveLength(1);
    shop.notifier.unknown.clear();
    await deliver(shop);
    expect(shop.notifier.sent).toHaveLength(1);
  });

  it('that is taken out of the configuration takes its messages with it', async () => {
    const shop = shopWith(aChannel());
    await bugOnUat(shop);
    shop.policy = { ...shop.policy, notify: { channels: [], digestAt: null, templates: {} } };
    await deliver(shop);
    expect(waitingIn(shop)).toEqual([]);
    expect(shop.notifier.sent).toEqual([]);
  });
});

describe('several processes', () => {
  it('send a message once, at the same time', async () => {
    const shop = shopWith(aChannel());
    await bugOnUat(shop);
    await Promise.all([deliver(shop), deliver(shop), deliver(shop)]);
    expect(shop.notifier.sent).toHaveLength(1);
  });

  it('take over what one that died had claimed', async () => {
    const shop = shopWith(aChannel());
    await bugOnUat(shop);
    const dying = { ...shop.notifier, send: () => Promise.reject(new Error('killed')) };
    await expect(deliver(shop, { notifier: dying })).rejects.toThrow('killed');
    await deliver(shop);
    expect(shop.notifier.sent).toEqual([]);
    later(shop, 5);
    await deliver(shop);
    expect(shop.notifier.sent).toHaveLength(1);
  });
});
