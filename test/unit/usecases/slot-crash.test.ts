import { beforeAll, describe, expect, test } from 'vitest';
import { handlePullComment } from '../../../src/usecases/gate/handle-pull-comment.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { aService } from '../../support/builders.ts';
import { personIn } from '../../support/fake-world.ts';
import { mortal, unlessKilled, type Moment } from './mortal.ts';
import {
  answersOn,
  bugIn,
  confirmedBug,
  createShop,
  demandChecks,
  later,
  mergeToProd,
  nextNoon,
  readyFix,
  say,
  slot,
  statusOn,
  type Shop,
} from './support.ts';

interface Story {
  readonly name: string;
  /** Everything up to the slot. */
  readonly prepare: () => Promise<{ shop: Shop; bugs: number[] }>;
  readonly kind: 'T1' | 'T2';
}

const CANARY = { strategy: 'canary', canaryPercents: [10, 100], infrastructurePaths: [] } as const;

const STORIES: readonly Story[] = [
  {
    name: 'T2 that brings a release that was merged, and nothing else, to PROD',
    kind: 'T2',
    prepare: async () => {
      const shop = createShop();
      const { environments } = shop.policy;
      shop.policy = {
        ...shop.policy,
        environments: { ...environments, prod: { ...environments.prod, rollout: CANARY } },
        services: [aService({ name: 'web', dependsOn: ['backend'], strategy: 'direct' }), aService()],
      };
      const { number: issue } = shop.people.openPull({ by: 'wes', head: 'uat', base: 'main' });
      later(shop);
      const body = '/approve-release';
      const comment = { issue, id: shop.people.comment({ by: 'ada', issue, body }), body };
      const author = personIn(shop.world, 'ada');
      const writtenAtMs = shop.world.now();
      await handlePullComment(shop.open(), { ...comment, author, authorIsBot: false, writtenAtMs });
      mergeToProd(shop, issue);
      return { shop, bugs: [] };
    },
  },
  {
    name: 'T1 that brings two services to UAT, one of them a canary',
    kind: 'T1',
    prepare: async () => {
      const shop = createShop();
      const { environments } = shop.policy;
      shop.policy = {
        ...shop.policy,
        environments: { ...environments, uat: { ...environments.uat, rollout: CANARY } },
        services: [aService({ name: 'web', dependsOn: ['backend'], strategy: 'direct' }), aService()],
      };
      const bug = await confirmedBug(shop);
      readyFix(shop, bug);
      return { shop, bugs: [bug] };
    },
  },
  {
    name: 'T1 that analyses a bug and brings it to UAT',
    kind: 'T1',
    prepare: async () => {
      const shop = createShop();
      const bug = await confirmedBug(shop);
      readyFix(shop, bug);
      return { shop, bugs: [bug] };
    },
  },
  {
    name: 'T1 whose candidate waits for its checks',
    kind: 'T1',
    prepare: async () => {
      const shop = createShop();
      const bug = await confirmedBug(shop);
      readyFix(shop, bug);
      demandChecks(shop);
      return { shop, bugs: [bug] };
    },
  },
  {
    name: 'T2 with one bug to PROD, one back to UAT, and one whose pick conflicts',
    kind: 'T2',
    prepare: async () => {
      const shop = createShop();
      const aside = shop.git.commit('uat', 'feature');
      const back = [await confirmedBug(shop), await confirmedBug(shop)];
      const pulls = back.map((bug) => readyFix(shop, bug, { base: 'main', reviewer: 'ada' }));
      await slot(shop, 'T1');
      await slot(shop, 'T2');
      nextNoon(shop);
      for (const bug of back) await say(shop, { issue: bug, body: '/approve-uat-merge' });
      const conflicted = shop.git.commit('aside', 'conflict');
      shop.git.refuse({
        kind: 'conflict',
        key: `${back[1]}:${pulls[1]}`,
        files: [{ path: 'a.ts', type: 'contents' }],
        prerequisites: [],
        source: aside,
        conflicted,
      });
      const fresh = await confirmedBug(shop);
      readyFix(shop, fresh, { base: 'main', reviewer: 'ada' });
      await slot(shop, 'T1');
      later(shop);
      demandChecks(shop);
      return { shop, bugs: [...back, fresh] };
    },
  },
];

function repeatedIn(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

/** What people and machines find afterwards. */
function outcomeOf(shop: Shop, bugs: readonly number[]) {
  const state = shop.ledger.state();
  return {
    main: shop.git.patchesOn('main'),
    uat: shop.git.patchesOn('uat'),
    deploys: new Set(shop.deploys).size,
    // Nothing says whether ten percent have it, so only that step may be taken again; a whole one says so itself.
    repeated: repeatedIn(shop.deploys).filter((deploy) => !deploy.includes(' 10 ')),
    live: [...shop.live].map(([name, commit]) => [
      name,
      shop.git.branches.get(name.startsWith('uat') ? 'uat' : 'main') === commit,
    ]),
    releases: [...state.releases.values()].map(({ id, state: now, steps }) => ({
      id,
      now,
      steps: steps.map(({ key, state: how }) => `${key} ${how}`),
    })),
    tags: [...shop.git.branches.keys()].filter((ref) => ref.startsWith('refs/tags/')),
    deployments: shop.world.deployments.map(
      ({ githubEnvironment, state: now }) => `${githubEnvironment} ${now}`,
    ),
    bugs: bugs.map((bug) => ({
      status: bugIn(shop, bug).status,
      shown: statusOn(shop, bug),
      hold: bugIn(shop, bug).hold?.reason,
    })),
    moves: bugs.map((bug) => bugIn(shop, bug).timeline.map(({ event }) => event)),
    answers: bugs.map((bug) => answersOn(shop, bug).length),
    cards: bugs.map(
      (bug) => shop.world.issues.get(bug)?.comments.filter(({ body }) => body.includes('tonic:card')).length,
    ),
    issues: bugs.map((bug) => shop.world.issues.get(bug)?.state),
    pulls: [...shop.world.pulls.values()].filter(({ author }) => author.id === shop.world.bot.id).length,
    open: state.outbox.size,
    slots: [...state.slots.values()].map(({ id, state: now }) => `${id} ${now}`),
  };
}

/** The slot's run is killed; a second run takes the slot on a minute later, and the App reconciles. */
async function runThrough(story: Story, moment: Moment | null) {
  const { shop, bugs } = await story.prepare();
  const before = shop.deploys.length;
  const first = mortal(shop.open(), moment);
  const runId = 7;
  shop.world.runs.push({ id: runId, workflowFile: 'tonic.yml', inputs: {}, state: 'active' });
  await unlessKilled(slot(shop, story.kind, { runId, context: first.context }));
  const run = shop.world.runs.find(({ id }) => id === runId);
  if (run !== undefined) run.state = 'ended';
  later(shop);
  if (moment !== null) await slot(shop, story.kind, { runId: 8 });
  await reconcileAndWrite(shop.open());
  return { acts: first.acts, outcome: outcomeOf(shop, bugs), newDeploys: shop.deploys.length - before };
}

describe.each(STORIES)('$name, killed at any moment and run again,', (story) => {
  let whole: Awaited<ReturnType<typeof runThrough>>;
  beforeAll(async () => {
    whole = await runThrough(story, null);
  });

  test('is a story in which something happens', () => {
    expect(whole.acts.length).toBeGreaterThan(10);
    expect(new Set(whole.outcome.deployments.map((line) => line.split(' ')[1]))).toEqual(
      new Set(['success']),
    );
    expect(whole.outcome.open).toBe(0);
  });

  test.each(['before', 'after'] as const)(
    'ends as if nothing had happened: right %s each act',
    async (when) => {
      for (let act = 0; act < whole.acts.length; act += 1) {
        const { outcome, acts } = await runThrough(story, { act, when });
        expect(outcome, `killed ${when} act ${act}, ${acts.at(-1)}`).toEqual(whole.outcome);
      }
    },
  );
});
