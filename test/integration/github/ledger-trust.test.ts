import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LedgerFailure } from '../../../src/ports/ledger.ts';
import { renderLedgerFile } from '../../../src/adapters/github/ledger/file.ts';
import { BRANCH, bugOf, openShop, report, SHOP, thrownBy, type Shop } from './support.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
  await shop.process().ledger.update(report(7));
});
afterEach(() => shop.world.close());

const good = (number: number) => renderLedgerFile({ kind: 'bug', record: bugOf(number) });

/** Both a process that starts now and one that has been there refuse, and nothing is written any more. */
async function expectRefusal(spoil: () => Promise<unknown>, expected: object): Promise<void> {
  const running = shop.process().ledger;
  await running.load();
  await spoil();
  const head = await shop.head();
  for (const ledger of [running, shop.process().ledger]) {
    const read = await thrownBy(ledger.load());
    expect(read).toBeInstanceOf(LedgerFailure);
    expect(read).toMatchObject({ retryable: false, ...expected });
    const write = await thrownBy(ledger.update(report(8)));
    expect(write).toBeInstanceOf(LedgerFailure);
    expect(write).toMatchObject({ retryable: false, ...expected });
  }
  expect(await shop.head()).toBe(head);
}

describe('a file that is not exactly what was written stops everything', () => {
  test.each([
    [
      'a newer schema version',
      'bugs/7.json',
      good(7).replace('"schema_version": 1', '"schema_version": 2'),
      /schema_version is 2.*reads 1 only; update/u,
    ],
    [
      'no schema version',
      'bugs/7.json',
      good(7).replace('"schema_version": 1,', ''),
      /schema_version is none/u,
    ],
    ['no JSON', 'bugs/7.json', 'status: confirmed\n', /no complete JSON/u],
    ['half of it', 'bugs/7.json', good(7).slice(0, 200), /no complete JSON/u],
    ['nothing at all', 'bugs/7.json', '', /no complete JSON/u],
    ['a list', 'bugs/7.json', '[]', /no JSON object/u],
    ['an unknown status', 'bugs/7.json', good(7).replace('"submitted"', '"shipped"'), /status: /u],
    [
      'a key of something newer',
      'bugs/7.json',
      good(7).replace('"number"', '"mood": "fine",\n  "number"'),
      /mood/u,
    ],
    [
      'a key in another spelling',
      'bugs/7.json',
      good(7).replace('"uat_only"', '"uatOnly"'),
      /not snake_case/u,
    ],
    ['a missing key', 'bugs/7.json', good(7).replace('  "uat_only": false,\n', ''), /uat_only: /u],
    ['another bug’s record', 'bugs/8.json', good(7), /record of bugs\/7\.json/u],
    ['a name that is no number', 'bugs/seven.json', good(7), /no such file/u],
    ['a file that the ledger does not have', 'weather.json', '{}', /no such file/u],
    ['a slot of no day', 'slots/2026-11-20-T3.json', '{}', /no such file/u],
  ])('%s', async (...[, path, content, message]) => {
    await expectRefusal(() => shop.smuggle(path, content), { path, message: expect.stringMatching(message) });
  });
});

describe('a commit that this system did not make stops everything', () => {
  test('by a person through the API, though GitHub signed it', async () => {
    await expectRefusal(() => shop.smuggle('bugs/7.json', good(7), 'ada'), {
      message: expect.stringMatching(/written by ada, not by tonic\[bot\]/u),
    });
  });

  test('by a person in the App’s name, without a signature', async () => {
    await expectRefusal(() => commitInName(`${shop.world.app.botId}+tonic[bot]@users.noreply.github.com`), {
      message: expect.stringMatching(/GitHub has not signed it/u),
    });
  });

  test('hidden under a good one', async () => {
    await expectRefusal(
      async () => {
        await shop.smuggle('bugs/7.json', good(7).replace('false', 'true'), 'ada');
        await shop.smuggle('bugs/9.json', good(9));
      },
      { message: expect.stringMatching(/written by ada/u) },
    );
  });

  test('a merge', async () => {
    await expectRefusal(
      async () => {
        const ada = shop.world.as('ada').rest;
        const start = await shop.head();
        await shop.smuggle('bugs/9.json', good(9));
        const { data: tip } = await ada.git.getCommit({ ...SHOP, commit_sha: await shop.head() });
        const { data } = await shop.world.asApp().rest.git.createCommit({
          ...SHOP,
          message: 'Merge',
          tree: tip.tree.sha,
          parents: [tip.sha, start],
        });
        await ada.git.updateRef({ ...SHOP, ref: `heads/${BRANCH}`, sha: data.sha });
      },
      { message: expect.stringMatching(/not a single line/u) },
    );
  });
});

/** A commit whose author says to be somebody, as any writer can make it. */
async function commitInName(email: string): Promise<void> {
  const ada = shop.world.as('ada').rest;
  const { data: tip } = await ada.git.getCommit({ ...SHOP, commit_sha: await shop.head() });
  const { data } = await ada.git.createCommit({
    ...SHOP,
    message: 'Looks right',
    tree: tip.tree.sha,
    parents: [tip.sha],
    author: { name: 'tonic[bot]', email },
  });
  await ada.git.updateRef({ ...SHOP, ref: `heads/${BRANCH}`, sha: data.sha });
}

describe('history that was there may not go away', () => {
  test.each([
    ['the branch is put back to an older commit', (older: string) => reset(older)],
    ['the branch begins anew', () => beginAnew()],
    [
      'the branch is deleted',
      () => shop.world.as('ada').rest.git.deleteRef({ ...SHOP, ref: `heads/${BRANCH}` }),
    ],
  ])('%s', async (_, rewrite) => {
    const { ledger } = shop.process();
    await ledger.load();
    const older = await shop.head();
    await ledger.update(report(8));
    await rewrite(older);
    const failure = await thrownBy(ledger.load());
    expect(failure).toBeInstanceOf(LedgerFailure);
    expect(failure).toMatchObject({
      retryable: false,
      message: expect.stringMatching(/history was rewritten/u),
    });
    expect(await thrownBy(ledger.update(report(9)))).toBeInstanceOf(LedgerFailure);
  });

  test('another line of good commits is not the same history', async () => {
    const { ledger } = shop.process();
    await ledger.update(report(8));
    const last = await shop.head();
    await ledger.update(report(9));
    await reset(last);
    await shop.process().ledger.update(report(10));
    expect(await thrownBy(ledger.load())).toMatchObject({ message: expect.stringMatching(/rewritten/u) });
  });
});

const reset = (sha: string) =>
  shop.world.as('ada').rest.git.updateRef({ ...SHOP, ref: `heads/${BRANCH}`, sha, force: true });

/** As an admin does it on purpose. */
async function beginAnew(): Promise<void> {
  await closeLedger();
  await shop.process().ledger.update(report(1));
}

async function closeLedger(): Promise<void> {
  const { git } = shop.world.as('ada').rest;
  await git.createRef({ ...SHOP, ref: `refs/heads/${BRANCH}-closed`, sha: await shop.head() });
  await git.deleteRef({ ...SHOP, ref: `heads/${BRANCH}` });
}

const remove = () => shop.world.as('ada').rest.git.deleteRef({ ...SHOP, ref: `heads/${BRANCH}` });

describe('a branch that is not there', () => {
  test('and was deleted stops a new process, too, with who did it and how to put it back', async () => {
    const head = await shop.head();
    await remove();
    const failure = await thrownBy(shop.process().ledger.load());
    expect(failure).toMatchObject({
      retryable: false,
      message: expect.stringMatching(
        new RegExp(`ada deleted it.*git push origin ${head}:refs/heads/${BRANCH} `, 'u'),
      ),
    });
    expect(await thrownBy(shop.process().ledger.update(report(8)))).toBeInstanceOf(LedgerFailure);
    await shop.world.as('ada').rest.git.createRef({ ...SHOP, ref: `refs/heads/${BRANCH}`, sha: head });
    expect((await shop.process().ledger.load()).bugs.has(7)).toBe(true);
  });

  test('and was closed on purpose lets a new ledger begin', async () => {
    await closeLedger();
    await shop.process().ledger.update(report(1));
    expect([...(await shop.process().ledger.load()).bugs.keys()]).toEqual([1]);
  });
});

describe('once a person has put the branch back, everything goes on by itself', () => {
  test.each([
    ['after a commit by somebody else', () => shop.smuggle('bugs/7.json', good(7), 'ada')],
    ['after it was moved back', async () => reset(await parentOf(await shop.head()))],
    [
      'after it was deleted',
      () => shop.world.as('ada').rest.git.deleteRef({ ...SHOP, ref: `heads/${BRANCH}` }),
    ],
  ])('%s', async (_, spoil) => {
    const { ledger } = shop.process();
    await ledger.update(report(8));
    const last = await shop.head();
    await spoil();
    expect(await thrownBy(ledger.update(report(9)))).toBeInstanceOf(LedgerFailure);
    const { git } = shop.world.as('ada').rest;
    await reset(last).catch(() => git.createRef({ ...SHOP, ref: `refs/heads/${BRANCH}`, sha: last }));
    expect([...(await ledger.load()).bugs.keys()]).toEqual([7, 8]);
    await ledger.update(report(9));
    expect([...(await shop.process().ledger.load()).bugs.keys()]).toEqual([7, 8, 9]);
  });
});

async function parentOf(sha: string): Promise<string> {
  const { data } = await shop.world.as('ada').rest.git.getCommit({ ...SHOP, commit_sha: sha });
  return data.parents[0]?.sha ?? '';
}

test('without a signing GitHub the author alone counts, when somebody says why', async () => {
  await commitInName(`${shop.world.app.botId}+tonic[bot]@users.noreply.github.com`);
  const { ledger } = shop.process({ ledgerUnsignedBecause: 'this server does not sign' });
  expect((await ledger.load()).bugs.has(7)).toBe(true);
});

test('several logins can be this system’s', async () => {
  const { ledger } = shop.process({ botLogins: ['github-actions[bot]', 'Tonic[bot]'] });
  expect((await ledger.load()).bugs.has(7)).toBe(true);
  expect(await thrownBy(shop.process({ botLogins: ['github-actions[bot]'] }).ledger.load())).toMatchObject({
    message: expect.stringMatching(/written by tonic\[bot\], not by github-actions\[bot\]/u),
  });
});

test('a new process checks the newest hundred commits, a running one all that are new to it', async () => {
  const running = shop.process().ledger;
  await running.load();
  await shop.smuggle('bugs/7.json', good(7).replace('"uat_only": false', '"uat_only": true'), 'ada');
  await shop.smuggle('bugs/7.json', good(7));
  for (let index = 0; index < 100; index += 1) await shop.smuggle('outbox/a.json', entry(index));
  expect((await shop.process().ledger.load()).outbox.get('a')?.issue).toBe(100);
  expect(await thrownBy(running.load())).toMatchObject({ message: expect.stringMatching(/written by ada/u) });
});

function entry(index: number): string {
  const action = { kind: 'reopen_issue' } as const;
  return renderLedgerFile({ kind: 'outbox', record: { id: 'a', issue: index + 1, createdAtMs: 1, action } });
}
