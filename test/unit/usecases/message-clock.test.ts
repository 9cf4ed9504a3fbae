import { describe, expect, it } from 'vitest';
import { isMessage } from '../../../src/domain/message/delivery.ts';
import { channelAlert } from '../../../src/domain/text/alert.ts';
import type { FreezeWindow } from '../../../src/domain/freeze-policy.ts';
import { deliverMessages } from '../../../src/usecases/message/deliver-messages.ts';
import { sayByClock } from '../../../src/usecases/message/say-by-clock.ts';
import { raiseAlert } from '../../../src/usecases/raise-alert.ts';
import { aChannel } from '../../support/a-message.ts';
import { at, aPolicy } from '../../support/builders.ts';
import { bugOnUat, confirmedBug, createShop, openIssue, readyFix, say, slot, type Shop } from './support.ts';

/** A shop whose people read messages, at 19:00 on 2026-11-20. */
function aShop(given: { readonly digestAt?: string; readonly windows?: readonly FreezeWindow[] } = {}): Shop {
  const shop = createShop();
  const { digestAt = null, windows = [] } = given;
  shop.policy = aPolicy({
    environments: shop.policy.environments,
    notify: { channels: [aChannel()], digestAt, templates: {} },
    freeze: { ...shop.policy.freeze, windows },
  });
  return shop;
}

/** Moves the clock to a moment and lets the App's timer beat, as it does all the time. */
async function beatAt(shop: Shop, local: string): Promise<void> {
  const { clock } = shop.world;
  clock.advance(at(`${local}:00`) - clock.nowMs());
  const app = shop.open();
  await sayByClock(app);
  await deliverMessages(app, 10_000);
}

/** What arrived of some kind: the first line of each. */
function heard(shop: Shop, mark: string): string[] {
  return shop.notifier.sent.filter((text) => text.startsWith(`ops: ${mark}`));
}

describe('an approval that queues bugs', () => {
  it('is one message with the slot, its time and the time left, however many it is about', async () => {
    const shop = aShop();
    const second = await confirmedBug(shop);
    readyFix(shop, second);
    const first = await bugOnUat(shop);
    await say(shop, { issue: first, body: `/approve-prod #${first} #${second}` });
    await beatAt(shop, '2026-11-20 20:30');
    expect(heard(shop, '🗳')).toEqual([
      expect.stringContaining(
        `Queued for PROD with 2026-11-20/T2\n• #${first} It breaks\n• #${second} It breaks\nApproved by ada.`,
      ),
    ]);
    expect(heard(shop, '🗳')[0]).toContain('It begins Fri 2026-11-20 22:00 (Asia/Taipei), in 1 h 59 min');
  });

  it('is no message as long as another one is needed', async () => {
    const shop = aShop();
    shop.policy = { ...shop.policy, approvals: { ...shop.policy.approvals, required: { uat: 1, prod: 2 } } };
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await beatAt(shop, '2026-11-20 20:30');
    expect(heard(shop, '🗳')).toEqual([]);
  });
});

describe('a freeze', () => {
  it('is told of when it is said and when it is lifted', async () => {
    const shop = aShop();
    const issue = await openIssue(shop);
    await say(shop, { issue, body: '/freeze full until 2026-11-30 year @end' });
    await say(shop, { issue, body: '/unfreeze' });
    await beatAt(shop, '2026-11-20 19:10');
    expect(heard(shop, '')).toEqual([
      'ops: 🧊 Frozen: everything\nSlots do nothing, and of hotfixes only the most urgent go on, until Mon 2026-11-30 00:00 (Asia/Taipei).\nWhy: year @\u200Bend\nSaid by ada\nacme/shop',
      'ops: 🌤 No longer frozen: everything\nIt was frozen because: year @\u200Bend\nLifted by ada\nacme/shop',
    ]);
  });

  it('is told of when its time comes and when it is over, once each', async () => {
    const window = { level: 'suspend', parts: [], reason: 'audit' } as const;
    const shop = aShop({ windows: [{ ...window, from: '2026-11-20 19:30', until: '2026-11-20 21:00' }] });
    for (const time of ['19:29', '19:31', '19:32', '20:59', '21:00', '21:01']) {
      await beatAt(shop, `2026-11-20 ${time}`);
    }
    expect(heard(shop, '').map((text) => text.split('\n')[0])).toEqual([
      'ops: 🧊 Frozen: everything',
      'ops: 🌤 No longer frozen: everything',
    ]);
  });

  it('that was said is not told of twice, and its end by the clock once', async () => {
    const shop = aShop();
    const issue = await openIssue(shop);
    await say(shop, { issue, body: '/freeze until 2026-11-20T20:00 audit' });
    for (const time of ['19:01', '19:59', '20:00', '20:01']) await beatAt(shop, `2026-11-20 ${time}`);
    expect(heard(shop, '').map((text) => text.split('\n')[0])).toEqual([
      'ops: 🧊 Frozen: everything',
      'ops: 🌤 No longer frozen: everything',
    ]);
  });

  it('that keeps a bug from its slot says so', async () => {
    const shop = aShop();
    const bug = await confirmedBug(shop);
    await say(shop, { issue: bug, body: '/freeze until 2026-11-30 audit' });
    await slot(shop, 'T1');
    await beatAt(shop, '2026-11-20 20:05');
    expect(heard(shop, '⏭')).toEqual([
      expect.stringContaining('2026-11-20/T1 was skipped: there is a freeze'),
    ]);
  });
});

describe('an alert', () => {
  it('is told of once, in plain words', async () => {
    const shop = aShop();
    const setting = await shop.open().configuration.load();
    const words = channelAlert({ channel: 'big_team', why: 'it answered 410', sinceMs: 0 });
    for (const process of [shop.open(), shop.open()]) {
      await raiseAlert(process, setting, words);
    }
    await beatAt(shop, '2026-11-20 19:10');
    expect(heard(shop, '🚨')).toEqual([
      'ops: 🚨 Messages do not get through on the channel big_team\nThere is an issue for the admins.\nacme/shop',
    ]);
  });
});

describe('the reminder before T2', () => {
  it('comes once, half an hour before, when an approval is open', async () => {
    const shop = aShop();
    const bug = await bugOnUat(shop);
    for (const time of ['21:29', '21:30', '21:31', '21:59']) await beatAt(shop, `2026-11-20 ${time}`);
    expect(heard(shop, '⏰')).toEqual([
      `ops: ⏰ 30 min to 2026-11-20/T2: approvals are still open\nOn UAT, waiting for /approve-prod: #${bug}\nWhat is said after Fri 2026-11-20 22:00 (Asia/Taipei) counts for the next one.\nacme/shop`,
    ]);
  });

  it('does not come when everything is approved', async () => {
    const shop = aShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await beatAt(shop, '2026-11-20 21:31');
    expect(heard(shop, '⏰')).toEqual([]);
  });

  it('comes late when the App was away, and not after T2 began', async () => {
    const late = aShop();
    await bugOnUat(late);
    await beatAt(late, '2026-11-20 21:50');
    expect(heard(late, '⏰')[0]).toContain('10 min to 2026-11-20/T2');
    const gone = aShop();
    await bugOnUat(gone);
    gone.notifier.down.set('ops', {
      kind: 'failed',
      why: 'it answered 503',
      askedMs: null,
      fault: 'passing',
    });
    await beatAt(gone, '2026-11-20 21:31');
    gone.notifier.down.clear();
    await beatAt(gone, '2026-11-20 22:00');
    expect(heard(gone, '⏰')).toEqual([]);
  });
});

describe('the digest', () => {
  it('comes once a day with what waits for whom', async () => {
    const shop = aShop({ digestAt: '21:00' });
    const bug = await bugOnUat(shop);
    const other = await openIssue(shop);
    for (const time of ['20:59', '21:00', '21:10']) await beatAt(shop, `2026-11-20 ${time}`);
    await beatAt(shop, '2026-11-21 21:05');
    expect(heard(shop, '📋').map((text) => text.split('\n')[0])).toEqual([
      'ops: 📋 2026-11-20: what waits for whom',
      'ops: 📋 2026-11-21: what waits for whom',
    ]);
    expect(heard(shop, '📋')[0]).toBe(
      `ops: 📋 2026-11-20: what waits for whom\nWaiting for an admin to confirm them: #${other}\nOn UAT, waiting for validation: #${bug}\nNext: 2026-11-20/T2, Fri 2026-11-20 22:00 (Asia/Taipei)\nacme/shop`,
    );
  });

  it('does not come when there is nothing to say, or hours late', async () => {
    const quiet = aShop({ digestAt: '19:00' });
    await beatAt(quiet, '2026-11-20 19:10');
    expect(quiet.notifier.sent).toEqual([]);
    const late = aShop({ digestAt: '18:30' });
    await openIssue(late);
    await beatAt(late, '2026-11-20 21:00');
    expect(late.notifier.sent).toEqual([]);
  });
});

describe('a beat of the timer with nothing to say', () => {
  it('writes nothing', async () => {
    const shop = aShop({ digestAt: '09:00' });
    await bugOnUat(shop);
    await beatAt(shop, '2026-11-20 20:30');
    const commits = shop.ledger.messages().length;
    await beatAt(shop, '2026-11-20 20:31');
    expect(shop.ledger.messages()).toHaveLength(commits);
    expect([...shop.ledger.state().outbox.values()].filter(isMessage)).toEqual([]);
  });
});
