import { afterAll, beforeAll, expect, it } from 'vitest';
import { startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  // A shop that nobody has set up: what rules would keep people from is done, and found.
  shop = await startShop({ isSetUp: false });
  await shop.confirmed('vat');
});
afterAll(() => shop.demo.close());

async function alerts(): Promise<string[]> {
  const { octokit, at } = shop.scene.actor('rita');
  const { data } = await octokit.rest.issues.listForRepo({ ...at, labels: 'tonic:alert', state: 'all' });
  return data.map(({ title }) => title);
}

it('what somebody reports or records in this system’s name is told to the admins, once', async () => {
  const { octokit, at } = shop.scene.actor('dan');
  const sha = await shop.head('main');
  for (let count = 0; count < 2; count += 1) {
    await octokit.rest.repos.createCommitStatus({ ...at, sha, state: 'success', context: 'tonic / gate' });
    const { data } = await octokit.rest.repos.createDeployment({
      ...at,
      ref: sha,
      environment: 'prod',
      auto_merge: false,
      required_contexts: [],
    });
    const id = 'id' in data ? data.id : 0;
    await octokit.rest.repos.createDeploymentStatus({ ...at, deployment_id: id, state: 'success' });
    await shop.demo.settle();
  }
  expect((await alerts()).toSorted()).toEqual([
    'PROD: something was deployed past Tonic',
    'Somebody else reports under the name of the required check',
  ]);
});

it('a ledger that somebody wrote into stops everything, is told, and goes on once it is put back', async () => {
  const ada = shop.scene.actor('ada');
  const good = await shop.head('tonic-ledger');
  await ada.octokit.rest.repos.createOrUpdateFileContents({
    ...ada.at,
    branch: 'tonic-ledger',
    path: 'bugs/999.json',
    message: 'Looks right',
    content: Buffer.from('{}').toString('base64'),
  });
  await shop.demo.settle();
  expect(await alerts()).toContain('The ledger cannot be trusted: nothing is done until it is mended');
  const count = (await alerts()).length;
  await shop.say('ada', 'vat', '/severity low');
  expect((await shop.answers('vat')).at(-1)).toContain('the ledger cannot be trusted');
  await ada.octokit.rest.git.updateRef({ ...ada.at, ref: 'heads/tonic-ledger', sha: good, force: true });
  await shop.demo.settle();
  await shop.say('ada', 'vat', '/severity low');
  expect((await shop.answers('vat')).at(-1)).toContain('Severity: **low**');
  expect(await alerts()).toHaveLength(count);
});
