import { afterAll, beforeAll, expect, it } from 'vitest';
import { labels } from '../../src/cli/story/deed.ts';
import { mergedAs } from '../support/e2e-gate.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

// No webhook arrives, and no rule keeps anybody from anything: what is done is found by looking, and told once.

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ isSetUp: false });
  await shop.confirmed('vat');
  await shop.fixed('vat', FIX.vat);
  await shop.to('20:00');
  shop.demo.sandbox.faults.failDelivery({ times: Infinity, effect: { kind: 'drop' } });
  await proposed('release', 'uat', 'main');
  await shop.say('ada', 'release', '/approve-release');
  await look();
});
afterAll(() => shop.demo.close());

async function proposed(name: string, head: string, base: string): Promise<void> {
  const { octokit, at } = shop.scene.actor('dan');
  const { data } = await octokit.rest.pulls.create({ ...at, head, base, title: name });
  shop.scene.plot.set(name, data.number);
}

/** The App looks twice, a few minutes after the other. */
async function look(): Promise<void> {
  const { demo } = shop;
  for (let times = 0; times < 2; times += 1) {
    demo.sandbox.clock.advanceTo(demo.sandbox.clock.nowMs() + 120_000);
    await demo.running()?.reconcile();
    await demo.settle();
  }
}

/** Something is done while the App is down; the one that comes up remembers nothing. */
async function whileDown(act: () => Promise<unknown>): Promise<void> {
  await shop.demo.stopApp();
  await act();
  shop.demo.sandbox.clock.advanceTo(shop.demo.sandbox.clock.nowMs() + 120_000);
  await shop.demo.startApp();
  await shop.demo.settle();
  await look();
}

async function moveBack(branch: string, sha: string): Promise<void> {
  const { octokit, at } = shop.scene.actor('ada');
  await octokit.rest.git.updateRef({ ...at, ref: `heads/${branch}`, sha, force: true });
}

let told = 0;
/** Titles of the alerts that came since this was asked last, sorted. */
async function news(): Promise<string[]> {
  const { octokit, at } = shop.scene.actor('rita');
  const asked = { ...at, labels: 'tonic:alert', state: 'all', direction: 'asc' } as const;
  const { data } = await octokit.rest.issues.listForRepo(asked);
  const fresh = data.slice(told).map(({ title }) => title);
  told = data.length;
  return fresh.toSorted();
}

/** The App's comments on a bug or pull request. */
async function ownComments(name: string): Promise<{ id: number; body?: string }[]> {
  const { octokit, at } = shop.scene.actor('dan');
  const asked = { ...at, issue_number: shop.scene.numberOf(name), per_page: 100 };
  const { data } = await octokit.rest.issues.listComments(asked);
  return data.filter(({ user }) => user?.type === 'Bot');
}

it('a report on the head of PROD, a deployment, a comment that is edited on a bug and one that is deleted on a pull request', async () => {
  await news();
  const { octokit, at } = shop.scene.actor('dan');
  const sha = await shop.head('main');
  await octokit.rest.repos.createCommitStatus({ ...at, sha, state: 'success', context: 'tonic / gate' });
  const { data } = await octokit.rest.repos.createDeployment({
    ...at,
    ref: sha,
    environment: 'uat',
    auto_merge: false,
    required_contexts: [],
  });
  const id = 'id' in data ? data.id : 0;
  await octokit.rest.repos.createDeploymentStatus({ ...at, deployment_id: id, state: 'success' });
  const [card] = await ownComments('vat');
  const [answer] = await ownComments('release');
  await octokit.rest.issues.updateComment({ ...at, comment_id: card?.id ?? 0, body: '`deployed_prod`' });
  await octokit.rest.issues.deleteComment({ ...at, comment_id: answer?.id ?? 0 });
  await look();
  expect(await news()).toEqual([
    `A comment of Tonic on #${shop.scene.numberOf('vat')} was edited by hand`,
    `A comment of Tonic on #${shop.scene.numberOf('release')} was deleted by hand`,
    'Somebody else reports under the name of the required check',
    'UAT: something was deployed past Tonic',
  ]);
  expect((await ownComments('vat'))[0]?.body).toContain('tonic:card');
});

it('commits that nobody had deployed, taken off UAT while the App was down', async () => {
  const before = await shop.head('uat');
  const dan = shop.scene.actor('dan');
  const changes = [{ path: 'src/gift.js', text: 'export const gift = true;\n' }];
  const pull = await dan.propose({ branch: 'gift', base: 'uat', title: 'Add gifts', body: '', changes });
  shop.scene.plot.set('gift', pull);
  expect(await mergedAs(shop, 'dan', 'gift')).toBe(200);
  await look();
  await whileDown(() => moveBack('uat', before));
  await look();
  expect(await news()).toEqual(['UAT: the branch was moved by force']);
});

it('a ledger moved back over a change that no command made: nothing is done until it is put back', async () => {
  const older = await shop.head('tonic-ledger');
  await labels('dan', { vat: ['severity:low'] })(shop.scene);
  await look();
  const newer = await shop.head('tonic-ledger');
  expect(newer).not.toBe(older);
  await whileDown(() => moveBack('tonic-ledger', older));
  expect(await news()).toEqual(['The ledger cannot be trusted: nothing is done until it is mended']);
  expect(await shop.head('tonic-ledger')).toBe(older);
  await moveBack('tonic-ledger', newer);
  await shop.say('ada', 'vat', '/status');
  await look();
  expect((await shop.answers('vat')).at(-1)).toContain('low');
});
