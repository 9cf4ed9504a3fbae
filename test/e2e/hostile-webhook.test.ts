import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findAlive } from '../support/alive.ts';
import { openTraps, type OpenTraps } from '../support/hostile-traps.ts';
import { hostile, writeOut } from '../support/hostile.ts';
import { openBadInputShop, SHOP, type BadInputShop } from './bad-input-shop.ts';

/** What GitHub takes for an answer that never came. */
const GITHUB_WAITS_MS = 10_000;

const Payload = z.record(z.string(), z.unknown());

let shop: BadInputShop;
let traps: OpenTraps;
/** As everything stood before the first hostile word. */
let before: Standing;
beforeAll(async () => {
  traps = await openTraps();
  shop = await openBadInputShop();
  await shop.world.commit({ 'src/cart.js': 'export const cart = [1];\n' }, 'fix/cart');
  await shop.world
    .as('wes')
    .rest.pulls.create({ ...SHOP, head: 'fix/cart', base: 'uat', title: 'Fill it', body: 'Fixes #999' });
  await shop.say('Only words', { by: 'rea' });
  before = await standing();
});
afterAll(async () => {
  await shop.close();
  await traps.close();
});

/** The newest payload of an event that the App really got. */
function realPayload(event: string): z.infer<typeof Payload> {
  const found = shop.world.sandbox.deliveries.log.findLast((delivery) => delivery.event === event);
  if (found === undefined) throw new Error(`no ${event} was delivered`);
  return Payload.parse(JSON.parse(found.requestBody));
}

/** A payload with other values at some paths. */
function changed(payload: z.infer<typeof Payload>, set: Readonly<Record<string, unknown>>): object {
  let copy = payload;
  for (const [path, value] of Object.entries(set))
    copy = put(copy, path.split('.'), typeof value === 'string' ? writeOut(value, traps) : value);
  return copy;
}

function put(
  target: z.infer<typeof Payload>,
  path: readonly string[],
  value: unknown,
): z.infer<typeof Payload> {
  const [step = '', ...rest] = path;
  return { ...target, [step]: rest.length === 0 ? value : put(Payload.parse(target[step]), rest, value) };
}

interface Standing {
  readonly branches: readonly (readonly [string, string])[];
  readonly issue: readonly unknown[];
  readonly bug: object;
}

/** What nobody without a role may move. */
async function standing(): Promise<Standing> {
  const ada = shop.world.as('ada').rest;
  const { data: branches } = await ada.repos.listBranches({ ...SHOP, per_page: 100 });
  const { data: issue } = await ada.issues.get({ ...SHOP, issue_number: shop.bug });
  const bug = Payload.parse(JSON.parse(await shop.ledgerFile(`bugs/${shop.bug}.json`)));
  return {
    branches: branches
      .filter(({ name }) => name !== 'tonic-ledger')
      .map(({ name, commit }) => [name, commit.sha] as const),
    issue: [issue.state, issue.title, issue.labels],
    bug: { ...bug, commands: null, card_comment_id: null },
  };
}

/** Posts it, and looks at the answer: in time, and one sentence: no stack, and nothing of what was sent. */
async function postInTime(event: string, payload: object | string): Promise<void> {
  const startedMs = performance.now();
  const answer = await shop.post(event, payload);
  const words = await answer.text();
  expect(performance.now() - startedMs).toBeLessThan(GITHUB_WAITS_MS);
  expect([200, 400, 401, 404, 413, 500, 503]).toContain(answer.status);
  expect(words).toMatch(/^[\w ,;:’'-]{1,80}\n$/u);
}

/** The App answers still, nothing has run, and nobody was asked for anything. */
async function expectHealth(): Promise<void> {
  const health = new URL('/healthz', shop.app.webhookUrl);
  expect((await fetch(health)).status).toBe(200);
  expect([existsSync(traps.canary), traps.asked()]).toEqual([false, []]);
}

describe('a signed webhook with nonsense in it is answered in time and moves nothing:', () => {
  test.each(hostile('payloads'))('$name', async ({ event, text, set }) => {
    await postInTime(
      event,
      text === undefined ? changed(realPayload(event), set ?? {}) : writeOut(text, traps),
    );
    await shop.world.sandbox.idle();
    expect(await standing()).toEqual(before);
    await expectHealth();
  });
});

describe('names of branches and texts that GitHub would not have taken change nothing when they come in payloads:', () => {
  test.each(hostile('branches'))('the branch: $name', async ({ text }) => {
    const name = writeOut(text, traps);
    await postInTime('push', changed(realPayload('push'), { ref: `refs/heads/${name}` }));
    const pull = changed(realPayload('pull_request'), {
      'pull_request.head.ref': name,
      'pull_request.base.ref': name,
      'pull_request.body': `Fixes #${shop.bug}`,
    });
    await postInTime('pull_request', pull);
    await shop.world.sandbox.idle();
    expect(await standing()).toEqual(before);
    await expectHealth();
  });

  test.each([...hostile('titles'), ...hostile('bodies')])('the text: $name', async ({ text }) => {
    const written = writeOut(text, traps);
    await postInTime(
      'issues',
      changed(realPayload('issues'), { 'issue.title': written, 'issue.body': written }),
    );
    await postInTime('issue_comment', changed(realPayload('issue_comment'), { 'comment.body': written }));
    await expectHealth();
  });
});

describe('a configuration of whatever text is answered for, with nothing in the answer alive:', () => {
  test.each(hostile('configs'))('$name', async ({ text, reads }) => {
    const ada = shop.world.as('ada').rest;
    const at = { ...SHOP, path: '.github/tonic.yml' };
    const sha = await ada.repos
      .getContent(at)
      .then(({ data }) => ('sha' in data ? { sha: data.sha } : {}))
      .catch(() => ({}));
    const content = Buffer.from(writeOut(text, traps)).toString('base64');
    await ada.repos.createOrUpdateFileContents({ ...at, ...sha, message: 'Set', content });
    await shop.world.sandbox.idle();
    const answered = (await shop.answers()).length;

    await shop.say('/status', { by: 'rea' });

    const answers = (await shop.answers()).slice(answered);
    expect(answers).toHaveLength(1);
    expect(answers[0]?.includes('the configuration is broken')).toBe(reads === 'broken');
    for (const answer of answers) expect(findAlive(answer)).toEqual([]);
    const { issue, bug } = await standing();
    expect({ issue, bug }).toEqual({ issue: before.issue, bug: before.bug });
    await expectHealth();
  });
});
