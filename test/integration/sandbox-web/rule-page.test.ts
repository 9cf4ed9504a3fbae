import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPages } from '../../support/sandbox-page.ts';
import { startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';
import { checkRule, queueRule } from '../sandbox-rule/support.ts';

let world: SandboxWorld;
const shop = { owner: 'acme', repo: 'shop' };
const { visit, submit } = openPages(() => world.sandbox);

beforeAll(async () => {
  world = await startWorld();
  await world.commit({ 'README.md': '# Shop\n' });
  for (const base of ['uat', 'queued']) {
    const sha = (await world.as('ada').rest.repos.getBranch({ ...shop, branch: 'main' })).data.commit.sha;
    await world.as('ada').rest.git.createRef({ ...shop, ref: `refs/heads/${base}`, sha });
  }
});
afterAll(() => world.close());

async function openPull(base: string): Promise<number> {
  await world.commit({ [`${base}.txt`]: 'x\n' }, `to-${base}`);
  const given = { ...shop, title: `To ${base}`, head: `to-${base}`, base };
  return (await world.as('wes').rest.pulls.create(given)).data.number;
}

const rulesFor = (branch: string, rules: object[]) =>
  world.as('ada').request('POST /repos/acme/shop/rulesets', {
    name: `Rules of ${branch}`,
    enforcement: 'active',
    conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
    rules,
  });

test('a pull says which rules it does not meet, and the repository lists its rulesets', async () => {
  await rulesFor('uat', [checkRule(['tonic / gate'])]);
  const number = await openPull('uat');
  const { text } = await visit(`/acme/shop/pull/${number}`, 'wes');
  expect(text).toContain('Required status check &quot;tonic / gate&quot; is expected.');
  const merged = await submit(`/acme/shop/pull/${number}/merge`, { method: 'merge' }, 'wes');
  expect([merged.status, await merged.text()]).toEqual([405, expect.stringContaining('is expected')]);

  const repository = await visit('/acme/shop', 'rea');
  expect(repository.text).toContain('Rules of uat');
  expect(repository.text).toContain('required status checks');
});

test('a pull joins and leaves the merge queue from its page', async () => {
  await rulesFor('queued', [queueRule()]);
  const number = await openPull('queued');
  expect((await visit(`/acme/shop/pull/${number}`, 'wes')).text).toContain('Merge when ready');
  expect((await submit(`/acme/shop/pull/${number}/queue`, { deed: 'leave' }, 'wes')).status).toBe(422);
  expect((await submit(`/acme/shop/pull/${number}/queue`, { deed: 'join' }, 'rea')).status).toBe(403);
  expect((await submit(`/acme/shop/pull/${number}/queue`, { deed: 'join' }, 'wes')).status).toBe(303);
  await world.sandbox.idle();
  const { data } = await world.as('rea').rest.pulls.get({ ...shop, pull_number: number });
  expect(data.merged).toBe(true);
});
