import { describe, expect, test } from 'vitest';
import { handleComment } from '../../../src/usecases/handle-comment.ts';
import { LedgerFailure } from '../../../src/ports/ledger.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import {
  answersOn,
  bring,
  bugIn,
  bugOnUat,
  confirmedBug,
  createShop,
  later,
  ledgerTrouble,
  openIssue,
  readyFix,
  say,
  slot,
  statusOn,
} from './support.ts';

describe('a comment counts once', () => {
  test('whoever brings it again, and how often', async () => {
    const shop = createShop();
    const issue = await openIssue(shop);
    const body = '/confirm';
    const id = await say(shop, { issue, body });
    const commits = shop.ledger.messages().length;
    const running = shop.open();
    for (const context of [running, running, shop.open()])
      await bring(shop, { by: 'ada', issue, body, id }, context);
    expect(shop.ledger.messages()).toHaveLength(commits);
    expect(bugIn(shop, issue).commands).toHaveLength(1);
    expect(answersOn(shop, issue)).toHaveLength(1);
    expect(shop.world.reactions).toEqual([{ commentId: id, reaction: 'eyes' }]);
  });

  test('also when two processes get it at the same time', async () => {
    const shop = createShop();
    const issue = await openIssue(shop);
    const id = shop.people.comment({ by: 'ada', issue, body: '/confirm' });
    const comment = { by: 'ada', issue, body: '/confirm', id };
    await Promise.all([bring(shop, comment), bring(shop, comment)]);
    expect(bugIn(shop, issue).timeline.map(({ event }) => event)).toEqual(['report', 'confirm']);
    expect(answersOn(shop, issue)).toHaveLength(1);
  });

  test('and a refused one is counted too: the role that comes later does not carry it out', async () => {
    const shop = createShop();
    const issue = await openIssue(shop);
    const id = await say(shop, { by: 'wes', issue, body: '/confirm' });
    expect(bugIn(shop, issue)).toMatchObject({
      status: 'submitted',
      commands: [{ key: `comment-${id}`, command: 'confirm', outcome: 'refused', reason: 'not_allowed' }],
    });
    shop.world.standings.set(3, { permission: 'admin', isBot: false });
    await bring(shop, { by: 'wes', issue, body: '/confirm', id });
    await reconcileAndWrite(shop.open());
    expect(bugIn(shop, issue).status).toBe('submitted');
  });
});

describe('a person without the role changes nothing', () => {
  test.each([
    ['max', '/confirm'],
    ['wes', '/approve-prod'],
    ['out', '/reject no'],
    ['rea', '/severity low'],
    ['tia', '/plan'],
    ['tia', '/fix #2'],
    ['max', '/retry'],
    ['max', '/close it'],
    ['max', '/unapprove'],
  ])('%s says %s', async (by, body) => {
    const shop = createShop();
    const issue = await openIssue(shop);
    const { commands: _, ...before } = bugIn(shop, issue);
    await say(shop, { by, issue, body });
    const { commands, ...after } = bugIn(shop, issue);
    expect({ ...after, cardCommentId: null }).toEqual({ ...before, cardCommentId: null });
    expect(commands).toMatchObject([{ outcome: 'refused', reason: 'not_allowed' }]);
    expect(answersOn(shop, issue)).toEqual([expect.stringContaining('Nothing was changed')]);
  });
});

test('a bot’s comment is no command', async () => {
  const shop = createShop();
  const issue = await openIssue(shop);
  const comment = { issue, id: 5, body: '/confirm', writtenAtMs: shop.world.now() };
  await handleComment(shop.open(), { ...comment, author: shop.world.bot, authorIsBot: true });
  expect(bugIn(shop, issue).commands).toEqual([]);
});

test.each([
  ['an unknown command', '/deploy now', 'unknown_command', 'There is no command `/deploy`'],
  ['arguments that it does not understand', '/confirm flow3', 'bad_arguments', 'Say `/confirm`'],
  ['two commands', '/confirm\n/approve-prod', 'bad_arguments', 'One command a comment'],
  ['too long a comment', `/confirm\n${'x'.repeat(300_000)}`, 'bad_arguments', 'too long'],
])('%s: refused with what to do instead', async (...[, body, reason, words]) => {
  const shop = createShop();
  const issue = await openIssue(shop);
  await say(shop, { issue, body });
  expect(bugIn(shop, issue)).toMatchObject({
    status: 'submitted',
    commands: [{ outcome: 'refused', reason }],
  });
  expect(answersOn(shop, issue)).toEqual([expect.stringContaining(words)]);
});

describe('a batch', () => {
  test('approves what it can and says why not of the rest', async () => {
    const shop = createShop();
    const ready = await confirmedBug(shop);
    readyFix(shop, ready);
    const other = await confirmedBug(shop);
    await slot(shop, 'T1');
    later(shop);
    await say(shop, { issue: other, body: `/approve-prod #${ready} #${other} #999` });
    expect(bugIn(shop, ready).status).toBe('pending_prod');
    expect(bugIn(shop, other).status).toBe('planned');
    const [answer = ''] = answersOn(shop, other).slice(-1);
    expect(answer).toMatch(new RegExp(`✅ #${ready}: Approved for PROD`, 'u'));
    expect(answer).toMatch(new RegExp(`❌ #${other}: `, 'u'));
    expect(answer).toContain('❌ #999: It is no tracked bug.');
    expect(answersOn(shop, ready).some((body) => body.includes('Approved for PROD'))).toBe(false);
  });

  test('of all takes every bug that waits for it', async () => {
    const shop = createShop();
    const bugs = [await confirmedBug(shop), await confirmedBug(shop)];
    for (const bug of bugs) readyFix(shop, bug);
    const aside = await confirmedBug(shop);
    await slot(shop, 'T1');
    later(shop);
    await say(shop, { issue: aside, body: '/approve-prod all' });
    expect(bugs.map((bug) => bugIn(shop, bug).status)).toEqual(['pending_prod', 'pending_prod']);
    expect(bugIn(shop, aside).commands.at(-1)).toMatchObject({ outcome: 'done' });
  });
});

describe('an issue that is no tracked bug', () => {
  test('answers a command once, and nothing is written', async () => {
    const shop = createShop();
    const issue = shop.people.openIssue({ by: 'rea' });
    const id = await say(shop, { issue, body: '/confirm' });
    await bring(shop, { by: 'ada', issue, body: '/confirm', id });
    expect(answersOn(shop, issue)).toEqual([
      expect.stringContaining('this issue is none. Put the bug label on'),
    ]);
    expect(shop.ledger.messages()).toEqual([]);
  });

  test('does not carry the command out when it becomes one later: it was answered', async () => {
    const shop = createShop();
    const issue = shop.people.openIssue({ by: 'rea' });
    await say(shop, { issue, body: '/confirm' });
    later(shop);
    shop.people.label(issue, { add: ['bug'] });
    await reconcileAndWrite(shop.open());
    expect(bugIn(shop, issue).status).toBe('submitted');
    expect(statusOn(shop, issue)).toEqual(['status:submitted']);
  });

  test('says nothing to an unknown command: it speaks to somebody else', async () => {
    const shop = createShop();
    const issue = shop.people.openIssue({ by: 'rea' });
    await say(shop, { issue, body: '/assign me' });
    expect(answersOn(shop, issue)).toEqual([]);
  });
});

describe('a configuration that is not understood', () => {
  const problem = '.github/tonic.yml:3:5: unknown key "brnch"; did you mean "branch"?';

  test('is the answer, with file, line and column, and nothing is done', async () => {
    const shop = createShop();
    const issue = await openIssue(shop);
    const commits = shop.ledger.messages().length;
    shop.broken = problem;
    const id = await say(shop, { issue, body: '/confirm' });
    await bring(shop, { by: 'ada', issue, body: '/confirm', id });
    expect(answersOn(shop, issue)).toEqual([expect.stringContaining(problem)]);
    expect(answersOn(shop, issue)[0]).toContain('Nothing was done');
    expect(shop.ledger.messages()).toHaveLength(commits);
  });

  test('calls nobody and links nowhere, whatever is written in it', async () => {
    const shop = createShop();
    const issue = await openIssue(shop);
    shop.broken = '.github/tonic.yml:1:1 @wes is not known here\n```\n@acme/leads [x](http://x.example)';
    await say(shop, { issue, body: '/confirm' });
    expect(answersOn(shop, issue)).toEqual([
      expect.stringContaining(`\n\n\`\`\`\`\n${shop.broken}\n\`\`\`\``),
    ]);
  });

  test('does not carry the command out once it is mended: it was answered', async () => {
    const shop = createShop();
    const issue = await openIssue(shop);
    shop.broken = problem;
    await say(shop, { issue, body: '/confirm' });
    shop.broken = null;
    later(shop);
    await reconcileAndWrite(shop.open());
    expect(bugIn(shop, issue).status).toBe('submitted');
  });
});

describe('when the ledger cannot be written', () => {
  test('the handler throws, so that GitHub knows, and nothing is said', async () => {
    const shop = createShop();
    const issue = await openIssue(shop);
    const context = shop.open();
    await context.ledger.load();
    const id = shop.people.comment({ by: 'ada', issue, body: '/confirm' });
    const before = shop.world.issues.get(issue)?.comments.length;
    const broken = {
      ...context,
      ledger: { ...context.ledger, update: () => Promise.reject(ledgerTrouble()) },
    };
    await expect(bring(shop, { by: 'ada', issue, body: '/confirm', id }, broken)).rejects.toThrow(
      'does not answer',
    );
    expect(bugIn(shop, issue).status).toBe('submitted');
    expect(shop.world.issues.get(issue)?.comments).toHaveLength(before ?? -1);
    await bring(shop, { by: 'ada', issue, body: '/confirm', id });
    expect(bugIn(shop, issue).status).toBe('confirmed');
    expect(answersOn(shop, issue)).toHaveLength(1);
  });
});

test('a ledger that a person has to mend is the answer, and the delivery is not asked for again', async () => {
  const shop = createShop();
  const issue = await openIssue(shop);
  const words = 'schema_version is 2';
  const context = shop.open();
  const trouble = () => Promise.reject(new LedgerFailure(words, { retryable: false }));
  const broken = { ...context, ledger: { ...context.ledger, load: trouble, update: trouble } };
  await say(shop, { issue, body: '/confirm' }, broken);
  expect(answersOn(shop, issue)).toEqual([expect.stringContaining(words)]);
  await reconcileAndWrite(shop.open());
  expect(bugIn(shop, issue).status).toBe('submitted');
});

test('an approval is decided on the ledger as it is when it is written', async () => {
  const shop = createShop();
  const bug = await bugOnUat(shop);
  shop.ledger.writeBeforeNext((state) => {
    const now = state.bugs.get(bug);
    if (now === undefined) throw new Error('the bug is not there');
    return { writes: { bugs: [{ ...now, status: 'closed' }] }, message: 'closed meanwhile', result: null };
  });
  await say(shop, { issue: bug, body: '/approve-prod' });
  expect(bugIn(shop, bug)).toMatchObject({ status: 'closed', approvals: [] });
  expect(bugIn(shop, bug).commands.at(-1)).toMatchObject({ outcome: 'refused', reason: 'wrong_status' });
});
