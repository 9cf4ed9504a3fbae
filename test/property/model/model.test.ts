import { expect, test } from 'vitest';
import { search } from './search.ts';

/** Another one is tried with `SEED=… npm run test:soak`, which goes further and prints its own. */
const SEED = 1000;

test(
  'whatever people, webhooks, clocks and crashes do to two replicas and the slots, no invariant breaks in 10,000 steps',
  { timeout: 300_000 },
  async () => {
    const { steps, counts } = await search(SEED, 10_000);
    expect(steps).toBeGreaterThanOrEqual(10_000);
    // The model goes where it is meant to go: it could not find anything in a town where nothing happens.
    for (const [what, least] of Object.entries(LEAST)) {
      expect(counts.get(what) ?? 0, what).toBeGreaterThanOrEqual(least);
    }
  },
);

const LEAST: Readonly<Record<string, number>> = {
  'deploys to uat': 40,
  'deploys to prod': 15,
  'moved merge_uat': 3,
  'did /approve-prod': 60,
  'did /unapprove': 1,
  killed_before: 20,
  killed_after: 20,
  answer_lost: 20,
  refused: 20,
  'replicas killed': 20,
  traps: 20,
  alerts: 20,
  'deployments wait': 20,
  'did /approve-release': 5,
  'releases on prod': 1,
  'pressed approve_prod': 5,
  'rules changed': 5,
  'hotfixes deployed': 8,
  'hotfix live': 5,
  'hotfixes disturbed': 8,
  'rollback live': 4,
  'branches brought back': 4,
  'branches back by themselves': 4,
  'branches left': 2,
  'rollbacks finished': 1,
  'bugs taken back': 10,
  'brought again': 1,
  'slots died on the way': 1,
  'half-way in T1': 4,
  'half-way in T2': 2,
  'half-way in hotfix': 1,
  'half-way in rollback': 1,
  'did /incident-note': 1,
};
