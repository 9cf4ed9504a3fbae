import { afterAll, beforeAll, expect, it } from 'vitest';
import { labels, offersFix, reports } from '../../src/cli/story/deed.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

/**
 * A command at most 8, an idle slot at most 4, the whole life of a bug in Flow 1 at most 40, a rollback from the command to
 * its last word at most 21, a hotfix from the word of the second person until its workflow is started at most 9, the start
 * among them; and for each environment with the App's protection rule, its word on a deploy: the run, what the ledger says
 * of it, the answer.
 */
const LIMIT = { command: 8, idleSlot: 4, life: 40, rollback: 21, hotfixStart: 9, word: 3 };

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.demo.close());

interface Count {
  readonly act: string;
  readonly api: number;
  /** Of these, what each answer to the protection rule took. */
  readonly words: readonly number[];
  readonly tokens: number;
  readonly limit: number | null;
}

/** An answer begins with the look at its run and ends with the answer itself. */
function callsOfWords(
  requests: readonly { readonly actor: string; readonly route: string | null }[],
): number[] {
  const made = requests.filter(({ actor, route }) => actor.includes('tonic') && route !== 'git');
  const routes = made.map(({ route }) => route ?? '');
  return routes.flatMap((route, at) =>
    route.endsWith('/deployment_protection_rule')
      ? [at - routes.lastIndexOf('/repos/{owner}/{repo}/actions/runs/{run_id}', at) + 1]
      : [],
  );
}

async function count(act: string, limit: number | null, work: () => Promise<unknown>): Promise<Count> {
  const before = shop.demo.calls();
  const from = shop.demo.sandbox.requests.length;
  await work();
  await shop.demo.settle();
  const after = shop.demo.calls();
  if (process.env['SHOW_CALLS'] === '1') {
    const made = shop.demo.sandbox.requests
      .slice(from)
      .filter(({ actor, route }) => actor.includes('tonic') && route !== 'git');
    console.log(
      act,
      made.map(({ method, route, operation }) => `${method} ${route} ${operation ?? ''}`),
    );
  }
  const words = callsOfWords(shop.demo.sandbox.requests.slice(from));
  return { act, api: after.api - before.api, words, tokens: after.tokens - before.tokens, limit };
}

/** How many calls it takes until a workflow is started, that one among them. */
async function countToStart(work: () => Promise<unknown>): Promise<number> {
  const from = shop.demo.sandbox.requests.length;
  await work();
  const routes = shop.demo.sandbox.requests
    .slice(from)
    .filter(({ actor, route }) => actor.includes('tonic') && route !== 'git')
    .map(({ route }) => route ?? '');
  return routes.findIndex((route) => route.endsWith('/dispatches')) + 1;
}

const total = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0);

function render(counts: readonly Count[]): string {
  const rows = counts.map(
    ({ act, api, tokens, limit }) =>
      `${act.padEnd(44)} ${String(api).padStart(4)} calls  ${limit === null ? '' : `of ${limit}`.padEnd(6)}  ${tokens} tokens`,
  );
  return ['API calls of the App and the Action', ...rows].join('\n');
}

it('each act stays within its budget of API calls', async () => {
  const { demo, scene } = shop;
  const idle = await count('an idle T1', LIMIT.idleSlot, () => shop.to('20:00'));
  const idleT2 = await count('an idle T2', LIMIT.idleSlot, () => shop.to('22:00'));
  await shop.to('09:00', 2);
  const life = [
    await count('a report', null, async () => {
      await reports('rita', 'vat', { title: 'VAT on the full price', body: 'src/vat.js' })(scene);
      await demo.settle();
      await labels('dan', { vat: ['bug', 'severity:medium'] })(scene);
    }),
    await count('/confirm', LIMIT.command, () => shop.say('ada', 'vat', '/confirm')),
    await count('a fix that names the bug', null, () =>
      offersFix('dan', 'vat', { base: 'uat', title: 'Mend VAT', changes: [FIX.vat] })(scene),
    ),
    await count('its review', null, () => scene.actor('eve').approve(scene.numberOf('vat.fix'))),
    await count('T1 to UAT', null, () => shop.to('20:00', 2)),
    await count('/approve-prod', LIMIT.command, () => shop.say('ada', 'vat', '/approve-prod')),
    await count('T2 to PROD', null, () => shop.to('22:00', 2)),
  ];
  const sum = (pick: (each: Count) => number) => life.reduce((total, each) => total + pick(each), 0);
  const whole = {
    act: 'the life of a bug in Flow 1 but for words',
    api: sum((each) => each.api - total(each.words)),
    words: [],
    tokens: sum((each) => each.tokens),
    limit: LIMIT.life,
  };
  await shop.confirmed('coupon');
  const refused = await count('a refused command', LIMIT.command, () =>
    shop.say('dan', 'coupon', '/approve-prod'),
  );
  const status = await count('/status', LIMIT.command, () => shop.say('rita', 'coupon', '/status'));
  expect(await shop.statusOf('vat')).toBe('deployed_prod');
  const back = await count('/rollback', LIMIT.rollback, () =>
    shop.say('ada', 'vat', '/rollback prod prices are wrong'),
  );
  expect(await shop.statusOf('vat')).toBe('confirmed');

  const counts = [idle, idleT2, ...life, whole, refused, status, back];
  console.log(render(counts));
  const over = counts.filter(({ api, limit }) => limit !== null && api > limit);
  expect(over).toEqual([]);
  const words = life.flatMap((each) => each.words);
  expect(words).toHaveLength(2);
  expect(Math.max(...words)).toBeLessThanOrEqual(LIMIT.word);
});

it('a hotfix by two people is started within its budget of API calls', async () => {
  const { demo, scene } = shop;
  await reports('rita', 'price', { title: 'Prices are gone', body: 'src/coupon.js' })(scene);
  await labels('dan', { price: ['bug', 'severity:critical'] })(scene);
  await demo.settle();
  await shop.fixed('price', FIX.coupon, 'main');
  await shop.say('ada', 'price', '/freeze until 2031-01-01 the till is counted');
  const first = await count('/hotfix of one who needs another', LIMIT.command, () =>
    shop.say('ada', 'price', '/hotfix'),
  );
  const started = await countToStart(() => shop.say('eve', 'price', '/approve-hotfix'));
  console.log(`${render([first])}\nfrom /approve-hotfix to the start of its workflow: ${started}`);
  expect(first.api).toBeLessThanOrEqual(LIMIT.command);
  expect(started).toBeGreaterThan(0);
  expect(started).toBeLessThanOrEqual(LIMIT.hotfixStart);
});
