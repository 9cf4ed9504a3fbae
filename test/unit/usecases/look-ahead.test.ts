import { beforeEach, describe, expect, test } from 'vitest';
import { checklistHosts } from '../../../src/config/checklist-hosts.ts';
import type { ChecklistItem } from '../../../src/domain/probe.ts';
import type { HttpAnswer } from '../../../src/ports/http.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { deliverMessages } from '../../../src/usecases/message/deliver-messages.ts';
import { lookAhead } from '../../../src/usecases/slot/look-ahead.ts';
import { aChannel } from '../../support/a-message.ts';
import { at } from '../../support/builders.ts';
import { alertsOn, bugIn, bugOnUat, createShop, say, slot, type Shop } from './support.ts';

const target = { url: 'https://backup.test/last', authorizationEnv: null, timeoutMs: 1_000 };
const BACKUP: ChecklistItem = {
  name: 'backup',
  probe: { kind: 'http', at: target, status: 200, value: null },
};
const DISK: ChecklistItem = {
  name: 'disk_space',
  probe: { kind: 'command', command: { run: 'df', timeoutMinutes: 1 } },
};
const ON_CALL: ChecklistItem = { name: 'on_call', probe: { kind: 'on_call' } };
const HOSTS = ['backup.test'];

let shop: Shop;
let bug: number;
let asked: string[];

/** The shop's App, at a local time; addresses answer with a status, or not at all. */
async function appAt(time: string, status: number | null = 500): Promise<Context> {
  const { clock } = shop.world;
  clock.advance(at(`2026-11-20 ${time}:00`) - clock.nowMs());
  const answer: HttpAnswer =
    status === null
      ? { kind: 'none', reason: 'no answer within 1 s' }
      : { kind: 'answer', status, headers: {}, body: '', isCut: false };
  const app = shop.open({
    http: {
      send: async ({ url }) => {
        asked.push(url);
        return answer;
      },
    },
    deployer: { run: () => Promise.reject(new Error('the App runs no commands')) },
  });
  await app.ledger.load();
  return app;
}

const checklist = (...items: ChecklistItem[]) => {
  const { environments } = shop.policy;
  shop.policy = {
    ...shop.policy,
    environments: { ...environments, prod: { ...environments.prod, checklist: items } },
  };
};
const told = () => alertsOn(shop).map(({ title }) => title);

beforeEach(async () => {
  asked = [];
  shop = createShop();
  bug = await bugOnUat(shop);
  checklist(BACKUP, DISK);
});

describe('half an hour before a slot', () => {
  test('the admins hear what would stop it, and what only the slot can look at; nothing else changes', async () => {
    await say(shop, { issue: bug, body: '/approve-prod' });
    const before = shop.git.branches.get('main');
    await lookAhead(await appAt('21:30'), HOSTS);
    const [alert] = alertsOn(shop);
    expect(told()).toEqual(['2026-11-20/T2 is about to be stopped on PROD by its checklist']);
    expect(alert?.body).toContain('- **backup**: status 500, has to be 200');
    expect(alert?.body).toContain('Only the slot itself can look at: disk space.');
    expect(shop.git.branches.get('main')).toBe(before);
    expect(shop.deploys.filter((line) => line.startsWith('prod'))).toEqual([]);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'pending_prod', hold: null });
    expect([...shop.ledger.state().releases.keys()]).toEqual(['2026-11-20-T1-uat']);
  });

  test('they hear it once a slot, whichever process looks, and as a message', async () => {
    shop.policy = { ...shop.policy, notify: { channels: [aChannel()], digestAt: null, templates: {} } };
    await say(shop, { issue: bug, body: '/approve-prod' });
    const app = await appAt('21:30');
    await lookAhead(app, HOSTS);
    const once = asked.length;
    await lookAhead(app, HOSTS);
    await lookAhead(await appAt('21:40'), HOSTS);
    expect(asked).toHaveLength(once);
    expect(told()).toHaveLength(1);
    await deliverMessages(app, 10_000);
    expect(shop.notifier.sent.filter((text) => text.includes('about to be stopped on PROD'))).toHaveLength(1);
  });

  test('what is right is not told, nor looked at again', async () => {
    await say(shop, { issue: bug, body: '/approve-prod' });
    const app = await appAt('21:30', 200);
    for (let beat = 0; beat < 3; beat += 1) await lookAhead(app, HOSTS);
    expect(asked).toHaveLength(1);
    expect(told()).toEqual([]);
  });

  test('an approval that comes later is looked at, too', async () => {
    const app = await appAt('21:35');
    await lookAhead(app, HOSTS);
    expect(asked).toEqual([]);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await app.ledger.load();
    await lookAhead(app, HOSTS);
    expect(told()).toHaveLength(1);
  });

  test('nothing is looked at while nothing waits, in a freeze, without a checklist, or before its time', async () => {
    await lookAhead(await appAt('21:30'), HOSTS);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await say(shop, { issue: bug, body: '/freeze until 2026-12-21 audit' });
    await lookAhead(await appAt('21:40'), HOSTS);
    await say(shop, { issue: bug, body: '/unfreeze' });
    const { environments } = shop.policy;
    shop.policy = {
      ...shop.policy,
      environments: { ...environments, prod: { ...environments.prod, checklist: null } },
    };
    await lookAhead(await appAt('21:45'), HOSTS);
    expect(asked).toEqual([]);
    expect(told()).toEqual([]);
  });

  test('somebody on call is asked for', async () => {
    checklist(ON_CALL);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await lookAhead(await appAt('21:30'), []);
    expect(alertsOn(shop)[0]?.body).toContain('**on call**: nobody has said /oncall on 2026');
  });
});

describe('what the App asks', () => {
  const secret: ChecklistItem = {
    name: 'backup',
    probe: {
      kind: 'http',
      at: { ...target, authorizationEnv: 'BACKUP_TOKEN' },
      status: 200,
      value: null,
    },
  };

  test.each([
    ['only hosts that its operator has named', BACKUP, ['other.test']],
    ['no address with a secret', secret, HOSTS],
  ])('is %s', async (_, item, hosts) => {
    checklist(item);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await lookAhead(await appAt('21:30'), hosts);
    expect(asked).toEqual([]);
    expect(told()).toEqual([]);
  });

  test('that does not answer is told as unknown', async () => {
    await say(shop, { issue: bug, body: '/approve-prod' });
    await lookAhead(await appAt('21:30', null), HOSTS);
    expect(alertsOn(shop)[0]?.body).toContain('**backup** is unknown: no answer within 1 s');
  });

  test('is named with its port, between commas', () => {
    expect(checklistHosts({ CHECKLIST_HOSTS: ' Prometheus.test:9090, backup.test ,' })).toEqual([
      'prometheus.test:9090',
      'backup.test',
    ]);
    expect(checklistHosts({})).toEqual([]);
  });
});

test('the slot looks for itself, whatever was found before', async () => {
  await say(shop, { issue: bug, body: '/approve-prod' });
  checklist(BACKUP);
  await lookAhead(await appAt('21:30'), HOSTS);
  const context = { ...(await appAt('21:59', 200)), deployer: shop.open().deployer };
  await slot(shop, 'T2', { context });
  expect(bugIn(shop, bug).status).toBe('deployed_prod');
});
