import { afterAll, beforeAll, expect, test } from 'vitest';
import { OUTSIDE, type CrashPoint } from '../support/crash-point.ts';
import { startCrashShop, type CrashShop, type Night } from '../support/e2e-crash.ts';

/** `CRASH_POINTS=all` takes every one (`npm run test:crash`); else one of each kind is taken, in the middle of the run. */
const IS_WHOLE = process.env['CRASH_POINTS'] === 'all';
/** Each once; a command that the crash cut short, or whose end was not written down, is run again. */
const IN_ORDER = /^(?:api web|api api web|api web web)$/u;

const NIGHTS_A_SHOP = 15;

let shop: CrashShop;
let usual: Night;
let points: readonly CrashPoint[];
beforeAll(async () => {
  shop = await startCrashShop();
  usual = await shop.night(null);
  const counts = shop.counts();
  points = OUTSIDE.flatMap((kind) =>
    Array.from({ length: counts[kind] }, (_, index) => index + 1).flatMap((nth) =>
      (['before', 'after'] as const).map((when): CrashPoint => ({ kind, when, nth })),
    ),
  );
}, 120_000);
afterAll(() => shop.close());

test('a night without a crash goes as it should', () => {
  expect(usual.end).toMatchObject({
    status: 'deployed_uat',
    commits: '2',
    candidates: '',
    slot: 'done',
    release: ['live', 'deploy api 100', 'health api', 'deploy web 100', 'health web'],
    leases: [],
    deployments: ['success'],
    live: { api: true, web: true },
  });
  expect(usual.deploys).toEqual(['api', 'web']);
});

test('a slot of two services and a migration ends the same wherever it is killed', async () => {
  const middle = OUTSIDE.flatMap((kind) => {
    const ofKind = points.filter((point) => point.kind === kind);
    return ofKind.slice(ofKind.length / 2, ofKind.length / 2 + 1);
  });
  const taken = IS_WHOLE ? points : middle;
  console.info(`${points.length} points at which T1 can be killed, ${taken.length} taken`);
  const nights: Record<string, unknown> = {};
  const alive: CrashPoint[] = [];
  for (const [index, point] of taken.entries()) {
    if (index % NIGHTS_A_SHOP === NIGHTS_A_SHOP - 1) {
      await shop.close();
      shop = await startCrashShop();
    }
    const { end, deploys, wasKilled } = await shop.night(point);
    if (!wasKilled) alive.push(point);
    nights[`${point.kind} ${point.when} ${point.nth}`] = {
      ...end,
      deploys: IN_ORDER.test(deploys.join(' ')),
    };
  }
  const same = { ...usual.end, deploys: true };
  expect(nights).toEqual(Object.fromEntries(Object.keys(nights).map((name) => [name, same])));
  // How often a run looks whether something is through differs by a call or two, so the last ones may not come.
  expect(alive.length, JSON.stringify(alive)).toBeLessThanOrEqual(0.05 * taken.length);
}, 3_600_000);
