import { beforeEach, describe, expect, it } from 'vitest';
import { GATE_CHECKS } from '../../../src/domain/gate.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { GitHubFailure } from '../../../src/ports/github.ts';
import { gatePulls } from '../../../src/usecases/gate/gate-pulls.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { gateMergeGroup, pullInRef } from '../../../src/usecases/gate/gate-merge-group.ts';
import { checksOn } from '../../support/fake-check.ts';
import { pullIn } from '../../support/fake-world.ts';
import { confirmedBug, createShop, readyFix, say, type Shop } from './support.ts';

let shop: Shop;
let app: Context;
beforeEach(() => {
  shop = createShop();
  app = shop.open();
});

/** The queue merges pull requests into UAT for a try; what the check on the group says. */
async function tryGroup(pulls: readonly number[], strangers = 0): Promise<string> {
  const base = shop.git.branches.get('uat') ?? '';
  const { tip } = await app.repository.stack({
    onto: base,
    changes: pulls.map((pull) => ({
      kind: 'merge',
      key: `0:${pull}`,
      head: pullIn(shop.world, pull).commits.at(-1) ?? '',
      message: `Merge #${pull}`,
    })),
    nowMs: 1,
    checkDependencies: false,
    refuseWorkflowFiles: false,
  });
  const last = pulls.at(-1) ?? 0;
  const ref = `gh-readonly-queue/uat/pr-${last}-${base}`;
  shop.git.branches.set(ref, tip);
  for (let count = 0; count < strangers; count += 1) shop.git.commit(ref, `stranger ${count}`);
  const head = shop.git.branches.get(ref) ?? '';
  for (const pull of pulls) shop.world.queued.set(pull, head);
  await gateMergeGroup(app, { head, base, branch: 'uat', ref: `refs/heads/${ref}` });
  return saidOn(head);
}

function saidOn(head: string | undefined): string {
  const found = checksOn(shop.world, head ?? '').find(({ name }) => name === GATE_CHECKS.uat);
  return `${found?.report?.conclusion}: ${found?.report?.title}`;
}

async function fixFor(ready: boolean): Promise<number> {
  const bug = await confirmedBug(shop);
  await say(shop, { issue: bug, body: '/plan' }, app);
  const pull = readyFix(shop, bug);
  if (ready) await say(shop, { issue: bug, body: `/fix #${pull}` }, app);
  else shop.people.review({ by: 'max', pull, state: 'changes_requested' });
  if (!ready) await say(shop, { issue: bug, body: `/fix #${pull}` }, app);
  return pull;
}

describe('a merge group', () => {
  it('may be merged when its pull request may', async () => {
    const pull = await fixFor(true);
    expect(await tryGroup([pull])).toBe(`success: #${pull} may go to UAT`);
  });

  it('may not when its pull request may not', async () => {
    expect(await tryGroup([await fixFor(false)])).toMatch(/^failure: /u);
  });

  it('may not when one of several may not', async () => {
    const pulls = [await fixFor(true), await fixFor(false)];
    expect(await tryGroup(pulls)).toMatch(/^failure: /u);
  });

  it.each(['/severity critical', '/close it is gone', '/freeze until 2026-12-05 year end'])(
    'may not any more once somebody has said %s while the queue tries it',
    async (body) => {
      const pull = await fixFor(true);
      expect(await tryGroup([pull])).toMatch(/^success: /u);
      await say(shop, { issue: 1, body }, shop.open());
      expect(saidOn(shop.world.queued.get(pull))).toMatch(/^failure: /u);
    },
  );

  it('may not any more once its pull request may not, though no webhook said so', async () => {
    const pull = await fixFor(true);
    await tryGroup([pull]);
    shop.people.review({ by: 'max', pull, state: 'changes_requested' });
    await reconcileAndWrite(shop.open());
    expect(saidOn(shop.world.queued.get(pull))).toMatch(/^failure: /u);
  });

  it('may not any more once the configuration is broken', async () => {
    const pull = await fixFor(true);
    await tryGroup([pull]);
    shop.broken = 'line 3';
    await gatePulls(shop.open(), [pull]);
    expect(saidOn(shop.world.queued.get(pull))).toMatch(/^failure: The configuration is broken/u);
  });

  it('is not asked for where what queues try may not be read', async () => {
    const pull = await fixFor(true);
    const forbidden = new GitHubFailure('read', 'no permission', { status: 403, retryable: false });
    const observer = { ...app.observer, queuedAs: () => Promise.reject(forbidden) };
    await gatePulls({ ...app, observer }, [pull]);
    expect(saidOn(pullIn(shop.world, pull).commits.at(-1))).toMatch(/^success: /u);
  });

  it('may not when it holds a commit that no pull request of it accounts for', async () => {
    const pull = await fixFor(true);
    expect(await tryGroup([pull], 1)).toBe('failure: It holds what nobody can judge');
  });

  it('is answered also when the configuration is broken', async () => {
    const pull = await fixFor(true);
    shop.broken = 'line 3';
    app = shop.open();
    expect(await tryGroup([pull])).toBe('failure: The configuration is broken: an admin has to mend it');
  });
});

it.each([
  [`refs/heads/gh-readonly-queue/main/pr-12-${'a'.repeat(40)}`, 12],
  [`gh-readonly-queue/release/2.0/pr-7-${'0'.repeat(40)}`, 7],
  ['refs/heads/pr-12-abc', null],
  [`refs/heads/gh-readonly-queue/main/pr-x-${'a'.repeat(40)}`, null],
])('%s names pull request %s', (ref, pull) => expect(pullInRef(ref)).toBe(pull));
