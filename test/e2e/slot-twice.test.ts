import { afterAll, beforeAll, expect, it } from 'vitest';
import { tonicWorkflows } from '../../src/compose-demo-repository.ts';
import { writeShop } from '../../src/compose-demo.ts';
import { runnerOf } from '../../src/sandbox/actions/runner.ts';
import { writeSeedCommit } from '../../src/sandbox/seed/history.ts';
import { wordsOn } from '../support/e2e-protection.ts';
import { dispatch, logOf, runOf } from '../support/e2e-run.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

const T2 = '.github/workflows/tonic-t2.yml';

/** T2 with a concurrency group for each run: nothing but the claim keeps two of them apart. */
const UNGROUPED = tonicWorkflows()[T2]?.replace('group: tonic-slot', 'group: ${{ github.run_id }}') ?? '';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({
    write: async (site) => {
      await writeShop(site);
      const author = site.people['ada']?.account;
      if (author === undefined) throw new Error('ada is not there');
      const commit = {
        message: 'T2 waits for nobody',
        author,
        atMs: site.dayMs,
        files: { [T2]: UNGROUPED },
      };
      for (const branch of ['uat', 'main'])
        await writeSeedCommit(site.sandbox, site.repository, { ...commit, branch });
    },
  });
  await shop.confirmed('vat');
  await shop.fixed('vat', FIX.vat);
  await shop.to('20:00');
  await shop.say('ada', 'vat', '/approve-prod');
});
afterAll(() => shop.demo.close());

it('of two T2 at the same time one runs, the other says that the slot is taken, and PROD is deployed once', async () => {
  const { demo } = shop;
  await demo.stopApp();
  demo.sandbox.clock.advanceTo(demo.at(1, '22:00'));
  const slot = `${new Date(demo.at(1, '12:00')).toISOString().slice(0, 10)}/T2`;
  const runner = runnerOf(demo.sandbox);
  let second: number | null = null;
  runner.onStep(async ({ when, job }) => {
    if (when !== 'before' || job.key !== 'prod' || second !== null) return;
    // The first has claimed and planned; it waits here until the second is through.
    second = await dispatch(shop, 'tonic-t2.yml', slot);
    await runner.finished(second);
  });

  const first = await dispatch(shop, 'tonic-t2.yml', slot);
  await runner.finished(first);
  await demo.settle();

  expect(runOf(shop, first).conclusion).toBe('success');
  // The App is down, and its protection rule is on: the run's own job answers.
  expect(await wordsOn(shop, runOf(shop, first))).toEqual([expect.stringMatching(/^approved /u)]);
  expect(logOf(runOf(shop, second ?? 0))).toMatch(/slot_taken/u);
  expect(shop.deploys('prod')).toHaveLength(1);
  expect(await shop.statusOf('vat')).toBe('deployed_prod');

  const third = await dispatch(shop, 'tonic-t2.yml', slot);
  await runner.finished(third);
  expect(logOf(runOf(shop, third))).toMatch(/slot_done/u);
  expect(shop.deploys('prod')).toHaveLength(1);
});
