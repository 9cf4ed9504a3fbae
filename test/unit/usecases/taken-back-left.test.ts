import { beforeEach, describe, expect, test } from 'vitest';
import type { EnvironmentName } from '../../../src/domain/policy.ts';
import type { Context } from '../../../src/usecases/context.ts';
import {
  answersOn,
  branchOf,
  bugIn,
  bugOnUat,
  carryOutRollback,
  confirmedBug,
  createShop,
  demandChecks,
  later,
  nextNoon,
  outcomeIn,
  readyFix,
  say,
  slot,
  splitInTwo,
  type Shop,
} from './support.ts';

let shop: Shop;
beforeEach(() => {
  shop = createShop();
  splitInTwo(shop);
  demandChecks(shop);
});

/** A bug that is ready for the next slot of an environment. */
async function readyFor(name: EnvironmentName): Promise<number> {
  if (name === 'prod') {
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    return bug;
  }
  const bug = await confirmedBug(shop);
  readyFix(shop, bug);
  return bug;
}

/** The second service does not take a release, and the checks of the commit that brings its branch back are red. */
function failing(name: EnvironmentName): Context {
  const context = shop.open();
  const run: Context['deployer']['run'] = (command, request) => {
    demandChecks(shop, 'red');
    const isRefused = request.service === 'web' && request.environment === name && !request.isRollback;
    const refused = { ok: false, exitCode: 1, timedOut: false, output: '', outputs: {} };
    return isRefused ? Promise.resolve(refused) : context.deployer.run(command, request);
  };
  return { ...context, deployer: { run } };
}

/** What was ready came to an environment and was taken back from it, and not from its branch. Gives the bug. */
async function leftOn(name: EnvironmentName): Promise<number> {
  const bug = await readyFor(name);
  await slot(shop, name === 'prod' ? 'T2' : 'T1', { context: failing(name) });
  expect(bugIn(shop, bug).takenBack?.environment).toBe(name);
  expect(answersOn(shop, bug).at(-1)).toContain('and no slot deploys on top of it');
  demandChecks(shop);
  later(shop);
  await say(shop, { issue: bug, body: `/unlock ${name}` });
  nextNoon(shop);
  shop.deploys.length = 0;
  return bug;
}

const T1_OR_T2 = { uat: 'T1', prod: 'T2' } as const;

describe.each([
  ['prod', 'branch'],
  ['prod', 'deployments'],
  ['uat', 'branch'],
  ['uat', 'deployments'],
] as const)(
  'a release that a check took back from %s and not from its branch (versions from %s)',
  (name, from) => {
    beforeEach(() => {
      const { uat, prod } = shop.policy.environments;
      const versionFrom = from;
      const environments = { uat: { ...uat, versionFrom }, prod: { ...prod, versionFrom } };
      shop.policy = { ...shop.policy, environments };
    });

    test('comes live with no other bug, until somebody has brought the branch back', async () => {
      const before = shop.git.patchesOn(branchOf(name));
      const bug = await leftOn(name);
      const other = await readyFor(name);
      const deploys = [...shop.deploys];
      expect(outcomeIn(await slot(shop, T1_OR_T2[name]), other)).toBe('held rollback_unfinished');
      expect(bugIn(shop, other).hold?.message).toContain(`/rollback ${name} <reason>`);
      expect(shop.deploys).toEqual(deploys);
      later(shop);
      await say(shop, { issue: bug, body: `/rollback ${name} it is bad` });
      expect(await carryOutRollback(shop)).toMatchObject({ refusal: null });
      expect(shop.git.patchesOn(branchOf(name))).toEqual(before);
      await say(shop, { issue: bug, body: `/unlock ${name}` });
      nextNoon(shop);
      expect(outcomeIn(await slot(shop, T1_OR_T2[name]), other)).toBe('deployed');
      expect(shop.git.patchesOn(branchOf(name))).toHaveLength(before.length + 1);
    });
  },
);
