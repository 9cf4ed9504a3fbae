import { afterAll, beforeAll, expect, it } from 'vitest';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
  await shop.confirmed('vat');
  await shop.fixed('vat', FIX.vat);
  await shop.to('20:00');
});
afterAll(() => shop.demo.close());

async function refusedWith(work: Promise<unknown>): Promise<number> {
  return work.then(
    () => 200,
    (error: { status?: number }) => error.status ?? 0,
  );
}

it('a developer’s and a reporter’s commands change nothing and are answered', async () => {
  for (const login of ['dan', 'rita']) {
    for (const command of ['/approve-prod', '/reject nonsense', '/close enough', '/retry']) {
      const before = (await shop.answers('vat')).length;
      await shop.say(login, 'vat', command);
      const answers = await shop.answers('vat');
      expect(answers.length, `${login} ${command}`).toBe(before + 1);
      expect(answers.at(-1)).toMatch(/Nothing was changed/u);
    }
  }
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
});

it('a status label that a developer puts on is put back, a reporter cannot put one on at all', async () => {
  const vat = shop.scene.numberOf('vat');
  await shop.scene.actor('dan').label(vat, ['status:pending_prod']);
  await shop.demo.settle();
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  await shop.scene.actor('dan').unlabel(vat, 'status:deployed_uat');
  await shop.demo.settle();
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  expect(await refusedWith(shop.scene.actor('rita').label(vat, ['status:pending_prod']))).toBe(403);
});

it('the App’s card that a developer edits is put right, and a command written into it is none', async () => {
  const dan = shop.scene.actor('dan');
  const { data } = await dan.octokit.rest.issues.listComments({
    ...dan.at,
    issue_number: shop.scene.numberOf('vat'),
  });
  const card = data.find((comment) => comment.body?.startsWith('<!-- tonic:card'));
  await dan.octokit.rest.issues.updateComment({
    ...dan.at,
    comment_id: card?.id ?? 0,
    body: '/approve-prod',
  });
  await shop.demo.settle();
  await shop.demo.running()?.reconcile();
  await shop.demo.settle();
  const { data: after } = await dan.octokit.rest.issues.getComment({ ...dan.at, comment_id: card?.id ?? 0 });
  expect(after.body).toContain('deployed_uat');
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
});

it('the API refuses a reporter what the rules would refuse: branches, deployments, workflows', async () => {
  const { octokit, at } = shop.scene.actor('rita');
  const sha = await shop.head('uat');
  const refused = await Promise.all([
    refusedWith(octokit.rest.git.updateRef({ ...at, ref: 'heads/main', sha, force: true })),
    refusedWith(octokit.rest.git.updateRef({ ...at, ref: 'heads/tonic-ledger', sha, force: true })),
    refusedWith(
      octokit.rest.repos.createDeployment({ ...at, ref: sha, environment: 'prod', auto_merge: false }),
    ),
    refusedWith(
      octokit.rest.actions.createWorkflowDispatch({ ...at, workflow_id: 'tonic-t2.yml', ref: 'main' }),
    ),
    refusedWith(octokit.rest.pulls.merge({ ...at, pull_number: shop.scene.numberOf('vat.fix') })),
  ]);
  for (const status of refused) expect([403, 404]).toContain(status);
});

it('the night goes by and PROD is as it was', async () => {
  const before = await shop.head('main');
  await shop.to('22:00');
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  expect(await shop.head('main')).toBe(before);
  expect(shop.deploys('prod')).toEqual([]);
});
