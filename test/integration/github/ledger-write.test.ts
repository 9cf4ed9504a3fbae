import { firstWatermark } from '../../../src/domain/watermark.ts';
import { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LedgerFailure } from '../../../src/ports/ledger.ts';
import { aRelease } from '../../support/builders.ts';
import { BRANCH, bugOf, openShop, report, SHOP, thrownBy, type Shop } from './support.ts';

const BEGAN_MS = Date.UTC(2026, 10, 20);

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.world.close());

const commits = async () => {
  const octokit = shop.world.as('ada');
  return octokit.paginate(octokit.rest.repos.listCommits, { ...SHOP, sha: BRANCH, per_page: 100 });
};
const messageAt = async (index: number) => (await commits())[index]?.commit.message ?? '';

test('the branch begins with one parentless, signed commit of the App, which people can read', async () => {
  await shop.process().ledger.update(report(7));
  const [first, ...others] = await commits();
  expect(others).toEqual([]);
  expect(first?.parents).toEqual([]);
  expect(first?.author?.login).toBe('tonic[bot]');
  expect(first?.commit.verification?.verified).toBe(true);
  const { data } = await shop.world
    .as('ada')
    .rest.repos.getContent({ ...SHOP, path: 'README.md', ref: BRANCH });
  expect('content' in data && Buffer.from(data.content, 'base64').toString()).toContain('Do not edit it');
});

test('ten processes that begin the branch at once all have their say', async () => {
  await Promise.all(
    Array.from({ length: 10 }, (_, index) => shop.process().ledger.update(report(index + 1))),
  );
  expect((await shop.process().ledger.load()).bugs.size).toBe(10);
});

test('of two processes with fifty intents each at once, every intent is kept and counted once', async () => {
  await shop.process().ledger.update(report(1000));
  const ledgers = [shop.process().ledger, shop.process().ledger];
  const before = await Promise.all(
    ledgers.flatMap((ledger, which) =>
      Array.from({ length: 50 }, (_, index) => ledger.update(report(which * 50 + index + 1))),
    ),
  );
  expect((await shop.process().ledger.load()).bugs.size).toBe(101);
  expect(before.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  expect((await commits()).length).toBeLessThanOrEqual(5);
});

const reallyWait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test('two processes that write one after the other, twenty times each, lose nothing and do not starve', async () => {
  const ledgers = [shop.process({ wait: reallyWait }).ledger, shop.process({ wait: reallyWait }).ledger];
  await Promise.all(
    ledgers.map(async (ledger, which) => {
      for (let index = 1; index <= 20; index += 1) await ledger.update(report(which * 20 + index));
    }),
  );
  expect((await shop.process().ledger.load()).bugs.size).toBe(40);
});

test('the commit reads as an audit line, names its files and starts no workflow', async () => {
  const { ledger } = shop.process();
  await ledger.update(report(7));
  await ledger.update(() => ({
    writes: {
      bugs: [bugOf(7), { ...bugOf(8), status: 'confirmed' }],
      watermark: { ...firstWatermark(BEGAN_MS), readUpToMs: 5 },
    },
    message: '@ada confirms bug 8\nand more ',
    result: null,
  }));
  expect(await messageAt(0)).toMatch(
    /^@ada confirms bug 8 and more \[skip ci\]\n\nbugs\/8\.json\nwatermark\.json\n\nWrite: [0-9a-f-]{36}$/u,
  );
});

test('a commit of several intents names the first and lists them all', async () => {
  const { ledger } = shop.process();
  await ledger.update(report(7));
  await Promise.all([ledger.update(report(1)), ledger.update(report(2)), ledger.update(report(3))]);
  expect(await messageAt(0)).toMatch(
    /^Bug 1 is reported by @rea and 2 more \[skip ci\]\n\n- Bug 1 [^\n]*\n- Bug 2 [^\n]*\n- Bug 3 /u,
  );
});

test('a file is the same bytes for the same record, one value a line', async () => {
  await shop.process().ledger.update(report(7));
  const { data } = await shop.world
    .as('ada')
    .rest.repos.getContent({ ...SHOP, path: 'bugs/7.json', ref: BRANCH });
  const text = 'content' in data ? Buffer.from(data.content, 'base64').toString() : '';
  expect(text.split('\n').slice(0, 5)).toEqual([
    '{',
    '  "schema_version": 1,',
    '  "number": 7,',
    '  "status": "submitted",',
    '  "severity": null,',
  ]);
  expect(text).toContain('  "reported_at_ms": 1795000000000,\n');
  await shop.process().ledger.update(report(7));
  expect(await commits()).toHaveLength(1);
});

describe('calls', () => {
  test('a new process reads a ledger in one call, together with everything else that is asked then', async () => {
    const writer = shop.process().ledger;
    for (const number of [1, 2, 3]) await writer.update(report(number));
    const { ledger, observer } = shop.process();
    shop.calls();
    await Promise.all([
      ledger.load(),
      observer.defaultBranchFile('README.md'),
      observer.lastDeployment('UAT'),
      observer.lastDeployment('PROD'),
      observer.issues([1, 2]),
    ]);
    expect(shop.calls()).toEqual(['POST /graphql TonicRead']);
  });

  test('a write on a state that was seen is one call, and so is reading a head that did not move', async () => {
    const { ledger } = shop.process();
    await ledger.update(report(1));
    shop.calls();
    await ledger.update(report(2));
    expect(shop.calls()).toEqual(['POST /graphql TonicCommit']);
    await ledger.load();
    expect(shop.calls()).toEqual(['POST /graphql TonicRead']);
    await ledger.recent();
    expect(shop.calls()).toEqual([]);
  });

  test('files that changed are read together, and only those', async () => {
    const { ledger } = shop.process();
    await ledger.update(report(1));
    const other = shop.process().ledger;
    for (let number = 2; number <= 130; number += 1) void other.update(report(number));
    await other.update(report(131));
    shop.calls();
    expect((await ledger.load()).bugs.size).toBe(131);
    // The head, then 130 blobs, a hundred a call.
    expect(shop.calls()).toEqual([
      'POST /graphql TonicRead',
      'POST /graphql TonicRead',
      'POST /graphql TonicRead',
    ]);
  });

  test('a head that a webhook told of is read before it is written on', async () => {
    const { ledger } = shop.process();
    await ledger.update(report(1));
    await shop.process().ledger.update(report(2));
    ledger.noteHead(await shop.head());
    shop.calls();
    expect((await ledger.recent()).bugs.size).toBe(2);
    expect(shop.calls()).toHaveLength(2);
    await ledger.update(report(3));
    expect(shop.calls()).toEqual(['POST /graphql TonicCommit']);
  });

  test('the files that a webhook told of are read together with the head', async () => {
    const { ledger } = shop.process();
    await ledger.update(report(1));
    await shop.process().ledger.update(report(2));
    ledger.noteHead(await shop.head(), ['bugs/2.json', 'bugs/gone.json', 'README.md']);
    shop.calls();
    expect((await ledger.recent()).bugs.size).toBe(2);
    expect(shop.calls()).toHaveLength(1);
  });

  test('the webhook of an own write costs nothing', async () => {
    const { ledger } = shop.process();
    await ledger.update(report(1));
    ledger.noteHead(await shop.head());
    shop.calls();
    await ledger.recent();
    expect(shop.calls()).toEqual([]);
  });

  test('slots of long ago are not read', async () => {
    const { ledger } = shop.process();
    const days = Array.from({ length: 20 }, (_, day) => `2026-10-${String(day + 10)}`);
    await ledger.update(() => ({
      writes: {
        slots: days.map((date) => ({
          ...({
            id: `${date}/T2`,
            kind: 'T2',
            state: 'done',
            claim: null,
            latestStartMs: 1,
            finishedAtMs: 2,
          } as const),
          stages: [],
          outcomes: [],
          reason: null,
          unsafe: null,
        })),
      },
      message: 'Twenty slots',
      result: null,
    }));
    const { slots } = await shop.process().ledger.load();
    expect([...slots.keys()]).toEqual(days.slice(-14).map((date) => `${date}/T2`));
  });
});

const cut = (kind: 'cut_before' | 'cut_after') =>
  shop.world.sandbox.faults.failApi({ path: /TonicCommit/u, effect: { kind } });

describe('when the answer to a write is lost', () => {
  test.each(['cut_before', 'cut_after'] as const)(
    '%s: it is written once and its result is told',
    async (kind) => {
      const { ledger } = shop.process();
      await ledger.update(report(1));
      cut(kind);
      expect(await ledger.update(report(2))).toBe(1);
      expect((await commits()).filter(({ commit }) => commit.message.startsWith('Bug 2'))).toHaveLength(1);
      expect(await ledger.update(report(3))).toBe(2);
    },
  );

  test('a counter is not counted twice', async () => {
    const { ledger } = shop.process();
    await ledger.update(report(1));
    cut('cut_after');
    const count = () =>
      ledger.update((state) => {
        const readUpToMs = (state.watermark?.readUpToMs ?? 0) + 1;
        return {
          writes: { watermark: { ...firstWatermark(BEGAN_MS), readUpToMs } },
          message: 'Count',
          result: readUpToMs,
        };
      });
    expect([await count(), await count()]).toEqual([1, 2]);
  });

  test('the first write of all, too', async () => {
    shop.world.sandbox.faults.failApi({ method: 'POST', path: /git\/refs/u, effect: { kind: 'cut_after' } });
    expect(await shop.process().ledger.update(report(1))).toBe(0);
    expect((await shop.process().ledger.load()).bugs.size).toBe(1);
    expect(await commits()).toHaveLength(1);
  });
});

describe('when GitHub is in trouble', () => {
  test('a ledger that cannot be reached is a failure that passes', async () => {
    shop.world.sandbox.faults.failApi({
      path: /TonicRead/u,
      times: 9,
      effect: { kind: 'status', status: 503 },
    });
    const failure = await thrownBy(shop.process().ledger.load());
    expect(failure).toBeInstanceOf(LedgerFailure);
    expect(failure).toMatchObject({ retryable: true });
  });

  test('an intent is not lost on others when its own write fails', async () => {
    const { ledger } = shop.process();
    await ledger.update(report(1));
    shop.world.sandbox.faults.failApi({
      path: /TonicCommit/u,
      effect: { kind: 'status', status: 403, message: 'Resource not accessible' },
    });
    expect(await thrownBy(ledger.update(report(2)))).toMatchObject({ retryable: false });
    expect(await ledger.update(report(3))).toBe(1);
  });

  test('a read that came late does not undo what was written meanwhile', async () => {
    let isHeld = false;
    const release = Promise.withResolvers<void>();
    const isHolding = Promise.withResolvers<void>();
    // Holds the first answer that brings the content of a file.
    const slowFetch: typeof fetch = async (...request) => {
      const answer = await fetch(...request);
      if (JSON.stringify(request).includes('object(oid:') && !isHeld) {
        isHeld = true;
        isHolding.resolve();
        await release.promise;
      }
      return answer;
    };
    const auth = shop.world.appToken();
    const octokit = new Octokit({ auth, baseUrl: shop.world.sandbox.apiUrl, request: { fetch: slowFetch } });
    const { ledger } = shop.process({ octokit });
    await ledger.update(report(1));
    await shop.process().ledger.update(report(2));
    const reading = ledger.load();
    await isHolding.promise;
    await ledger.update(report(3));
    release.resolve();
    expect([...(await reading).bugs.keys()]).toEqual([1, 2]);
    expect([...(await ledger.recent()).bugs.keys()]).toEqual([1, 2, 3]);
  });
});

test('what a slot has planned is read by a new process however much else was ordered on its day', async () => {
  const ids = ['T1-uat', 'T2-prod', 'T2-uat', ...[1, 2, 3, 4, 5].map((bug) => `hotfix-${bug}-1200-prod`)];
  const releases = ids.map((id) => aRelease({ id: `2026-11-20-${id}` }));
  const older = aRelease({ id: '2026-11-19-T2-prod' });
  await shop.process().ledger.update(() => ({
    writes: { releases: [older, ...releases] },
    message: 'a bad day',
    result: null,
  }));
  const { releases: read } = await shop.process().ledger.load();
  expect([...read.keys()]).toEqual(releases.map(({ id }) => id).toSorted());
});
