import { afterAll, beforeAll, expect, it } from 'vitest';
import { GATE_CHECKS } from '../../src/domain/gate.ts';
import { requestAction } from '../../src/sandbox/check/press.ts';
import { latestCheckRuns } from '../../src/sandbox/check/store.ts';
import type { CheckRun } from '../../src/sandbox/model/check.ts';
import { findAccount } from '../../src/sandbox/world.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

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
const pull = (name: string) => ({ ...at(), pull_number: shop.scene.numberOf(`${name}.fix`) });

async function headOf(name: string): Promise<string> {
  return (await dan().pulls.get(pull(name))).data.head.sha;
}

/** The App's check on the head of a fix for PROD. */
async function gateOf(name: string): Promise<CheckRun> {
  const head = await headOf(name);
  const run = latestCheckRuns(shop.demo.repository, head).find((each) => each.name === GATE_CHECKS.prod);
  if (run === undefined) throw new Error(`${name} has no check`);
  return run;
}

/** What GitHub answers when Dan merges. */
async function merge(name: string): Promise<number> {
  try {
    return (await dan().pulls.merge(pull(name))).status;
  } catch (error) {
    if (error instanceof Error && 'status' in error && typeof error.status === 'number') return error.status;
    throw error;
  } finally {
    await shop.demo.settle();
  }
}

async function press(login: string, name: string, identifier: string): Promise<void> {
  const { sandbox, repository } = shop.demo;
  const user = findAccount(sandbox.world, login);
  if (user === null) throw new Error(`nobody is called ${login}`);
  requestAction(
    sandbox,
    { repository, run: await gateOf(name) },
    { identifier, actor: { kind: 'user', user } },
  );
  await shop.demo.settle();
}

it('a fix that no admin has signed off says so in one line, has the button, and cannot be merged', async () => {
  const gate = await gateOf('vat');
  expect(gate.conclusion).toBe('failure');
  expect(gate.title?.length).toBeLessThanOrEqual(100);
  expect(gate.title).toMatch(/admin/u);
  expect(gate.actions.map(({ identifier }) => identifier)).toEqual(['approve_prod', 'recheck']);
  expect(await merge('vat')).toBe(405);
});

it('a status of the same name, by somebody who may write, opens nothing', async () => {
  await dan().repos.createCommitStatus({
    ...at(),
    sha: await headOf('vat'),
    state: 'success',
    context: GATE_CHECKS.prod,
  });
  await shop.demo.settle();
  expect(await merge('vat')).toBe(405);
});

it('the button says what the command says: nothing for somebody without the role, the sign-off for an admin', async () => {
  await press('dan', 'vat', 'approve_prod');
  expect((await gateOf('vat')).conclusion).toBe('failure');
  expect((await shop.answers('vat')).at(-1)).toMatch(/is for admins/u);
  await press('ada', 'vat', 'approve_prod');
  const gate = await gateOf('vat');
  expect([gate.conclusion, gate.title]).toEqual(['success', expect.any(String)]);
});

it('a push after it shuts the gate again', async () => {
  const { data: before } = await dan().pulls.get(pull('vat'));
  const file = { ...at(), path: 'NOTES.md', branch: before.head.ref };
  const content = Buffer.from('one more thing\n').toString('base64');
  await dan().repos.createOrUpdateFileContents({ ...file, message: 'One more thing', content });
  await shop.demo.settle();
  expect((await gateOf('vat')).conclusion).toBe('failure');
  expect(await merge('vat')).toBe(405);
});

it('once the new head is reviewed and signed off it can be merged', async () => {
  await shop.scene.actor('eve').approve(shop.scene.numberOf('vat.fix'));
  await shop.demo.settle();
  await press('ada', 'vat', 'approve_prod');
  const gate = await gateOf('vat');
  expect([gate.conclusion, gate.title]).toEqual(['success', expect.any(String)]);
  expect(await merge('vat')).toBe(200);
});
