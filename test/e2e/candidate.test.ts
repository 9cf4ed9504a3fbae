import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeShop, type DemoSite } from '../../src/compose-demo.ts';
import { runsOf } from '../../src/sandbox/actions/model.ts';
import { writeSeedCommit } from '../../src/sandbox/seed/history.ts';
import { demandChecks } from '../support/e2e-rule.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

/** The repository's own tests, which run on every candidate and preview, and fail where somebody wrote BROKEN. */
const CI = `name: CI
on:
  push:
    branches: ['tonic/candidate/**', 'tonic/preview/**']
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: '! grep -r BROKEN src'
`;

async function withTests(site: DemoSite): Promise<void> {
  await writeShop(site);
  const author = site.people['dan']?.account;
  if (author === undefined) throw new Error('dan is not there');
  const commit = {
    author,
    message: 'Tests',
    atMs: site.dayMs,
    files: { '.github/workflows/ci.yml': CI },
  };
  for (const branch of ['uat', 'main'])
    await writeSeedCommit(site.sandbox, site.repository, { ...commit, branch });
}

/** Source: the App that reports the jobs of workflows. */
const ACTIONS = 15_368;

const branches = (shop: Shop, pattern: string) =>
  shop.git('branch', '--remotes', '--list', `origin/${pattern}`);

function newest(shop: Shop, file: string) {
  return runsOf(shop.demo.repository).findLast(({ path }) => path.endsWith(file));
}

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ write: withTests });
  await demandChecks(shop, [{ context: 'test', integration_id: ACTIONS }]);
});
afterAll(() => shop.demo.close());

it('a candidate is tested first, and the App brings it to its branch without passing any rule by', async () => {
  await shop.confirmed('vat');
  await shop.fixed('vat', FIX.vat);
  await shop.to('20:00');
  expect(newest(shop, 'ci.yml')).toMatchObject({ conclusion: 'success', headSha: await shop.head('uat') });
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  expect(shop.deploys('uat')).toEqual([expect.stringContaining(await shop.head('uat'))]);
  expect(await branches(shop, 'tonic/candidate/*')).toBe('');
  await shop.say('ada', 'vat', '/approve-prod');
  // The first beat sees the approval, the second that nothing came after it.
  for (let beat = 0; beat < 2; beat += 1) await shop.demo.running()?.preview();
  await shop.demo.settle();
  const previewed = newest(shop, 'ci.yml');
  expect(previewed).toMatchObject({ conclusion: 'success', headBranch: expect.stringMatching(/T2-prod$/u) });
  await shop.to('22:00');
  expect(await shop.head('main')).toBe(previewed?.headSha);
  expect(await shop.statusOf('vat')).toBe('deployed_prod');
  expect(newest(shop, 'ci.yml')).toMatchObject({ conclusion: 'success', headSha: await shop.head('main') });
});

it('a candidate whose tests are red goes nowhere, the bug stays queued and is told which test', async () => {
  await shop.to('09:00', 2);
  for (let beat = 0; beat < 2; beat += 1) await shop.demo.running()?.preview();
  expect(await branches(shop, 'tonic/preview/*')).toBe('');
  await shop.confirmed('coupon');
  await shop.fixed('coupon', { ...FIX.coupon, put: `${FIX.coupon.put} // BROKEN` });
  const before = await shop.head('uat');
  await shop.to('20:00', 2);
  expect(newest(shop, 'tonic-t1.yml')).toMatchObject({ conclusion: 'failure' });
  expect(await shop.statusOf('coupon')).toBe('planned');
  expect((await shop.answers('coupon')).at(-1)).toMatch(/\[`test`\]\(http\S+\) is red on the candidate/u);
  expect(await shop.head('uat')).toBe(before);
  expect(shop.deploys('uat')).toHaveLength(1);
});

it('nor does anybody else get it there', async () => {
  const [candidate = ''] = (await branches(shop, 'tonic/candidate/*')).trim().split('\n');
  const refused = shop.git('push', 'origin', `${candidate}:refs/heads/uat`);
  await expect(refused).rejects.toThrow(/GH013/u);
});
