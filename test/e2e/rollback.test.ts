import { afterAll, beforeAll, expect, it } from 'vitest';
import { artifactsOf, textOf } from '../../src/sandbox/actions/artifact.ts';
import { runsOf } from '../../src/sandbox/actions/model.ts';
import { wordsOn } from '../support/e2e-protection.ts';
import { closeBranch, switchRules } from '../support/e2e-rule.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.demo.close());

it('/rollback brings PROD and its branch back to what it was, and the bug begins again', async () => {
  await shop.confirmed('vat');
  await shop.fixed('vat', FIX.vat);
  await shop.to('20:00');
  const before = await shop.head('main');
  const receipt = await shop.receipt('prod');
  await shop.say('ada', 'vat', '/approve-prod');
  await shop.to('22:00');
  const bad = await shop.head('main');
  expect(await shop.receipt('prod')).not.toBe(receipt);

  await shop.say('dan', 'vat', '/rollback prod prices are wrong');
  expect((await shop.answers('vat')).at(-1)).toContain('is for admins');
  await shop.say('ada', 'vat', '/rollback prod prices are wrong');
  expect(await shop.receipt('prod')).toBe(receipt);
  expect(shop.deploys('prod').at(-1)).toContain(before);
  expect(await shop.statusOf('vat')).toBe('confirmed');
  const said = (await shop.answers('vat')).join('\n');
  expect(said).toContain('PROD goes back to');
  expect(said).toMatch(/### PROD is back on [\s\S]*nothing was forced[\s\S]*the verification passed/u);
  // One commit on top of what was there, with exactly the files of before.
  expect(await shop.git('rev-parse', 'origin/main^')).toContain(bad);
  expect(await shop.git('rev-parse', 'origin/main^{tree}')).toBe(
    await shop.git('rev-parse', `${before}^{tree}`),
  );
  expect(await shop.git('branch', '--remotes', '--list', 'origin/tonic/candidate/*')).toBe('');
  const kept = artifactsOf(shop.demo.repository).at(-1);
  const names = kept?.files.map(({ path }) => path.replace(/^.*-rollback-prod-\d+-/u, ''));
  expect([kept?.name, names]).toEqual(['tonic-prod-1', ['checklist.md', 'log.md', 'report.md']]);
  expect(kept?.files.map(textOf).join('\n')).toContain('ordered by **ada** on #1');
});

it('a rollback whose App has died is let in by its own run, once a person has started that again', async () => {
  const { demo } = shop;
  const before = await shop.git('rev-parse', 'origin/uat^');
  demo.sandbox.faults.failDelivery({
    event: 'deployment_protection_rule',
    times: Infinity,
    effect: { kind: 'drop' },
  });
  await shop.say('ada', 'vat', '/rollback uat wrong there, too');
  const run = runsOf(demo.repository).findLast(({ path }) => path.endsWith('tonic-rollback.yml'));
  if (run === undefined) throw new Error('no rollback ran');
  expect(run.status).toBe('waiting');
  await demo.stopApp();

  const { octokit, at } = shop.scene.actor('ada');
  await octokit.rest.actions.cancelWorkflowRun({ ...at, run_id: run.id });
  await demo.settle();
  await octokit.rest.actions.reRunWorkflow({ ...at, run_id: run.id });
  await demo.settle();
  expect(run).toMatchObject({ attempt: 2, conclusion: 'success' });
  expect(await wordsOn(shop, run)).toEqual([expect.stringMatching(/^approved ✅ .*UAT/u)]);
  expect(shop.deploys('uat').at(-1)).toContain(before);
});

it('a rollback whose branch a rule had closed is finished by the same words: nothing is deployed, the bug follows', async () => {
  const { demo } = shop;
  demo.sandbox.faults.clear();
  await demo.startApp();
  await shop.to('19:00', 2);
  await shop.confirmed('coupon');
  await shop.fixed('coupon', FIX.coupon);
  await shop.say('ada', 'coupon', '/unlock uat');
  const before = await shop.head('uat');
  await shop.to('20:00', 2);
  const bad = await shop.head('uat');
  await closeBranch(shop, 'uat');
  await shop.say('ada', 'coupon', '/rollback uat coupons are free');
  expect(shop.deploys('uat').at(-1)).toContain(before);
  expect([await shop.head('uat'), await shop.statusOf('coupon')]).toEqual([bad, 'deployed_uat']);
  expect((await shop.answers('coupon')).at(-1)).toMatch(/\[ \] Branch: .*the push to `uat` was refused/iu);

  const deploys = shop.deploys('uat').length;
  await switchRules(shop, 'closed', 'disabled');
  await shop.to('20:30', 2);
  await shop.say('ada', 'coupon', '/rollback uat coupons are free');
  expect((await shop.answers('coupon')).at(-1)).toMatch(
    /### The branch of UAT is back, too[\s\S]*nothing was forced/u,
  );
  expect(shop.deploys('uat')).toHaveLength(deploys);
  expect(await shop.statusOf('coupon')).toBe('confirmed');
  const treeOf = (commit: string) => shop.git('rev-parse', `${commit}^{tree}`);
  expect(await treeOf('origin/uat')).toBe(await treeOf(before));
});
