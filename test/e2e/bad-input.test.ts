import { createHmac } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addOrganization, addRepository, installApp } from '../../src/sandbox/found.ts';
import { openBadInputShop, SHOP, type BadInputShop } from './bad-input-shop.ts';

let shop: BadInputShop;
beforeAll(async () => {
  shop = await openBadInputShop();
});
afterAll(() => shop.close());

const bugFile = async () =>
  z.looseObject({}).parse(JSON.parse(await shop.ledgerFile(`bugs/${shop.bug}.json`)));

/** The bug as the ledger has it, without the list of commands that it answered and the place of its card. */
async function bugWithoutCommands(): Promise<object> {
  const { commands: _, card_comment_id: __, ...rest } = await bugFile();
  return rest;
}

test('what the tests start from: a confirmed bug, and no delivery that failed', async () => {
  expect(await bugFile()).toMatchObject({ status: 'confirmed', flow: 1 });
  expect(shop.failures()).toEqual([]);
});

describe('a comment that no command can be made of is answered and changes nothing', () => {
  test.each([
    [
      'an unknown command',
      '/deploy-everything now',
      /There is no command `\/deploy-everything`.*`\/confirm`/su,
    ],
    ['arguments that are none', '/approve-prod #12; rm -rf /', /Say `\/approve-prod`/u],
    ['two commands at once', '/approve-prod\n/close it', /One command a comment/u],
  ])('%s', async (...[, body, words]) => {
    const before = await bugWithoutCommands();
    const head = await shop.world.as('ada').rest.repos.getBranch({ ...SHOP, branch: 'main' });
    await shop.say(body);
    expect((await shop.answers()).at(-1)).toMatch(words);
    expect(await bugWithoutCommands()).toEqual(before);
    const after = await shop.world.as('ada').rest.repos.getBranch({ ...SHOP, branch: 'main' });
    expect(after.data.commit.sha).toBe(head.data.commit.sha);
  });

  test('a comment of 300 kB: GitHub takes none, and the App refuses what is longer than GitHub keeps', async () => {
    const body = `/approve-prod\n${'x'.repeat(300_000)}`;
    await expect(
      shop.world.as('ada').rest.issues.createComment({ ...SHOP, issue_number: shop.bug, body }),
    ).rejects.toMatchObject({ status: 422 });
    // A comment that is there, with a payload that says more than GitHub ever would.
    const id = await shop.say('Only words');
    const before = await bugWithoutCommands();
    const payload = shop.deliveredComment().payload;
    const answer = await shop.post('issue_comment', {
      ...payload,
      comment: { ...payload.comment, id, body },
    });
    expect(answer.status).toBe(200);
    await shop.world.sandbox.idle();
    expect((await shop.answers()).at(-1)).toMatch(/too long \(300014 of 65536 characters\)/u);
    expect(await bugWithoutCommands()).toEqual(before);
  });
});

describe('a title with shell and HTML in it', () => {
  const marker = join(tmpdir(), `tonic-executed-${process.pid}`);
  afterAll(() => rmSync(marker, { force: true }));

  test('is carried as text: nothing of it runs, nobody is called, no markup comes alive', async () => {
    const title = `$(touch ${marker}) \`touch ${marker}\`; touch ${marker} #<img src=x onerror=alert(1)> @ada Fixes #1`;
    const issue = await shop.report(title, ['bug', 'severity:low']);
    await shop.say('/confirm', { issue });
    await shop.say('/plan', { issue });
    const { data } = await shop.world.as('ada').rest.issues.get({ ...SHOP, issue_number: issue });
    expect(data.title).toBe(title);
    expect(data.labels.map((label) => (typeof label === 'string' ? label : label.name))).toContain(
      'status:planned',
    );
    expect(existsSync(marker)).toBe(false);
    const { data: comments } = await shop.world
      .as('rea')
      .rest.issues.listComments({ ...SHOP, issue_number: issue });
    const own = comments.filter(({ user }) => user?.type === 'Bot').map(({ body }) => body ?? '');
    expect(own.length).toBeGreaterThan(2);
    for (const body of own) expect(body).not.toMatch(/<img|@ada|touch/u);
    expect(shop.failures()).toEqual([]);
  });
});

describe('a configuration that is not understood', () => {
  afterAll(async () => {
    const ada = shop.world.as('ada').rest;
    const { data } = await ada.repos.getContent({ ...SHOP, path: '.github/tonic.yml' });
    if ('sha' in data)
      await ada.repos.deleteFile({ ...SHOP, path: '.github/tonic.yml', message: 'Back', sha: data.sha });
    await shop.world.sandbox.idle();
  });

  test('a command is answered with file, line, column and remedy; nothing is decided on guessed rules', async () => {
    const broken = 'environments:\n  uat:\n    brnch: uat\nslots: [unclosed\n';
    await shop.world.as('ada').rest.repos.createOrUpdateFileContents({
      ...SHOP,
      path: '.github/tonic.yml',
      message: 'Break it',
      content: Buffer.from(broken).toString('base64'),
    });
    await shop.world.sandbox.idle();
    const head = await shop.ledgerHead();
    const before = await bugFile();
    await shop.say('/close it');
    expect((await shop.answers()).at(-1)).toMatch(
      /Nothing was done: the configuration is broken[^]*\.github\/tonic\.yml:\d+:\d+/u,
    );
    expect(await shop.ledgerHead()).toBe(head);
    expect(await bugFile()).toEqual(before);
    expect(await shop.world.as('ada').rest.issues.get({ ...SHOP, issue_number: shop.bug })).toMatchObject({
      data: { state: 'open' },
    });
  });

  test('a slot and a reconciliation do nothing either, and the log says why', async () => {
    const before = await shop.snapshot();
    const lines = shop.log.length;
    await shop.app.reconcile();
    await shop.app.tick();
    expect(shop.log.slice(lines).join('\n')).toMatch(/reconcile failed for acme\/shop.*tonic\.yml/su);
    expect(await shop.snapshot()).toEqual(before);
  });

  test('the command that was answered is not carried out once the file is mended', async () => {
    const ada = shop.world.as('ada').rest;
    const { data } = await ada.repos.getContent({ ...SHOP, path: '.github/tonic.yml' });
    const content = Buffer.from('environments:\n  uat:\n    branch: uat\n').toString('base64');
    const sha = 'sha' in data ? data.sha : '';
    await ada.repos.createOrUpdateFileContents({
      ...SHOP,
      path: '.github/tonic.yml',
      message: 'Mend it',
      content,
      sha,
    });
    await shop.world.sandbox.idle();
    await shop.app.reconcile();
    expect(await bugFile()).toMatchObject({ status: 'confirmed' });
  });
});

/** A command that nobody wrote. */
function forged(): object {
  const { payload } = shop.deliveredComment();
  return { ...payload, comment: { ...payload.comment, id: 987_654, body: '/close it' } };
}

describe('a webhook that GitHub did not send', () => {
  test.each<[string, { secret?: string; headers?: Record<string, string> }]>([
    ['with the signature of another secret', { secret: 'guess' }],
    ['with a signature that is none', { headers: { 'x-hub-signature-256': 'sha256=00' } }],
    [
      'with the old kind of signature only',
      { headers: { 'x-hub-signature-256': '', 'x-hub-signature': 'sha1=00' } },
    ],
    ['with an empty signature', { headers: { 'x-hub-signature-256': '' } }],
  ])('%s is refused and changes nothing', async (_, wrong) => {
    const before = await shop.snapshot();
    const answer = await shop.post('issue_comment', forged(), wrong);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    await shop.world.sandbox.idle();
    expect(await shop.snapshot()).toEqual(before);
  });

  test('with a good signature of another body is refused', async () => {
    const before = await shop.snapshot();
    const signature = createHmac('sha256', 'sesame').update('{}').digest('hex');
    const answer = await shop.post('issue_comment', forged(), {
      headers: { 'x-hub-signature-256': `sha256=${signature}` },
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(await shop.snapshot()).toEqual(before);
  });
});

describe('a delivery that comes again', () => {
  test('as the same bytes, and as GitHub’s redelivery, does nothing twice', async () => {
    await shop.say('/severity low');
    const { delivery } = shop.deliveredComment();
    expect(delivery.requestBody).toContain('/severity low');
    const before = await shop.snapshot();
    const again = await fetch(shop.app.webhookUrl, {
      method: 'POST',
      body: delivery.requestBody,
      headers: delivery.requestHeaders,
    });
    expect(again.status).toBe(200);
    shop.world.sandbox.deliveries.redeliver(delivery);
    await shop.world.sandbox.idle();
    expect(await shop.snapshot()).toEqual(before);
  });
});

describe('a delivery about a place that is not ours', () => {
  test('an installation that this App does not have: it fails, and nothing changes', async () => {
    const before = await shop.snapshot();
    const { payload } = shop.deliveredComment();
    const repository = {
      ...payload.repository,
      id: 4_711,
      name: 'theirs',
      full_name: 'evil/theirs',
      owner: { login: 'evil' },
    };
    const comment = { ...payload.comment, id: 555_001, body: '/close it' };
    const answer = await shop.post('issue_comment', {
      ...payload,
      repository,
      comment,
      installation: { id: 999_999 },
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await shop.snapshot()).toEqual(before);
  });

  test('our installation, and a repository that it is not on: it fails, and nothing changes', async () => {
    const before = await shop.snapshot();
    const { payload } = shop.deliveredComment();
    const repository = { ...payload.repository, id: 4_712, name: 'secret', full_name: 'acme/secret' };
    const comment = { ...payload.comment, id: 555_003, body: '/close it' };
    const answer = await shop.post('issue_comment', { ...payload, repository, comment });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await shop.snapshot()).toEqual(before);
  });

  test('another installation of this App, which does not reach it: it is ignored, and nothing changes', async () => {
    const { sandbox, app } = shop.world;
    const owner = addOrganization(sandbox, { login: 'evil', basePermission: 'none' });
    addRepository(sandbox, { owner, name: 'theirs', private: true });
    const installation = installApp(sandbox, app, { account: owner });
    const before = await shop.snapshot();
    const { payload } = shop.deliveredComment();
    const comment = { ...payload.comment, id: 555_004, body: '/close it' };
    const answer = await shop.post('issue_comment', {
      ...payload,
      comment,
      installation: { id: installation.id },
    });
    expect(answer.status).toBe(404);
    expect(shop.log.at(-1)).toContain('does not serve');
    expect(await shop.snapshot()).toEqual(before);
  });

  test('no installation at all: it fails, and nothing changes', async () => {
    const before = await shop.snapshot();
    const { payload } = shop.deliveredComment();
    const { installation: _, ...without } = payload;
    const comment = { ...payload.comment, id: 555_002, body: '/close it' };
    const answer = await shop.post('issue_comment', { ...without, comment });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await shop.snapshot()).toEqual(before);
  });
});
