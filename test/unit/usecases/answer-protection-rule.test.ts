import { describe, expect, test } from 'vitest';
import { GitHubFailure } from '../../../src/ports/github.ts';
import { LedgerFailure } from '../../../src/ports/ledger.ts';
import type { ProtectedRun } from '../../../src/ports/protection-rules.ts';
import { answerOwnDeployments } from '../../../src/usecases/answer-own-deployments.ts';
import { answerProtectionRule, refuseCallback } from '../../../src/usecases/answer-protection-rule.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { planHotfix } from '../../../src/usecases/hotfix/plan-hotfix.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { planRollback } from '../../../src/usecases/rollback/plan-rollback.ts';
import { planSlot } from '../../../src/usecases/slot/plan-slot.ts';
import { sweepPendingDeployments } from '../../../src/usecases/sweep-pending-deployments.ts';
import { aRun, at } from '../../support/builders.ts';
import type { FakeWaiting } from '../../support/fake-world.ts';
import {
  bugIn,
  bugOnUat,
  confirmedBug,
  createShop,
  later,
  openIssue,
  readyFix,
  say,
  slot,
  type Shop,
} from './support.ts';

const PROD = 'production';

function setClock(shop: Shop, local: string): void {
  shop.world.clock.advance(at(local) - shop.world.clock.nowMs());
}

/** Run 7, started for T2, waits before an environment. */
function waits(
  shop: Shop,
  changes: Partial<ProtectedRun> = {},
  githubEnvironment: string = PROD,
): FakeWaiting {
  const run = {
    id: 7,
    attempt: 1,
    event: 'workflow_dispatch',
    workflowPath: '.github/workflows/tonic-t2.yml',
    refName: 'main',
    commit: shop.git.branches.get('main') ?? '',
    startedAtMs: shop.world.now(),
    ...changes,
  };
  const waiting: FakeWaiting = { run, githubEnvironment, decision: null, comments: [] };
  shop.world.waiting.push(waiting);
  return waiting;
}

/** Two bugs on UAT, approved, and T2 planned with both by run 7. */
async function plannedShop() {
  const shop = createShop();
  const bugs = [await confirmedBug(shop), await confirmedBug(shop)];
  for (const bug of bugs) readyFix(shop, bug);
  await slot(shop, 'T1');
  later(shop);
  const comments: number[] = [];
  for (const issue of bugs) comments.push(await say(shop, { issue, body: '/approve-prod' }));
  setClock(shop, '2026-11-20 22:00:10');
  await plan(shop, 7);
  return { shop, bugs, comments };
}

const plan = (shop: Shop, id: number) =>
  planSlot(shop.open(), { kind: 'T2', slotId: '2026-11-20/T2', run: aRun('T2', { id }) });

const ask = (shop: Shop, { run, githubEnvironment }: FakeWaiting, context: Context = shop.open()) =>
  answerProtectionRule(context, { runId: run.id, githubEnvironment, commit: run.commit });

const started = (shop: Shop) =>
  shop.world.runs.map(({ workflowFile, inputs }) => `${workflowFile} ${inputs['slot']}`);

describe('a deployment that waits', () => {
  test('of the run that has the slot is let in, with what it brings', async () => {
    const { shop, bugs } = await plannedShop();
    const waiting = waits(shop);
    await ask(shop, waiting);
    expect(waiting.decision).toBe('approved');
    expect(waiting.comments).toEqual([
      expect.stringContaining(`with ${bugs.map((bug) => `#${bug}`).join(' and ')}`),
    ]);
  });

  test.each<[string, Partial<ProtectedRun>]>([
    ['another workflow', { workflowPath: '.github/workflows/evil.yml' }],
    ['another run of T2', { id: 8, attempt: 2 }],
    ['a branch', { refName: 'evil' }],
    ['a tag that is called like the branch', { commit: 'e'.repeat(40) }],
    ['a push', { event: 'push' }],
  ])('of %s is turned away', async (_, changes) => {
    const { shop } = await plannedShop();
    setClock(shop, '2026-11-21 12:00:00');
    const waiting = waits(shop, changes);
    await ask(shop, waiting);
    expect(waiting.decision).toBe('rejected');
    expect(waiting.comments).toEqual([expect.stringMatching(/^⛔ \*\*Rejected\*\* \(`foreign_run`\)/u)]);
  });

  test('of an older commit of the default branch is let in', async () => {
    const { shop } = await plannedShop();
    const waiting = waits(shop);
    shop.git.commit('main', 'docs');
    await ask(shop, waiting);
    expect(waiting.decision).toBe('approved');
  });

  test('for another commit than its run is turned away', async () => {
    const { shop } = await plannedShop();
    const waiting = waits(shop);
    const question = { runId: 7, githubEnvironment: PROD, commit: 'e'.repeat(40) };
    await answerProtectionRule(shop.open(), question);
    expect(waiting.decision).toBe('rejected');
  });

  test('before an environment that is none of the two is turned away', async () => {
    const { shop } = await plannedShop();
    const waiting = waits(shop, {}, 'staging');
    await ask(shop, waiting);
    expect(waiting.comments[0]).toContain('foreign_environment');
  });

  test('starts again as a new question: its plan has to have looked again', async () => {
    const { shop } = await plannedShop();
    const again = waits(shop, { attempt: 2 });
    await ask(shop, again);
    expect(again.decision).toBe('rejected');
    expect(again.comments[0]).toContain('re-run all of its jobs');
  });

  test('is answered once, however often it is asked', async () => {
    const { shop } = await plannedShop();
    const waiting = waits(shop);
    await Promise.all([ask(shop, waiting), ask(shop, waiting)]);
    await ask(shop, waiting);
    expect(waiting.comments).toHaveLength(1);
  });

  test('in a run that is not there is nobody’s', async () => {
    const { shop } = await plannedShop();
    await answerProtectionRule(shop.open(), { runId: 4711, githubEnvironment: PROD, commit: null });
    expect(shop.troubles.join()).toContain('4711');
  });
});

describe('an approval that is taken back while its deployment waits', () => {
  test('turns the candidate away; the slot starts again and brings the others', async () => {
    const { shop, bugs } = await plannedShop();
    const [gone = 0, stays = 0] = bugs;
    await say(shop, { issue: gone, body: '/unapprove' });
    const waiting = waits(shop);
    await ask(shop, waiting);
    expect(waiting.decision).toBe('rejected');
    expect(waiting.comments[0]).toContain(`#${gone}`);
    expect(started(shop)).toEqual(['tonic-t2.yml 2026-11-20/T2']);
    await slot(shop, 'T2', { runId: 8 });
    expect(bugIn(shop, stays).status).toBe('deployed_prod');
    expect(bugIn(shop, gone).status).toBe('deployed_uat');
    expect(shop.deploys.filter((line) => line.startsWith('prod'))).toHaveLength(1);
  });

  test('is found on GitHub too when nobody told the ledger', async () => {
    const { shop, bugs, comments } = await plannedShop();
    shop.people.deleteComment(comments[0] ?? 0);
    later(shop, 15);
    const waiting = waits(shop);
    await ask(shop, waiting);
    expect(waiting.comments[0]).toContain('comment_deleted');
    await slot(shop, 'T2', { runId: 8 });
    expect(bugs.map((bug) => bugIn(shop, bug).status)).toEqual(['deployed_uat', 'deployed_prod']);
  });

  test('starts its slot again only once', async () => {
    const { shop, bugs } = await plannedShop();
    await say(shop, { issue: bugs[0] ?? 0, body: '/unapprove' });
    const waiting = waits(shop);
    await ask(shop, waiting);
    await ask(shop, waiting);
    expect(started(shop)).toHaveLength(1);
  });
});

describe('a deployment that may still become right', () => {
  test('waits while the ledger does not know its claim, says so once, and goes in when it does', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    setClock(shop, '2026-11-20 22:00:10');
    const waiting = waits(shop);
    const context = shop.open();
    await ask(shop, waiting, context);
    await ask(shop, waiting, context);
    expect(waiting.decision).toBeNull();
    expect(waiting.comments).toEqual([expect.stringMatching(/^⏳ \*\*Waits:\*\*/u)]);
    await plan(shop, 7);
    await sweepPendingDeployments(context, { atMs: null });
    expect(waiting.decision).toBe('approved');
  });

  test('is turned away at the slot’s end', async () => {
    const shop = createShop();
    setClock(shop, '2026-11-20 22:00:10');
    const waiting = waits(shop);
    await ask(shop, waiting);
    setClock(shop, '2026-11-21 00:31:00');
    await sweepPendingDeployments(shop.open(), { atMs: at('2026-11-21 00:29:00') });
    expect(waiting.decision).toBe('rejected');
  });

  test.each([
    [
      'the ledger cannot be trusted',
      (shop: Shop) => shop.ledger.failNext(new LedgerFailure('forged', { retryable: false })),
    ],
    ['the configuration is broken', (shop: Shop) => void (shop.broken = 'line 3')],
    ['git does not answer', (shop: Shop) => shop.git.cutOff(true)],
  ])('waits while %s, and is turned away when nobody mends it', async (_, breakIt) => {
    const { shop } = await plannedShop();
    const waiting = waits(shop);
    shop.git.commit('main', 'docs');
    breakIt(shop);
    await ask(shop, waiting);
    expect(waiting.decision).toBeNull();
    expect(waiting.comments).toHaveLength(1);
    setClock(shop, '2026-11-21 00:31:00');
    breakIt(shop);
    await ask(shop, waiting);
    expect(waiting.decision).toBe('rejected');
  });
});

describe('the sweep', () => {
  test('answers what no webhook told of', async () => {
    const { shop } = await plannedShop();
    const [ours, foreign] = [waits(shop), waits(shop, { id: 9, workflowPath: '.github/workflows/x.yml' })];
    await sweepPendingDeployments(shop.open(), { atMs: null });
    expect([ours.decision, foreign.decision]).toEqual(['approved', 'rejected']);
  });

  test('answers those behind one that cannot be answered, and asks about that one with the next beat', async () => {
    const { shop } = await plannedShop();
    const [first, second] = [waits(shop, { id: 6 }), waits(shop)];
    const context = shop.open();
    const run = async (id: number) => {
      if (id === 6)
        throw new GitHubFailure('read a workflow run', 'it hangs', { status: 502, retryable: true });
      return context.protectionRules.run(id);
    };
    const stuck = { ...context, protectionRules: { ...context.protectionRules, run } };
    const last = { atMs: null };
    await expect(sweepPendingDeployments(stuck, last)).rejects.toThrow('it hangs');
    expect([first.decision, second.decision]).toEqual([null, 'approved']);
    setClock(shop, '2026-11-21 03:00:00');
    await sweepPendingDeployments(shop.open(), last);
    expect(first.decision).toBe('rejected');
  });

  test('looks at every beat while a slot may run, and else once an hour', async () => {
    const shop = createShop();
    let looks = 0;
    const context = shop.open();
    const counting: Context = {
      ...context,
      protectionRules: {
        ...context.protectionRules,
        pending: () => {
          looks += 1;
          return context.protectionRules.pending();
        },
      },
    };
    const last = { atMs: null };
    const looksAt = async (local: string) => {
      setClock(shop, local);
      const before = looks;
      await sweepPendingDeployments(counting, last);
      return looks - before;
    };
    expect(await looksAt('2026-11-20 19:30:00')).toBe(1);
    expect(await looksAt('2026-11-20 19:59:00')).toBe(0);
    expect(await looksAt('2026-11-20 20:01:00')).toBe(1);
    expect(await looksAt('2026-11-20 20:03:00')).toBe(1);
    expect(await looksAt('2026-11-21 01:29:00')).toBe(1);
    expect(await looksAt('2026-11-21 01:31:00')).toBe(0);
    expect(await looksAt('2026-11-21 02:29:00')).toBe(1);
    shop.broken = 'line 3';
    expect(await looksAt('2026-11-21 02:31:00')).toBe(1);
  });
});

const answerItself = (shop: Shop, context: Context = shop.open()) =>
  answerOwnDeployments(context, aRun('T2', { id: 7 }));
const otherJobs = (shop: Shop, open: number): Context => {
  const context = shop.open();
  return { ...context, workflows: { ...context.workflows, openJobs: async () => open } };
};

describe('a run answers for itself', () => {
  test('when the App has not, and ends when nothing is ahead', async () => {
    const { shop } = await plannedShop();
    const waiting = waits(shop);
    const foreign = waits(shop, { id: 8 });
    await answerItself(shop, otherJobs(shop, 2));
    expect(waiting.decision).toBe('approved');
    expect(foreign.decision).toBeNull();
  });

  test('by the same rules', async () => {
    const { shop } = await plannedShop();
    const waiting = waits(shop, { workflowPath: '.github/workflows/shortcut.yml' });
    await answerItself(shop, otherJobs(shop, 2));
    expect(waiting.decision).toBe('rejected');
  });

  test('and ends soon when its other jobs have died, as the slots behind it wait for it', async () => {
    const { shop } = await plannedShop();
    const before = shop.world.now();
    await answerItself(shop, otherJobs(shop, 1));
    expect(shop.world.now() - before).toBeLessThan(30_000);
  });

  test('and ends at the slot’s end', async () => {
    const { shop } = await plannedShop();
    await answerItself(shop, otherJobs(shop, 2));
    expect(shop.world.now()).toBeGreaterThan(at('2026-11-21 00:00'));
  });

  test('also of a rollback, by the same rules', async () => {
    const { shop, bugs } = await plannedShop();
    const [issue = 0] = bugs;
    await say(shop, { issue, body: '/rollback uat prices are wrong' });
    const releaseId = shop.world.runs.at(-1)?.inputs['release'] ?? '';
    const workflowPath = '.github/workflows/tonic-rollback.yml';
    const origin = { event: 'workflow_dispatch', workflowPath, isOnDefaultBranch: true };
    const run = { id: 8, attempt: 1, origin };
    const planned = await planRollback(shop.open(), { releaseId, run });
    expect(planned).toMatchObject({ kind: 'planned' });
    const [own, other] = [
      waits(shop, { id: 8, workflowPath }, 'uat'),
      waits(shop, { id: 9, workflowPath }, 'uat'),
    ];
    await answerOwnDeployments(otherJobs(shop, 2), run);
    expect([own.decision, other.decision]).toEqual(['approved', null]);
  });

  test('and is silent in a run that has no slot', async () => {
    const { shop } = await plannedShop();
    const waiting = waits(shop, { id: 8 });
    await answerOwnDeployments(shop.open(), aRun('T2', { id: 8 }));
    expect(waiting.decision).toBeNull();
  });
});

test('an answer that is wanted elsewhere is sent nowhere, and the admins are told once', async () => {
  const shop = createShop();
  const context = shop.open();
  for (let count = 0; count < 2; count += 1) await refuseCallback(context, 'https://evil.example/@wes');
  const alerts = [...shop.world.issues.values()].filter(({ labels }) => labels.includes('tonic:alert'));
  expect(alerts).toHaveLength(1);
  expect(alerts[0]?.body).toContain('`https://evil.example/@wes`');
});

/** A hotfix that run 7 has planned. */
async function plannedHotfix() {
  const shop = createShop();
  const bug = await openIssue(shop, ['severity:critical']);
  readyFix(shop, bug, { base: 'main' });
  await reconcileAndWrite(shop.open());
  later(shop);
  const word = await say(shop, { issue: bug, body: '/hotfix' });
  const releaseId = shop.world.runs.at(-1)?.inputs['release'] ?? '';
  const workflowPath = '.github/workflows/tonic-hotfix.yml';
  const origin = { event: 'workflow_dispatch', workflowPath, isOnDefaultBranch: true };
  await planHotfix(shop.open(), { releaseId, run: { id: 7, attempt: 1, origin } });
  return { shop, word, waiting: waits(shop, { workflowPath }) };
}

describe('the run of a hotfix that waits', () => {
  test('is let in with its candidate, before any slot is due', async () => {
    const { shop, waiting } = await plannedHotfix();
    await ask(shop, waiting);
    expect(waiting.decision).toBe('approved');
    expect(waiting.comments).toEqual([expect.stringContaining('-hotfix-')]);
  });

  test('is turned away once the word for it counts no more', async () => {
    const { shop, word, waiting } = await plannedHotfix();
    shop.people.deleteComment(word);
    await ask(shop, waiting);
    expect([waiting.decision, waiting.comments]).toEqual([
      'rejected',
      [expect.stringContaining('comment_deleted')],
    ]);
  });
});
