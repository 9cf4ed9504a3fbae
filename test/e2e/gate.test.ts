import { afterAll, beforeAll, expect, it } from 'vitest';
import { GATE_CHECKS } from '../../src/domain/gate.ts';
import { gateOf, mergedAs, press, verdictOn } from '../support/e2e-gate.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';
import { openPages } from '../support/sandbox-page.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
  await shop.confirmed('vat');
  await shop.say('ada', 'vat', '/confirm flow2');
  await shop.fixed('vat', FIX.vat, 'main');
  await shop.to('20:00');
});
afterAll(() => shop.demo.close());

const dan = () => shop.scene.actor('dan').octokit.rest;
const at = () => shop.scene.actor('dan').at;
const pull = () => ({ ...at(), pull_number: shop.scene.numberOf('vat.fix') });
const verdict = () => verdictOn(shop, 'vat.fix');
const merge = () => mergedAs(shop, 'dan', 'vat.fix');
const pressed = async (by: string, button: string) =>
  press(shop, await gateOf(shop, 'vat.fix'), { by, button });

it('a fix that no admin has signed off says so in one line, has the button, and cannot be merged', async () => {
  const gate = await gateOf(shop, 'vat.fix');
  expect(gate.conclusion).toBe('failure');
  expect(gate.title?.length).toBeLessThanOrEqual(100);
  expect(gate.title).toMatch(/admin/u);
  expect(gate.actions.map(({ identifier }) => identifier)).toEqual(['approve_prod', 'recheck']);
  expect(await merge()).toBe(405);
});

it('a status of the same name, by somebody who may write, opens nothing', async () => {
  const { data } = await dan().pulls.get(pull());
  const status = { ...at(), sha: data.head.sha, context: GATE_CHECKS.prod, state: 'success' } as const;
  await dan().repos.createCommitStatus(status);
  await shop.demo.settle();
  expect(await merge()).toBe(405);
});

it('the button says what the command says: nothing for somebody without the role, the sign-off for an admin', async () => {
  await pressed('dan', 'approve_prod');
  expect(await verdict()).toMatch(/^closed/u);
  expect((await shop.answers('vat')).at(-1)).toMatch(/is for admins/u);
  await pressed('ada', 'approve_prod');
  expect(await verdict()).toMatch(/^open/u);
});

it('a push after it shuts the gate again', async () => {
  const { data: before } = await dan().pulls.get(pull());
  const file = { ...at(), path: 'NOTES.md', branch: before.head.ref };
  const content = Buffer.from('one more thing\n').toString('base64');
  await dan().repos.createOrUpdateFileContents({ ...file, message: 'One more thing', content });
  await shop.demo.settle();
  expect(await verdict()).toMatch(/^closed/u);
  expect(await merge()).toBe(405);
});

it('signed off anew it is open again', async () => {
  await shop.scene.actor('eve').approve(shop.scene.numberOf('vat.fix'));
  await shop.demo.settle();
  await pressed('ada', 'approve_prod');
  expect(await verdict()).toMatch(/^open/u);
});

it('Re-check finds what no webhook brought, whoever presses it, and says nothing on the bug', async () => {
  const eve = shop.scene.actor('eve').octokit.rest;
  shop.demo.sandbox.faults.failDelivery({ event: 'pull_request_review', effect: { kind: 'drop' } });
  await eve.pulls.createReview({ ...pull(), event: 'REQUEST_CHANGES', body: 'Wait.' });
  await shop.demo.settle();
  expect(await verdict()).toMatch(/^open/u);
  const answers = await shop.answers('vat');
  await pressed('dan', 'recheck');
  expect(await verdict()).toMatch(/^closed: Changes are requested/u);
  expect(await shop.answers('vat')).toEqual(answers);
});

it('it is merged once nothing is missing', async () => {
  await shop.scene.actor('eve').approve(shop.scene.numberOf('vat.fix'));
  await shop.demo.settle();
  expect(await verdict()).toMatch(/^open/u);
  expect(await merge()).toBe(200);
});

it('a migration that takes something away beside code is kept out, and its line shows why', async () => {
  const sql =
    '-- Größe ✂\nALTER TABLE carts ADD COLUMN sum numeric;\n\nALTER TABLE carts DROP COLUMN old_sum;\n';
  const number = await shop.scene.actor('dan').propose({
    base: 'uat',
    branch: 'chore/cart',
    title: 'One sum',
    body: 'A chore',
    changes: [FIX.coupon, { path: 'db/migrations/007.sql', text: sql }],
  });
  shop.scene.plot.set('cart.fix', number);
  await shop.demo.settle();
  const run = await gateOf(shop, 'cart.fix', 'uat');
  expect(run.title).toBe('A migration may not go like this: 007.sql, line 4');
  const { data } = await dan().checks.listAnnotations({ ...at(), check_run_id: run.id });
  expect(data).toMatchObject([{ path: 'db/migrations/007.sql', start_line: 4, annotation_level: 'failure' }]);
  const pages = openPages(() => shop.demo.sandbox);
  const { text } = await pages.visit(`/${at().owner}/${at().repo}/runs/${run.id}`);
  expect(text).toContain('db/migrations/007.sql:4');
});
