import { beforeEach, describe, expect, it } from 'vitest';
import { GATE_CHECKS } from '../../../src/domain/gate.ts';
import type { EnvironmentName } from '../../../src/domain/policy.ts';
import { gatePulls } from '../../../src/usecases/gate/gate-pulls.ts';
import { checksOn } from '../../support/fake-check.ts';
import { pullIn } from '../../support/fake-world.ts';
import { bugForUat, bugIn, createShop, nextNoon, outcomeIn, slot, type Shop } from './support.ts';

let shop: Shop;
let bug: number;
/** In which a person settles the conflict of the bug’s pick: out of draft, reviewed. */
let pull: number;

beforeEach(async () => {
  shop = createShop();
  const source = shop.git.commit('uat', 'feature');
  bug = await bugForUat(shop);
  const [fix] = bugIn(shop, bug).fixes;
  const conflicted = shop.git.commit('aside', 'conflict');
  const file = { path: 'a.ts', type: 'contents' } as const;
  const key = `${bug}:${fix?.pull}`;
  shop.git.refuse({ kind: 'conflict', key, files: [file], prerequisites: [], source, conflicted });
  await slot(shop, 'T2');
  pull = bugIn(shop, bug).conflict?.pull ?? 0;
  pullIn(shop.world, pull).isDraft = false;
  shop.people.review({ by: 'max', pull, state: 'approved' });
  nextNoon(shop);
});

/** Somebody turns it to another branch, or back. */
function turnTo(base: string): void {
  pullIn(shop.world, pull).base = base;
}

async function gateOf(environment: EnvironmentName): Promise<string | undefined> {
  await gatePulls(shop.open(), [pull]);
  const said = checksOn(shop.world, pullIn(shop.world, pull).commits.at(-1) ?? '');
  return said.find(({ name }) => name === GATE_CHECKS[environment])?.state;
}

describe('the pull request in which the conflict of a pick is settled', () => {
  it('may be merged into UAT, and completes the bug at the next T2', async () => {
    expect(await gateOf('uat')).toBe('green');
    shop.people.merge(pull);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('merged');
    expect(bugIn(shop, bug).status).toBe('uat_merged');
  });

  it('may not be merged into PROD: nobody has signed off for PROD what a person has settled', async () => {
    turnTo('main');
    expect(await gateOf('prod')).toBe('red');
  });

  it('completes nothing when it was merged elsewhere: the pick is tried anew', async () => {
    turnTo('develop');
    shop.people.merge(pull);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held conflict');
    expect(bugIn(shop, bug).status).toBe('pending_uat_merge');
    expect(bugIn(shop, bug).conflict?.pull).not.toBe(pull);
  });
});
