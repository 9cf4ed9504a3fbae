import { describe, expect, test } from 'vitest';
import { LedgerFailure } from '../../../src/ports/ledger.ts';
import { guardBranch } from '../../../src/usecases/guard-branch.ts';
import { guardDeployment } from '../../../src/usecases/guard-deployment.ts';
import { guardImpostor } from '../../../src/usecases/guard-impostor.ts';
import { guardOwnComment } from '../../../src/usecases/guard-own-comment.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { guardLedger } from '../../../src/usecases/report-ledger.ts';
import { commentsIn, issueIn, personIn } from '../../support/fake-world.ts';
import {
  alertsOn,
  bugIn,
  bugOnProd,
  bugOnUat,
  confirmedBug,
  createShop,
  dropGate,
  later,
  nextNoon,
  readyFix,
  say,
  slot,
  type Shop,
} from './support.ts';

const reconcile = (shop: Shop) => reconcileAndWrite(shop.open());

const distrust = () =>
  new LedgerFailure('it was written by **max**, not by tonic[bot] (commit 0a1b2c3d4e5f)', {
    retryable: false,
  });

const fail = () => Promise.reject(distrust());

const byMax = (shop: Shop, githubEnvironment: string, logUrl = '') =>
  guardDeployment(shop.open(), {
    githubEnvironment,
    commit: 'e'.repeat(40),
    by: personIn(shop.world, 'max'),
    logUrl,
  });

describe('a ledger that cannot be trusted', () => {
  test('is told once, and the failure goes on', async () => {
    const shop = createShop();
    shop.ledger.failNext(distrust());
    await expect(reconcile(shop)).rejects.toThrow('written by');
    shop.ledger.failNext(distrust());
    await expect(reconcile(shop)).rejects.toThrow('written by');
    const [alert, ...others] = alertsOn(shop);
    expect(others).toEqual([]);
    expect(alert?.title).toContain('The ledger cannot be trusted');
    expect(alert?.body).toContain('commit 0a1b2c3d4e5f');
    expect(alert?.body).not.toContain('**max**');
  });

  test('is found at once when somebody pushes to its branch', async () => {
    const shop = createShop();
    shop.ledger.failNext(distrust());
    await guardLedger(shop.open());
    expect(alertsOn(shop)).toHaveLength(1);
  });

  test('is on its own record once it is mended', async () => {
    const shop = createShop();
    const context = shop.open();
    await guardLedger({ ...context, ledger: { ...context.ledger, load: fail, update: fail } });
    expect(shop.ledger.state().alerts.size).toBe(0);
    await reconcileAndWrite(context);
    expect([...shop.ledger.state().alerts.values()]).toMatchObject([{ issue: alertsOn(shop)[0]?.number }]);
    const commits = shop.ledger.messages().length;
    await reconcileAndWrite(context);
    expect(shop.ledger.messages()).toHaveLength(commits);
  });

  test('that only does not answer is no alert', async () => {
    const shop = createShop();
    shop.ledger.failNext(new LedgerFailure('GitHub does not answer', { retryable: true }));
    await expect(reconcile(shop)).rejects.toThrow('does not answer');
    expect(alertsOn(shop)).toEqual([]);
  });
});

/** Max records a deployment, and no webhook tells of it. */
const record = (shop: Shop, environment: string) =>
  shop.world.deployments.push({
    id: shop.world.nextId(),
    githubEnvironment: environment,
    commit: 'f'.repeat(40),
    slot: null,
    by: personIn(shop.world, 'max'),
    createdAtMs: shop.world.now(),
    state: 'success',
  });

describe('a deployment past this system', () => {
  test('to PROD or UAT is told, once a commit and a person', async () => {
    const shop = createShop();
    await byMax(shop, 'Production');
    await byMax(shop, 'production');
    await byMax(shop, 'uat');
    expect(alertsOn(shop).map(({ title }) => title)).toEqual([
      'PROD: something was deployed past Tonic',
      'UAT: something was deployed past Tonic',
    ]);
    expect(alertsOn(shop)[0]?.body).toContain('**max** recorded on GitHub that `eeeeeee` is on PROD');
  });

  test('to another environment is nobody’s concern', async () => {
    const shop = createShop();
    await byMax(shop, 'staging');
    expect(alertsOn(shop)).toEqual([]);
  });

  test('by a job of a slot’s own run is none, by a job of another run is one', async () => {
    const shop = createShop();
    await bugOnUat(shop);
    const run = [...shop.ledger.state().slots.values()][0]?.claim?.runId ?? 0;
    await byMax(shop, 'uat', `https://github.com/acme/shop/actions/runs/${run}/job/5`);
    expect(alertsOn(shop)).toEqual([]);
    await byMax(shop, 'uat', `https://github.com/acme/shop/actions/runs/${run + 1}/job/5`);
    expect(alertsOn(shop)).toHaveLength(1);
  });

  test('that no webhook told of is found, when it came after this system’s own', async () => {
    const shop = createShop();
    record(shop, 'production');
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    later(shop);
    await slot(shop, 'T2');
    await reconcile(shop);
    expect(alertsOn(shop)).toEqual([]);
    nextNoon(shop);
    record(shop, 'production');
    await reconcile(shop);
    await reconcile(shop);
    expect(alertsOn(shop).map(({ title }) => title)).toEqual(['PROD: something was deployed past Tonic']);
  });
});

const cardOn = (shop: Shop, bug: number) =>
  issueIn(shop.world, bug).comments.filter(({ author, body }) => {
    return author.id === shop.world.bot.id && body.includes('tonic:card');
  });

/** What the card says; the mark of how far the ledger was moves on. */
const cardTextOn = (shop: Shop, bug: number) =>
  cardOn(shop, bug).map(({ body }) => body.replace(/<!-- tonic-ledger [\d ]+ -->/u, ''));

const idOf = (shop: Shop, bug: number, key: 'card' | 'answer') =>
  issueIn(shop.world, bug).comments.find(({ body }) => body.includes(`tonic:${key}`))?.id ?? 0;

const changed = (shop: Shop, bug: number, id: number) => ({
  issue: bug,
  id,
  by: personIn(shop.world, 'wes'),
});

describe('a comment of this system that a person changes', () => {
  test('is put back at once when it is the card, whether edited or deleted', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await reconcile(shop);
    const [card] = cardOn(shop, bug);
    const before = cardTextOn(shop, bug);
    shop.people.editComment(card?.id ?? 0, '`deployed_prod`');
    await guardOwnComment(shop.open(), { ...changed(shop, bug, card?.id ?? 0), how: 'edited' });
    expect(cardTextOn(shop, bug)).toEqual(before);
    shop.people.deleteComment(card?.id ?? 0);
    await guardOwnComment(shop.open(), { ...changed(shop, bug, card?.id ?? 0), how: 'deleted' });
    expect(cardTextOn(shop, bug)).toEqual(before);
    expect(alertsOn(shop).map(({ title }) => title)).toEqual([
      `A comment of Tonic on #${bug} was edited by hand`,
      `A comment of Tonic on #${bug} was deleted by hand`,
    ]);
    expect(bugIn(shop, bug).status).toBe('deployed_uat');
  });

  test('is told to the admins, unless an admin did it', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    const answer = issueIn(shop.world, bug).comments.find(({ body }) => body.includes('tonic:answer'));
    const id = answer?.id ?? 0;
    const byAda = { ...changed(shop, bug, id), by: personIn(shop.world, 'ada') };
    await guardOwnComment(shop.open(), { ...byAda, how: 'deleted' });
    expect(alertsOn(shop)).toEqual([]);
    await guardOwnComment(shop.open(), { ...changed(shop, bug, id), how: 'deleted' });
    expect(alertsOn(shop)[0]?.body).toContain('**wes** deleted a comment of Tonic');
    expect(alertsOn(shop)[0]?.body).toContain('`git log -p tonic-ledger -- outbox` has what');
  });

  test('is told of whoever did it, also after an admin has changed the same one', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await reconcile(shop);
    const context = shop.open();
    const card = idOf(shop, bug, 'card');
    for (const login of ['ada', 'wes', 'max', 'wes']) {
      shop.people.editComment(card, `as ${login} likes it`, login);
      const by = personIn(shop.world, login);
      await guardOwnComment(context, { issue: bug, id: card, how: 'edited', by });
    }
    expect(alertsOn(shop).map(({ body }) => /\*\*(\w+)\*\* edited/u.exec(body)?.[1])).toEqual(['wes', 'max']);
  });

  test('is found though no webhook told of it, and told once', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await reconcile(shop);
    const before = cardTextOn(shop, bug);
    const [card, answer] = [idOf(shop, bug, 'card'), idOf(shop, bug, 'answer')];
    for (const id of [card, answer]) shop.people.editComment(id, '`deployed_prod`', 'wes');
    await reconcile(shop);
    await reconcile(shop);
    await guardOwnComment(shop.open(), { ...changed(shop, bug, card), how: 'edited' });
    expect(alertsOn(shop).map(({ title }) => title)).toEqual([
      `A comment of Tonic on #${bug} was edited by hand`,
      `A comment of Tonic on #${bug} was edited by hand`,
    ]);
    expect(cardTextOn(shop, bug)).toEqual(before);
  });

  test('is found also when it is gone, and told once an issue and person', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await reconcile(shop);
    const ids = [idOf(shop, bug, 'card'), idOf(shop, bug, 'answer')];
    for (const id of ids) shop.people.deleteComment(id, 'wes');
    await reconcile(shop);
    for (const id of ids) await guardOwnComment(shop.open(), { ...changed(shop, bug, id), how: 'deleted' });
    expect(alertsOn(shop).map(({ title }) => title)).toEqual([
      `A comment of Tonic on #${bug} was deleted by hand`,
    ]);
    expect(cardOn(shop, bug)).toHaveLength(1);
  });

  test('is no alert when an admin did it, and the admin is looked up once', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await reconcile(shop);
    shop.people.editComment(idOf(shop, bug, 'answer'), 'Ask me', 'ada');
    let asked = 0;
    const { members } = shop.open();
    const context = shop.open({
      members: { standing: (...args) => ((asked += 1), members.standing(...args)) },
    });
    await reconcileAndWrite(context);
    await reconcileAndWrite(context);
    expect({ asked, alerts: alertsOn(shop) }).toEqual({ asked: 1, alerts: [] });
  });
});

test('a check by another App and a commit status under the name of the check are told, once a reporter', async () => {
  const shop = createShop();
  const report = (name: string, by: string, isStatus: boolean) =>
    guardImpostor(shop.open(), { name, commit: 'a'.repeat(40), by, isStatus });
  await report('unit tests', 'other-ci', false);
  expect(alertsOn(shop)).toEqual([]);
  await report('tonic / gate', 'other-ci', false);
  await report('tonic / gate', 'other-ci', false);
  await report('tonic / gate (uat)', 'wes', true);
  expect(alertsOn(shop)).toHaveLength(2);
  expect(alertsOn(shop)[0]?.body).toContain('ci** put a check named `tonic / gate`');
  expect(alertsOn(shop)[1]?.body).toContain('**wes** put a commit status');
});

test('nor does a report stay unseen on the head of an environment or on a candidate', async () => {
  const shop = await shopWithProd();
  const candidate = [...shop.ledger.state().slots.values()].flatMap(({ stages }) => stages).at(-1)?.candidate;
  const head = shop.git.commit('uat', 'merged by hand');
  const context = shop.open();
  await reconcileAndWrite(context);
  const report = (commit: string, appId: number | null) =>
    shop.world.checks.push({ commit, name: 'tonic / gate (uat)', appId, state: 'green', report: null });
  report(candidate ?? '', 8);
  report(head, null);
  later(shop, 5);
  await reconcileAndWrite(context);
  await reconcile(shop);
  expect(alertsOn(shop).map(({ body }) => body.split('\n')[0])).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^\*\*another\*\* put a check/u),
      expect.stringMatching(/^\*\*wes\*\* put a commit status/u),
    ]),
  );
  expect(alertsOn(shop)).toHaveLength(2);
});

test('a comment of this system that was deleted on a pull request is found, and told once, though no webhook told of it', async () => {
  const shop = createShop();
  const { number: pull } = shop.people.openPull({ by: 'wes', head: 'uat', base: 'main' });
  shop.people.comment({ by: 'wes', issue: pull, body: '/approve-release' });
  await reconcile(shop);
  const answer = commentsIn(shop.world, pull).find(({ author }) => author.id === shop.world.bot.id);
  shop.people.deleteComment(answer?.id ?? 0, 'wes');
  shop.people.merge(pull);
  await reconcile(shop);
  await reconcile(shop);
  expect(titles(shop)).toEqual([`A comment of Tonic on #${pull} was deleted by hand`]);
});

test('reports under the name of the check that no webhook told of are found on pull requests, and told once', async () => {
  const shop = createShop();
  const pull = readyFix(shop, await confirmedBug(shop));
  shop.people.check({ pull, name: 'tonic / gate (uat)', state: 'green', appId: 8 });
  shop.people.check({ pull, name: 'tonic / gate (uat)', state: 'green', appId: null });
  shop.people.check({ pull, name: 'unit', state: 'green', appId: 8 });
  await reconcile(shop);
  await reconcile(shop);
  expect(alertsOn(shop).map(({ body }) => body.split('\n')[0])).toEqual([
    expect.stringContaining('**another** put a check named `tonic / gate (uat)`'),
    expect.stringContaining('**wes** put a commit status named `tonic / gate (uat)`'),
  ]);
});

/** A bug that T2 has brought to PROD, at noon of the next day. */
async function shopWithProd(): Promise<Shop> {
  const shop = createShop();
  const bug = await bugOnUat(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
  later(shop);
  await slot(shop, 'T2');
  nextNoon(shop);
  return shop;
}

/** PROD was deployed to for a reason, although nothing guards it. */
async function shopWithOpenProd(): Promise<{ shop: Shop; bug: number }> {
  const shop = createShop();
  dropGate(shop);
  const bug = await bugOnUat(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
  later(shop);
  await slot(shop, 'T2', { unsafeReason: 'we are being set up' });
  return { shop, bug };
}

/** Slots that have nothing to do, until nobody reads the older ones any more. */
async function quietWeeks(shop: Shop): Promise<void> {
  for (let day = 0; day < 15; day += 1) {
    nextNoon(shop);
    await slot(shop, 'T2');
  }
  expect([...shop.ledger.state().slots.values()].flatMap(({ stages }) => stages)).toEqual([]);
}

const titles = (shop: Shop) => alertsOn(shop).map(({ title }) => title);

describe('the branch of an environment, without a webhook', () => {
  test('is found moved back by a new process: what is deployed is not on it any more', async () => {
    const shop = await shopWithProd();
    const base = shop.git.commit('elsewhere', 'another beginning');
    shop.git.branches.set('main', base);
    shop.world.pushes.push({
      branch: 'main',
      head: base,
      atMs: shop.world.now(),
      by: personIn(shop.world, 'wes'),
    });
    await reconcile(shop);
    shop.git.commit('main', 'more');
    await reconcile(shop);
    expect(titles(shop)).toEqual(['PROD: the branch was moved by force']);
    expect(alertsOn(shop)[0]?.body).toContain('**wes** moved `main`');
  });

  test('is found moved back by a running process also where nothing was deployed yet', async () => {
    const shop = await shopWithProd();
    const context = shop.open();
    const before = shop.git.branches.get('uat') ?? '';
    shop.git.commit('uat', 'merged by hand');
    await reconcileAndWrite(context);
    later(shop, 5);
    shop.git.branches.set('uat', before);
    await reconcileAndWrite(context);
    expect(titles(shop)).toEqual(['UAT: the branch was moved by force']);
  });

  test('is found moved back by a new process also where nothing was deployed: the ledger knows what was seen', async () => {
    const shop = createShop();
    const before = shop.git.branches.get('uat') ?? '';
    await reconcile(shop);
    shop.git.commit('uat', 'merged by hand');
    later(shop, 5);
    await reconcile(shop);
    later(shop, 5);
    shop.git.branches.set('uat', before);
    for (let look = 0; look < 3; look += 1) {
      await reconcile(shop);
      later(shop, 5);
    }
    expect(titles(shop)).toEqual(['UAT: the branch was moved by force']);
  });

  test('is no news where a slow look comes in behind a quick one that has seen it further on', async () => {
    const shop = await shopWithProd();
    const context = shop.open();
    await reconcileAndWrite(context);
    later(shop, 5);
    const { observer } = context;
    const slow: Context = {
      ...context,
      observer: {
        ...observer,
        heads: async (branches) => {
          const heads = await observer.heads(branches);
          shop.git.commit('uat', 'merged by hand');
          await reconcileAndWrite(context);
          later(shop, 5);
          return heads;
        },
      },
    };
    await reconcileAndWrite(slow);
    expect(titles(shop)).toEqual([]);
  });

  test('that stays where it is costs no commit', async () => {
    const shop = createShop();
    await reconcile(shop);
    const commits = shop.ledger.messages().length;
    later(shop, 5);
    await reconcile(shop);
    expect(shop.ledger.messages()).toHaveLength(commits);
  });

  test('is found deleted, and told once', async () => {
    const shop = await shopWithProd();
    const context = shop.open();
    await reconcileAndWrite(context);
    later(shop, 5);
    shop.git.branches.delete('uat');
    for (const each of [context, context, shop.open()]) {
      await reconcileAndWrite(each);
      later(shop, 5);
    }
    expect(titles(shop)).toEqual(['UAT: the branch was deleted']);
  });

  test('that only grew is nobody’s concern, and one that stays costs no look into git', async () => {
    const shop = await shopWithProd();
    shop.git.commit('main', 'merged by hand');
    let looks = 0;
    const { repository } = shop.git;
    const isAncestor: typeof repository.isAncestor = (...commits) => {
      looks += 1;
      return repository.isAncestor(...commits);
    };
    const context = shop.open({ repository: { ...repository, isAncestor } });
    await reconcileAndWrite(context);
    later(shop, 5);
    await reconcileAndWrite(context);
    expect({ titles: titles(shop), looks }).toEqual({ titles: [], looks: 1 });
  });
});

describe('rules that somebody takes away', () => {
  test('are found within the hour, and told once', async () => {
    const shop = await shopWithProd();
    const context = shop.open();
    await reconcileAndWrite(context);
    dropGate(shop);
    later(shop, 5);
    await reconcileAndWrite(context);
    expect(titles(shop)).toEqual([]);
    later(shop, 60);
    await reconcileAndWrite(context);
    await reconcile(shop);
    expect(titles(shop)).toEqual(['PROD is not guarded: no slot deploys to it']);
  });

  test('are told again when they were put back, a slot went by them, and somebody takes them away once more', async () => {
    const shop = await shopWithProd();
    const { guards } = shop.world;
    dropGate(shop);
    await reconcile(shop);
    shop.world.guards = guards;
    nextNoon(shop);
    await bugOnProd(shop);
    dropGate(shop);
    await reconcile(shop);
    await reconcile(shop);
    expect(titles(shop)).toHaveLength(2);
  });

  test('are found after quiet weeks, too, when nothing is read any more of the slot that deployed PROD; told once', async () => {
    const shop = await shopWithProd();
    await quietWeeks(shop);
    dropGate(shop);
    await reconcile(shop);
    await quietWeeks(shop);
    await reconcile(shop);
    expect(titles(shop)).toEqual(['PROD is not guarded: no slot deploys to it']);
  });

  test('are no news after quiet weeks either where PROD was deployed to without them', async () => {
    const { shop } = await shopWithOpenProd();
    await quietWeeks(shop);
    await reconcile(shop);
    expect(titles(shop)).toEqual([]);
  });

  test('are no news where nothing was deployed to PROD yet', async () => {
    const shop = createShop();
    dropGate(shop);
    await bugOnUat(shop);
    await reconcile(shop);
    expect(titles(shop)).toEqual([]);
  });

  test('nor where PROD was deployed to without them, for a reason', async () => {
    const { shop, bug } = await shopWithOpenProd();
    await reconcile(shop);
    expect(bugIn(shop, bug).status).toBe('deployed_prod');
    expect(titles(shop)).toEqual([]);
  });
});

test('the branch of an environment that is moved by force or deleted is told, another branch is not', async () => {
  const shop = createShop();
  const by = personIn(shop.world, 'wes');
  const head = 'd'.repeat(40);
  await guardBranch(shop.open(), { branch: 'feature/x', head, how: 'rewound', by });
  expect(alertsOn(shop)).toEqual([]);
  await guardBranch(shop.open(), { branch: 'main', head, how: 'rewound', by });
  await guardBranch(shop.open(), { branch: 'uat', head, how: 'deleted', by });
  expect(alertsOn(shop).map(({ title }) => title)).toEqual([
    'PROD: the branch was moved by force',
    'UAT: the branch was deleted',
  ]);
});
