import { afterAll, beforeAll, expect, it } from 'vitest';
import { mergedAs, verdictOn } from '../support/e2e-gate.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
  await shop.confirmed('vat');
  const { octokit, at } = shop.scene.actor('rita');
  await octokit.rest.repos.createFork(at);
});
afterAll(() => shop.demo.close());

/** Rita, who may only read, changes a file on a branch of her fork and opens a pull request from there. */
async function offers(
  name: string,
  from: { readonly branch: string; readonly base: string; readonly body: string },
): Promise<void> {
  const { octokit, at } = shop.scene.actor('rita');
  const { branch, base, body } = from;
  const fork = { owner: 'rita', repo: at.repo };
  const { path, find, put } = FIX.vat;
  if (branch !== 'uat') {
    const { data } = await octokit.rest.git.getRef({ ...fork, ref: `heads/${base}` });
    await octokit.rest.git.createRef({ ...fork, ref: `refs/heads/${branch}`, sha: data.object.sha });
  }
  const { data: file } = await octokit.rest.repos.getContent({ ...fork, path, ref: branch });
  if (!('content' in file)) throw new Error(`${path} is no file`);
  const text = Buffer.from(file.content, 'base64').toString('utf8').replace(find, put);
  const content = Buffer.from(text).toString('base64');
  const commit = { ...fork, path, branch, content, sha: file.sha, message: 'Mend VAT' };
  await octokit.rest.repos.createOrUpdateFileContents(commit);
  const head = `rita:${branch}`;
  const { data } = await octokit.rest.pulls.create({ ...at, head, base, title: 'Mend VAT', body });
  shop.scene.plot.set(name, data.number);
  await shop.demo.settle();
}

it('a fix from a fork is judged like any other: it waits for a review by somebody who may write', async () => {
  await offers('vat.fix', { branch: 'mend-vat', base: 'uat', body: `Fixes #${shop.scene.numberOf('vat')}` });
  await shop.say('ada', 'vat', '/plan');
  expect(await verdictOn(shop, 'vat.fix', 'uat')).toMatch(/^closed: .*0 of 1 approving reviews/u);
  expect(await mergedAs(shop, 'dan', 'vat.fix')).toBe(405);
  await shop.scene.actor('eve').approve(shop.scene.numberOf('vat.fix'));
  await shop.demo.settle();
  expect(await verdictOn(shop, 'vat.fix', 'uat')).toMatch(/^open/u);
});

it('T1 brings exactly its head to UAT', async () => {
  const { octokit, at } = shop.scene.actor('rita');
  const { data } = await octokit.rest.pulls.get({ ...at, pull_number: shop.scene.numberOf('vat.fix') });
  await shop.to('20:00');
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  expect(await shop.git('rev-parse', 'origin/uat^2')).toBe(data.head.sha);
  expect(shop.deploys('uat')).toEqual([expect.stringContaining(await shop.head('uat'))]);
});

it('a branch in a fork that is called like UAT’s makes no release: nobody can sign it off', async () => {
  await offers('fake', { branch: 'uat', base: 'main', body: '' });
  expect(await verdictOn(shop, 'fake')).toMatch(/^closed: .*bug/u);
  await shop.say('ada', 'fake', '/approve-release');
  expect((await shop.answers('fake')).at(-1)).toMatch(/not the pull request that brings UAT to PROD/u);
  expect(await verdictOn(shop, 'fake')).toMatch(/^closed/u);
});
