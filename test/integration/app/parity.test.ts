import { emptyLedger } from '../../../src/domain/ledger.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bug } from '../../../src/domain/bug.ts';
import type { ParityVerdict } from '../../../src/domain/flow.ts';
import { loadVersions, tryJudge } from '../../../src/usecases/take-parity.ts';
import { aBug, aLanding } from '../../support/builders.ts';
import { createOrigin, numbered, type Origin } from '../../support/git-origin.ts';
import { createShop } from '../../unit/usecases/support.ts';

let origin: Origin;
beforeEach(() => {
  origin = createOrigin();
  origin.commit({ a: numbered(40), b: 'b\n' });
  origin.git('branch', 'uat');
});
afterEach(() => origin.dispose());

/** The verdict on what `uat` and `main` have, by real git. */
async function verdict(...bugs: readonly Bug[]): Promise<ParityVerdict> {
  origin.publish();
  const context = createShop().open({ repository: origin.open() });
  const versions = await loadVersions(context, await context.configuration.load());
  const found = await tryJudge(context, versions, {
    ...emptyLedger(),
    bugs: new Map(bugs.map((bug) => [bug.number, bug])),
  });
  if (found === null) throw new Error('the versions could not be compared');
  return found;
}

/** A fix on UAT by a merge, and on PROD by a pick, each with other work between. */
function fixOnBoth(): void {
  origin.on('fix', 'uat');
  origin.commit({ a: numbered(40, { 3: 'fixed' }) }, { message: 'Fix\n' });
  origin.on('uat');
  const merge = origin.merge('fix', 'Merge the fix');
  origin.on('main');
  origin.git('cherry-pick', '-x', '-m', '1', merge);
}

describe('parity on real git', () => {
  test('ignores commits whose change the other side has, whatever they are called', async () => {
    fixOnBoth();
    const { state, equivalent, uat, prod } = await verdict();
    expect(uat.commit).not.toBe(prod.commit);
    expect({ state, equivalent }).toEqual({ state: 'aligned', equivalent: 2 });
  });

  test('ignores them too where each side has come to them another way, with different trees between', async () => {
    origin.on('uat');
    const one = origin.commit({ a: numbered(40, { 3: 'one' }) });
    const two = origin.commit({ a: numbered(40, { 3: 'one', 30: 'two' }) });
    origin.on('main');
    origin.cherryPickHere(two);
    origin.cherryPickHere(one);
    expect(await verdict()).toMatchObject({ state: 'aligned', uatOnly: [], prodOnly: [] });
  });

  test('ignores commits of fixes that are in flight, and only as long as they are', async () => {
    origin.on('uat');
    const inFlight = origin.commit({ a: numbered(40, { 9: 'tonight' }) }, { message: 'On its way\n' });
    const bug = (status: 'deployed_uat' | 'closed') =>
      aBug({ status, landings: [aLanding({ commits: [inFlight] })] });
    expect(await verdict(bug('deployed_uat'))).toMatchObject({ state: 'aligned', inFlight: 1 });
    expect(await verdict(bug('closed'))).toMatchObject({ state: 'uat_ahead', uatOnly: [{ oid: inFlight }] });
  });

  test('sees a real difference among all of these, on each side, with its evidence', async () => {
    fixOnBoth();
    origin.on('uat');
    const inFlight = origin.commit({ a: numbered(40, { 3: 'fixed', 9: 'tonight' }) });
    const feature = origin.commit({ c: 'checkout\n' }, { message: 'New checkout\n' });
    const bug = aBug({ status: 'pending_prod', landings: [aLanding({ commits: [inFlight] })] });
    expect(await verdict(bug)).toMatchObject({
      state: 'uat_ahead',
      uatOnly: [{ oid: feature, title: 'New checkout' }],
      prodOnly: [],
      equivalent: 2,
      inFlight: 1,
    });
    origin.on('main');
    const hotfix = origin.commit({ b: 'hotfix\n' }, { message: 'Hotfix at night\n' });
    expect(await verdict(bug)).toMatchObject({
      state: 'diverged',
      uatOnly: [{ oid: feature }],
      prodOnly: [{ oid: hotfix, title: 'Hotfix at night' }],
    });
  });

  test('sees that the same change was taken back on one side', async () => {
    fixOnBoth();
    origin.on('main');
    origin.git('revert', '--no-edit', 'HEAD');
    expect(await verdict()).toMatchObject({
      state: 'prod_ahead',
      prodOnly: [{ title: expect.stringMatching(/^Revert/u) }],
    });
  });
});
