import { afterAll, beforeAll, expect, it } from 'vitest';
import { says } from '../../src/cli/story/deed.ts';
import { mergedAs, verdictOn } from '../support/e2e-gate.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
  await feature('first');
  await offersRelease('release');
});
afterAll(() => shop.demo.close());

/** Dan brings something new to UAT, which belongs to no bug. */
async function feature(name: string): Promise<void> {
  const dan = shop.scene.actor('dan');
  const changes = [{ path: `src/${name}.js`, text: `export const ${name} = true;\n` }];
  const title = `Add ${name}`;
  shop.scene.plot.set(name, await dan.propose({ branch: name, base: 'uat', title, body: '', changes }));
  await shop.demo.settle();
  expect(await mergedAs(shop, 'dan', name)).toBe(200);
}

/** Dan wants to bring what UAT has to PROD; the story calls the pull request `name`. */
async function offersRelease(name: string): Promise<void> {
  const { octokit, at } = shop.scene.actor('dan');
  const { data } = await octokit.rest.pulls.create({
    ...at,
    head: 'uat',
    base: 'main',
    title: 'Release UAT',
  });
  shop.scene.plot.set(name, data.number);
  await shop.demo.settle();
}

it('a release waits for the word of an admin on its pull request, and nobody else’s counts', async () => {
  expect(await verdictOn(shop, 'release')).toMatch(/^closed: .*\/approve-release/u);
  await shop.say('dan', 'release', '/approve-release');
  expect((await shop.answers('release')).at(-1)).toMatch(/is for admins/u);
  expect(await verdictOn(shop, 'release')).toMatch(/^closed/u);
  expect(await mergedAs(shop, 'ada', 'release')).toBe(405);
});

it('signed, it is open for exactly this head: whatever comes to UAT after it shuts the gate', async () => {
  await shop.say('ada', 'release', '/approve-release');
  expect(await verdictOn(shop, 'release')).toMatch(/^open: Signed off for release/u);
  await feature('second');
  expect(await verdictOn(shop, 'release')).toMatch(/^closed: .*\/approve-release/u);
  expect((await shop.answers('release')).at(-1)).toContain('The approval of **ada** is void');
  expect(await mergedAs(shop, 'ada', 'release')).toBe(405);
});

it('a word that no webhook brought is found, and answered once', async () => {
  const { demo, scene } = shop;
  demo.sandbox.clock.advanceTo(demo.sandbox.clock.nowMs() + 60_000);
  demo.sandbox.faults.failDelivery({ event: 'issue_comment', effect: { kind: 'drop' } });
  await says('ada', ['release'], '/approve-release')(scene);
  await demo.settle();
  expect(await verdictOn(shop, 'release')).toMatch(/^closed/u);
  const before = (await shop.answers('release')).length;
  for (let look = 0; look < 2; look += 1) {
    await demo.running()?.reconcile();
    await demo.settle();
  }
  expect(await verdictOn(shop, 'release')).toMatch(/^open: Signed off for release/u);
  expect((await shop.answers('release')).slice(before)).toEqual([
    expect.stringContaining('Approved for PROD'),
  ]);
});

it('merged, the next T2 deploys it by itself, once, and says so there', async () => {
  expect(await mergedAs(shop, 'dan', 'release')).toBe(200);
  await shop.to('22:00');
  expect(shop.deploys('prod').map((line) => line.split(' ')[0])).toEqual([await shop.head('main')]);
  expect((await shop.answers('release')).at(-1)).toContain('**On PROD** since');
  await shop.to('22:00', 2);
  expect(shop.deploys('prod')).toHaveLength(1);
  const { octokit, at } = shop.scene.actor('rita');
  const { data } = await octokit.rest.repos.listDeployments({ ...at, environment: 'prod' });
  expect(data[0]?.payload).toMatchObject({ bugs: [], pulls: [shop.scene.numberOf('release')] });
});

it('merged, it goes live with the bugs of that T2, too', async () => {
  await feature('third');
  await offersRelease('next');
  await shop.say('ada', 'next', '/approve-release');
  expect(await mergedAs(shop, 'dan', 'next')).toBe(200);
  await shop.confirmed('vat');
  await shop.say('ada', 'vat', '/confirm flow2');
  await shop.fixed('vat', FIX.vat, 'main');
  await shop.to('20:00', 3);
  await shop.say('ada', 'vat', '/approve-prod');
  await shop.to('22:00', 3);
  expect(await shop.statusOf('vat')).toBe('deployed_prod');
  expect(shop.deploys('prod').at(-1)?.split(' ')[0]).toBe(await shop.head('main'));
  expect((await shop.answers('next')).at(-1)).toContain('**On PROD** since');
  expect(await shop.git('ls-tree', '--name-only', 'origin/main', 'src/first.js', 'src/third.js')).toBe(
    'src/first.js\nsrc/third.js',
  );
});
