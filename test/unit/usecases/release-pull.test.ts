import { beforeEach, describe, expect, it } from 'vitest';
import { GATE_CHECKS } from '../../../src/domain/gate.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { gatePulls } from '../../../src/usecases/gate/gate-pulls.ts';
import { handlePullComment } from '../../../src/usecases/gate/handle-pull-comment.ts';
import { recheckReleaseHead } from '../../../src/usecases/recheck-releases.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { guardComment } from '../../../src/usecases/guard-comment.ts';
import { checksOn } from '../../support/fake-check.ts';
import { runStage } from '../../../src/usecases/slot/run-stage.ts';
import { aRun } from '../../support/builders.ts';
import { commentsIn, personIn, pullIn } from '../../support/fake-world.ts';
import {
  alertsOn,
  answersOn,
  bugForProd,
  bugOnUat,
  confirmedBug,
  createShop,
  later,
  mergeToProd,
  nextNoon,
  outcomeIn,
  planAt,
  readyFix,
  say,
  slot,
  type Shop,
} from './support.ts';

let shop: Shop;
let app: Context;
beforeEach(() => {
  shop = createShop();
  app = shop.open();
});

/** The pull request that brings UAT to PROD, looked at a minute after it was opened. */
async function openRelease(): Promise<number> {
  const { number } = shop.people.openPull({ by: 'wes', head: 'uat', base: 'main' });
  await gatePulls(app, [number]);
  later(shop);
  return number;
}

/** Somebody writes a comment on a pull request, and the webhook comes. */
async function sayOn(pull: number, body: string, by = 'ada'): Promise<number> {
  const id = shop.people.comment({ by, issue: pull, body });
  await bring(pull, { id, body, by });
  return id;
}

async function bring(pull: number, comment: { id: number; body: string; by: string }): Promise<void> {
  await handlePullComment(app, {
    issue: pull,
    id: comment.id,
    author: personIn(shop.world, comment.by),
    authorIsBot: false,
    body: comment.body,
    writtenAtMs: shop.world.now(),
  });
}

function gateOf(pull: number): string {
  const head = pullIn(shop.world, pull).commits.at(-1) ?? '';
  const report = checksOn(shop.world, head).find(({ name }) => name === GATE_CHECKS.prod)?.report;
  return `${report?.conclusion === 'success' ? 'open' : 'closed'}: ${report?.title ?? 'nothing said'}`;
}

/** The process dies before the call. */
const isKilled = () => Promise.reject(new Error('killed'));

/** What this system said on a pull request. */
const answersTo = (pull: number): string[] =>
  commentsIn(shop.world, pull)
    .filter(({ author }) => author.id === shop.world.bot.id)
    .map(({ body }) => body);

describe('/approve-release on the release pull request', () => {
  it('opens its check, and says so once however often the comment is brought', async () => {
    const pull = await openRelease();
    expect(gateOf(pull)).toMatch(/^closed: .* waits for the word of an admin with \/approve-release/u);
    const id = await sayOn(pull, '/approve-release');
    expect(gateOf(pull)).toMatch(/^open: Signed off for release/u);
    await bring(pull, { id, body: '/approve-release', by: 'ada' });
    expect(answersTo(pull)).toEqual([expect.stringContaining('Approved for PROD')]);
    expect(shop.ledger.state().pulls.get(pull)?.approvals).toHaveLength(1);
  });

  it('is for exactly the head that there was: a push closes the check', async () => {
    const pull = await openRelease();
    await sayOn(pull, '/approve-release');
    shop.people.push(pull);
    await gatePulls(app, [pull]);
    expect(gateOf(pull)).toMatch(/^closed: The approval/u);
    later(shop);
    await sayOn(pull, '/approve-release');
    expect(gateOf(pull)).toMatch(/^open/u);
  });

  it('counts for no head that was pushed in the same second or after it', async () => {
    const pull = await openRelease();
    shop.people.push(pull);
    await sayOn(pull, '/approve-release');
    expect(answersTo(pull)).toEqual([expect.stringContaining('Look at it and say it again')]);
    await gatePulls(app, [pull]);
    expect(gateOf(pull)).toMatch(/^closed/u);
  });

  it('is refused to everybody but admins', async () => {
    const pull = await openRelease();
    await sayOn(pull, '/approve-release', 'wes');
    expect(answersTo(pull)).toEqual([expect.stringContaining('`/approve-release` is for admins')]);
    expect(gateOf(pull)).toMatch(/^closed/u);
    expect(shop.ledger.state().pulls.get(pull)?.approvals).toEqual([]);
  });

  it('is not for those who wrote it where authors may not approve', async () => {
    shop.policy = { ...shop.policy, approvals: { allowAuthor: false, required: { uat: 1, prod: 1 } } };
    const pull = await openRelease();
    const { contributors } = pullIn(shop.world, pull);
    contributors.push(personIn(shop.world, 'ada'));
    await sayOn(pull, '/approve-release');
    expect(answersTo(pull)).toEqual([expect.stringContaining('has written in')]);
    contributors.pop();
    later(shop);
    await sayOn(pull, '/approve-release');
    expect(gateOf(pull)).toMatch(/^open/u);
  });

  it('is answered after a crash between the commit and the comment, once', async () => {
    const pull = await openRelease();
    const { issues } = app;
    app = shop.open({ issues: { ...issues, sayOnPull: isKilled } });
    await sayOn(pull, '/approve-release');
    expect(answersTo(pull)).toEqual([]);
    later(shop, 5);
    await reconcile();
    await reconcile();
    expect(answersTo(pull)).toEqual([expect.stringContaining('Approved for PROD')]);
  });

  it('whose answer was posted and not struck out is not answered again', async () => {
    const pull = await openRelease();
    await sayOn(pull, '/approve-release');
    later(shop, 5);
    await reconcile();
    await reconcile();
    expect(answersTo(pull)).toHaveLength(1);
    expect([...shop.ledger.state().outbox.keys()].filter((id) => id.startsWith('answer-'))).toEqual([]);
  });

  it('can be taken back', async () => {
    const pull = await openRelease();
    await sayOn(pull, '/approve-release');
    await sayOn(pull, '/unapprove');
    expect(gateOf(pull)).toMatch(/^closed: .* waits for the word of an admin with \/approve-release/u);
    await sayOn(pull, '/approve-release');
    expect(gateOf(pull)).toMatch(/^open/u);
  });

  it.each(['edited', 'deleted'] as const)('counts no more once its comment is %s', async (how) => {
    const pull = await openRelease();
    const id = await sayOn(pull, '/approve-release');
    if (how === 'edited') shop.people.editComment(id, 'ship it');
    else shop.people.deleteComment(id);
    await guardComment(app, { issue: pull, id, how });
    expect(gateOf(pull)).toMatch(/^closed: .* waits for the word of an admin with \/approve-release/u);
    expect(answersTo(pull).at(-1)).toContain(`comment was ${how}`);
  });

  it('counts no more once its comment is edited, though no webhook said so', async () => {
    const pull = await openRelease();
    const id = await sayOn(pull, '/approve-release');
    shop.people.editComment(id, 'ship it');
    await gatePulls(app, [pull]);
    expect(gateOf(pull)).toMatch(/^closed/u);
  });
});

/** What the App reads by itself, as a process that has just started. */
const reconcile = () => reconcileAndWrite(shop.open());

const voids = (pull: number) => answersTo(pull).filter((answer) => answer.includes('is void'));

async function signed(): Promise<{ pull: number; id: number }> {
  const pull = await openRelease();
  const id = await sayOn(pull, '/approve-release');
  later(shop, 2);
  return { pull, id };
}

describe('whoever has signed a release off is told, once, that the word counts no more', () => {
  it('when T1 brings UAT further', async () => {
    const { pull } = await signed();
    shop.people.push(pull);
    await recheckReleaseHead(app, pull);
    await recheckReleaseHead(app, pull);
    await reconcile();
    expect(voids(pull)).toEqual([expect.stringContaining('The approval of **ada** is void')]);
    expect(shop.ledger.state().pulls.get(pull)?.approvals).toEqual([]);
    later(shop);
    await sayOn(pull, '/approve-release');
    expect(shop.ledger.state().pulls.get(pull)?.approvals).toHaveLength(1);
  });

  it.each<[string, (given: { pull: number; id: number }) => unknown, string]>([
    ['it has another head', ({ pull }) => shop.people.push(pull), 'is not the one that was approved'],
    ['the comment was edited', ({ id }) => shop.people.editComment(id, 'ship it'), 'was edited'],
    ['the comment was deleted', ({ id }) => shop.people.deleteComment(id), 'was deleted'],
    [
      'the role is lost',
      () => shop.world.standings.set(personIn(shop.world, 'ada').id, { permission: 'write', isBot: false }),
      'is no admin any more',
    ],
    [
      'it was turned elsewhere and back',
      ({ pull }) => shop.people.retarget(pull, 'main'),
      'turned to this branch',
    ],
  ])('when %s, though no webhook said so', async (_name, change, words) => {
    const given = await signed();
    change(given);
    await reconcile();
    await reconcile();
    expect(voids(given.pull)).toEqual([expect.stringContaining(words)]);
    expect(gateOf(given.pull)).toMatch(/^closed/u);
  });

  it('and not while it stands', async () => {
    const { pull } = await signed();
    await reconcile();
    const commits = shop.ledger.messages().length;
    await recheckReleaseHead(app, pull);
    await reconcile();
    expect(voids(pull)).toEqual([]);
    expect(shop.ledger.messages()).toHaveLength(commits);
  });
});

describe('/approve-release that no webhook brought', () => {
  it('is found, counts as written, and is answered once', async () => {
    const pull = await openRelease();
    const writtenAtMs = shop.world.now();
    shop.people.comment({ by: 'ada', issue: pull, body: '/approve-release' });
    later(shop, 180);
    await reconcile();
    expect(gateOf(pull)).toMatch(/^open: Signed off for release/u);
    expect(shop.ledger.state().pulls.get(pull)?.approvals).toMatchObject([{ writtenAtMs }]);
    await reconcile();
    expect(answersTo(pull)).toEqual([expect.stringContaining('Approved for PROD')]);
    expect(shop.world.reactions.filter(({ reaction }) => reaction === 'eyes')).toHaveLength(1);
  });

  it('does not count once it was taken back in words that came in before it', async () => {
    const pull = await openRelease();
    shop.people.comment({ by: 'ada', issue: pull, body: '/approve-release' });
    later(shop);
    await sayOn(pull, '/unapprove');
    later(shop, 180);
    await reconcile();
    expect(gateOf(pull)).toMatch(/^closed/u);
    expect(answersTo(pull).at(-1)).toContain('**ada** said `/unapprove` after you wrote that');
  });

  it('does not count for a head that was pushed after it', async () => {
    const pull = await openRelease();
    shop.people.comment({ by: 'ada', issue: pull, body: '/approve-release' });
    later(shop);
    shop.people.push(pull);
    await reconcile();
    expect(gateOf(pull)).toMatch(/^closed/u);
    expect(answersTo(pull)).toEqual([expect.stringContaining('Look at it and say it again')]);
  });

  it('is nothing once it was edited: nobody knows what it said', async () => {
    const pull = await openRelease();
    const id = shop.people.comment({ by: 'ada', issue: pull, body: 'Looks fine' });
    shop.people.editComment(id, '/approve-release');
    await reconcile();
    expect(gateOf(pull)).toMatch(/^closed/u);
    expect(answersTo(pull)).toEqual([]);
  });

  it('is found by the slot itself where there is no App', async () => {
    const pull = await openRelease();
    shop.people.comment({ by: 'ada', issue: pull, body: '/approve-release' });
    await slot(shop, 'T1');
    expect(shop.ledger.state().pulls.get(pull)?.approvals).toHaveLength(1);
  });

  it('is not read again after the watermark has passed it, nor are the words of others answered', async () => {
    const pull = await openRelease();
    shop.people.comment({ by: 'wes', issue: pull, body: 'looks good' });
    shop.people.comment({ by: 'wes', issue: pull, body: '/approve-release' });
    await reconcile();
    await reconcile();
    expect(answersTo(pull)).toEqual([expect.stringContaining('`/approve-release` is for admins')]);
    expect(shop.ledger.state().watermark?.readUpToMs).toBe(shop.world.clock.nowMs());
    // Its answer is gone, and with it what tells that it was seen; the watermark does.
    shop.world.pullComments.set(pull, commentsIn(shop.world, pull).slice(0, 2));
    later(shop, 5);
    await reconcile();
    expect(answersTo(pull)).toEqual([]);
  });
});

describe('what else is said on pull requests', () => {
  it('belongs on the bug when it is a command, and is passed over when it is none', async () => {
    const pull = await openRelease();
    await sayOn(pull, '/approve-prod');
    await sayOn(pull, '/other-bot run');
    await sayOn(pull, 'looks good');
    expect(answersTo(pull)).toEqual([expect.stringContaining('say `/approve-prod` on the bug')]);
  });

  it('is no sign-off on the pull request of a bug', async () => {
    const bug = await bugOnUat(shop);
    const pull = readyFix(shop, bug, { base: 'main' });
    later(shop);
    await sayOn(pull, '/approve-release');
    expect(answersTo(pull)).toEqual([expect.stringContaining('on the bug')]);
    expect(shop.ledger.state().pulls.size).toBe(0);
  });

  it('is answered once it is merged, where it went to an environment', async () => {
    const pull = await openRelease();
    const { number: elsewhere } = shop.people.openPull({ by: 'wes', head: 'draft', base: 'next' });
    for (const each of [pull, elsewhere]) {
      shop.people.merge(each);
      await sayOn(each, '/approve-release');
    }
    expect(answersTo(pull)).toEqual([expect.stringContaining('is merged already')]);
    expect(answersTo(elsewhere)).toEqual([]);
    expect(shop.ledger.state().pulls.get(pull)).toBeUndefined();
  });

  it('on a bug is answered with where it belongs', async () => {
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-release' });
    expect(answersOn(shop, bug).at(-1)).toContain('is said on the pull request');
  });
});

/** PROD runs the branch as it is now, by GitHub's record. */
function deployedNow(): void {
  const { environments } = shop.policy;
  const prod = { ...environments.prod, versionFrom: 'deployments' } as const;
  shop.policy = { ...shop.policy, environments: { ...environments, prod } };
  shop.world.deployments.push({
    id: shop.world.nextId(),
    githubEnvironment: prod.githubEnvironment,
    commit: shop.git.branches.get('main') ?? '',
    slot: null,
    by: null,
    createdAtMs: shop.world.now(),
    state: 'success',
  });
}

/** Merges a release, and has a bug of Flow 2 that T2 is to take. Gives what T2 makes of it. */
async function mergeAnd(pull: number): Promise<string> {
  deployedNow();
  const bug = await confirmedBug(shop, 'medium', 'flow2');
  const fix = readyFix(shop, bug, { base: 'main' });
  await say(shop, { issue: bug, body: `/fix #${fix}` });
  await slot(shop, 'T1');
  later(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
  mergeToProd(shop, pull);
  return outcomeIn(await slot(shop, 'T2'), bug);
}

/** Approved, merged, and nothing else for PROD. Gives the comment that approves it, too. */
async function approvedAndMerged(): Promise<{ pull: number; word: number }> {
  const pull = await openRelease();
  const word = await sayOn(pull, '/approve-release');
  deployedNow();
  mergeToProd(shop, pull);
  return { pull, word };
}

describe('a release that a person merged', () => {
  it('goes live with T2 when it was approved as it was merged', async () => {
    const pull = await openRelease();
    await sayOn(pull, '/approve-release');
    expect(await mergeAnd(pull)).toBe('deployed');
  });

  it('holds T2 when nobody approved it', async () => {
    expect(await mergeAnd(await openRelease())).toBe('held unsigned_commits');
  });

  it('holds T2 when another head was merged', async () => {
    const pull = await openRelease();
    await sayOn(pull, '/approve-release');
    shop.people.push(pull);
    expect(await mergeAnd(pull)).toBe('held unsigned_commits');
  });

  it('goes live with T2 though no bug is up, once, and is told there', async () => {
    const { pull } = await approvedAndMerged();
    expect(outcomeIn(await slot(shop, 'T2'), pull)).toBe('deployed');
    expect(shop.live.get('prod')).toBe(shop.git.branches.get('main'));
    expect(answersTo(pull).at(-1)).toContain('**On PROD** since 2026-11-20/T2.');
    nextNoon(shop);
    expect(outcomeIn(await slot(shop, 'T2'), pull)).toBe('none');
    expect(shop.deploys.filter((line) => line.startsWith('prod '))).toHaveLength(1);
  });

  it('goes live where nothing but the branch says what PROD runs, too', async () => {
    const pull = await openRelease();
    await sayOn(pull, '/approve-release');
    mergeToProd(shop, pull);
    expect(outcomeIn(await slot(shop, 'T2'), pull)).toBe('deployed');
    nextNoon(shop);
    expect(outcomeIn(await slot(shop, 'T2'), pull)).toBe('none');
  });

  it('waits while it is not merged', async () => {
    const pull = await openRelease();
    await sayOn(pull, '/approve-release');
    deployedNow();
    expect(outcomeIn(await slot(shop, 'T2'), pull)).toBe('none');
    expect(shop.deploys).toEqual([]);
  });

  it.each(['edited', 'deleted'] as const)(
    'is held, and the admins are told, once its word was %s',
    async (how) => {
      const { pull, word } = await approvedAndMerged();
      if (how === 'edited') shop.people.editComment(word, 'ship it');
      else shop.people.deleteComment(word);
      expect(outcomeIn(await slot(shop, 'T2'), pull)).toBe('held unsigned_commits');
      expect(shop.deploys).toEqual([]);
      expect(alertsOn(shop)).toHaveLength(1);
    },
  );

  it('is held with its reason, told once, while a part of the product is frozen', async () => {
    const { pull } = await approvedAndMerged();
    shop.switches = { freeze: null, modules: 'billing', until: null };
    for (let night = 0; night < 2; night += 1) {
      expect(outcomeIn(await slot(shop, 'T2'), pull)).toBe('held frozen');
      nextNoon(shop);
    }
    expect(answersTo(pull).filter((said) => said.includes('Held back'))).toHaveLength(1);
    shop.switches = { freeze: null, modules: null, until: null };
    expect(outcomeIn(await slot(shop, 'T2'), pull)).toBe('deployed');
  });

  it('is stopped by a word that was taken back between plan and deploy', async () => {
    const { pull } = await approvedAndMerged();
    const planned = await planAt(shop, 'T2');
    await sayOn(pull, '/unapprove');
    expect(answersTo(pull).at(-1)).toContain('taken back');
    const run = { slotId: planned, environment: 'prod', run: aRun('T2') } as const;
    expect(outcomeIn(await runStage(shop.open(), run), pull)).toBe('failed unsigned_commits');
    expect(shop.deploys).toEqual([]);
  });

  it('is not deployed by the run that takes on a dead one, when its word was deleted and no webhook told of it', async () => {
    const { bug } = await bugForProd(shop, 'ada');
    const { pull, word } = await approvedAndMerged();
    const slotId = await planAt(shop, 'T2');
    const [stage] = shop.ledger.state().slots.get(slotId)?.stages ?? [];
    expect([stage?.bugs.map((each) => each.bug), stage?.pulls.map((each) => each.pull)]).toEqual([
      [bug],
      [pull],
    ]);
    shop.git.branches.set('main', stage?.candidate ?? '');
    shop.people.deleteComment(word);
    const run = { slotId, environment: 'prod', run: aRun('T2') } as const;
    expect(outcomeIn(await runStage(shop.open(), run), pull)).toBe('failed not_approved');
    expect(shop.deploys).toEqual([]);
  });

  it('is nothing to deploy once it was reverted', async () => {
    const { pull } = await approvedAndMerged();
    shop.git.commit('main', 'revert release');
    expect(outcomeIn(await slot(shop, 'T2'), pull)).toBe('none');
    expect(shop.deploys).toEqual([]);
  });
});
