import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBadInputShop, SHOP, type BadInputShop } from './bad-input-shop.ts';

let shop: BadInputShop;
beforeEach(async () => {
  shop = await openBadInputShop();
});
afterEach(() => shop.close());

const path = () => `bugs/${shop.bug}.json`;

const isAlert = ({ labels }: { readonly labels: readonly string[] }) => labels.includes('tonic:alert');

async function withoutAlerts(): Promise<object> {
  const { branches, issues } = await shop.snapshot();
  return { branches, issues: issues.filter((issue) => !isAlert(issue)) };
}

test.each<[string, (good: string) => Promise<void>, RegExp]>([
  [
    'a version of the ledger that is not known',
    (good) => shop.smuggle(path(), good.replace('"schema_version": 1', '"schema_version": 2')),
    /bugs\/1\.json cannot be trusted: schema_version is 2.*reads 1 only; update/su,
  ],
  [
    'a file that was written half',
    (good) => shop.smuggle(path(), good.slice(0, good.length / 2)),
    /bugs\/1\.json cannot be trusted: it is no complete JSON/u,
  ],
  [
    'a commit by a person, whatever it says',
    (good) => shop.smuggle(path(), good.replace('"confirmed"', '"pending_prod"'), 'ada'),
    /written by ada, not by tonic\[bot\]/u,
  ],
  [
    'a branch that was put back',
    async () => {
      const ada = shop.world.as('ada').rest;
      const { data } = await ada.git.getCommit({ ...SHOP, commit_sha: await shop.ledgerHead() });
      const sha = data.parents[0]?.sha ?? '';
      await ada.git.updateRef({ ...SHOP, ref: 'heads/tonic-ledger', sha, force: true });
      await shop.world.sandbox.idle();
    },
    /history was rewritten/u,
  ],
])(
  '%s: the next command is answered with what is wrong, and nothing is written',
  async (...[, spoil, words]) => {
    await spoil(await shop.ledgerFile(path()));
    const head = await shop.ledgerHead();
    const { data: issue } = await shop.world.as('ada').rest.issues.get({ ...SHOP, issue_number: shop.bug });

    await shop.say('/close it');

    const [answer = ''] = (await shop.answers()).slice(-1);
    expect(answer).toMatch(words);
    expect(answer).toContain('Nothing was done');
    expect(await shop.ledgerHead()).toBe(head);
    const after = await shop.world.as('ada').rest.issues.get({ ...SHOP, issue_number: shop.bug });
    expect(after.data).toMatchObject({ state: 'open', labels: issue.labels });

    // The admins are told of it in an issue of its own, once; all else stays as it is.
    const before = await withoutAlerts();
    await shop.app.reconcile();
    shop.world.sandbox.clock.advanceTo(Date.parse('2026-11-23T12:00:00Z'));
    await shop.app.tick();
    await shop.app.reconcile();
    expect(await withoutAlerts()).toEqual(before);
    expect((await shop.snapshot()).issues.filter(isAlert)).toMatchObject([{ state: 'open', comments: 0 }]);
    expect(shop.log.join('\n')).toMatch(words);
  },
);
