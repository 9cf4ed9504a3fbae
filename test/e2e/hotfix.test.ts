import { afterAll, beforeAll, expect, it } from 'vitest';
import { labels, reports } from '../../src/cli/story/deed.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.demo.close());

async function openAlerts(): Promise<string[]> {
  const { octokit, at } = shop.scene.actor('rita');
  const { data } = await octokit.rest.issues.listForRepo({ ...at, labels: 'tonic:alert', state: 'open' });
  return data.map(({ title }) => title);
}

const lastOn = async (name: string) => (await shop.answers(name)).at(-1) ?? '';

async function reported(name: string, severity: string): Promise<void> {
  await reports('rita', name, { title: `Something is wrong with ${name}`, body: `See src/${name}.js` })(
    shop.scene,
  );
  await labels('dan', { [name]: ['bug', `severity:${severity}`] })(shop.scene);
  await shop.demo.settle();
}

it('in a freeze a P1 goes to PROD at once by two people, to UAT with the next T2, and ends with its note', async () => {
  await reported('vat', 'critical');
  await shop.fixed('vat', FIX.vat, 'main');
  await shop.say('ada', 'vat', '/freeze until 2031-01-01 the till is counted');
  const before = await shop.receipt('prod');

  await shop.say('dan', 'vat', '/hotfix');
  expect(await lastOn('vat')).toContain('is for admins');
  await shop.say('ada', 'vat', '/hotfix');
  expect(await lastOn('vat')).toMatch(
    /Hotfix, P1[\s\S]*@dan: please know of it[\s\S]*It waits: another one/u,
  );
  expect(await shop.receipt('prod')).toBe(before);
  await shop.say('eve', 'vat', '/approve-hotfix');

  expect(await shop.receipt('prod')).not.toBe(before);
  expect(await shop.statusOf('vat')).toBe('pending_uat_merge');
  expect(shop.deploys('prod').at(-1)).toContain(await shop.head('main'));
  expect(await lastOn('vat')).toMatch(
    /On PROD\*\* by `[\w-]+-hotfix-[\s\S]*in time\. Its sign-off counts for UAT, too/u,
  );
  expect(await openAlerts()).toContainEqual(expect.stringMatching(/^Incident review of #\d+, due /u));
  expect(await shop.card('vat')).toMatch(
    /\[x\] Fix validated in time[\s\S]*\[ \] UAT updated[\s\S]*\[x\] Incident review scheduled: #\d+/u,
  );

  await shop.say('ada', 'vat', '/unfreeze');
  await shop.to('22:00');
  expect(await shop.statusOf('vat')).toBe('uat_merged');
  expect(await shop.receipt('uat')).toBe(await shop.receipt('prod'));
  await shop.say('ada', 'vat', '/close it is mended');
  expect(await lastOn('vat')).toContain('/incident-note');
  await shop.say('ada', 'vat', '/incident-note root cause: discounts were taxed fix: VAT of what is paid');
  await shop.say('ada', 'vat', '/close it is mended');
  expect(await shop.statusOf('vat')).toBe('closed');
  expect(await shop.git('branch', '--remotes', '--list', 'origin/tonic/candidate/*')).toBe('');
});

it('a hotfix that is late is told of once, without any webhook, and the card says so', async () => {
  await reported('coupon', 'high');
  expect(await shop.card('coupon')).toMatch(/Hotfix, P2\*\*: due by .*, within 4 h/u);
  await shop.to('10:00', 2);
  await shop.demo.running()?.reconcile();
  await shop.demo.running()?.reconcile();
  const late = (await openAlerts()).filter((title) => title.includes('is not on PROD in time'));
  expect(late).toHaveLength(1);
  expect(await shop.card('coupon')).toContain('**late**');
});
