import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBadInputShop, type BadInputShop } from './bad-input-shop.ts';

let shop: BadInputShop;
beforeAll(async () => {
  shop = await openBadInputShop();
});
afterAll(() => shop.close());

/** Calls of the App itself since `from`, by their route. */
function callsSince(from: number): string[] {
  return shop.world.sandbox.requests
    .slice(from)
    .filter(({ actor }) => actor === 'jwt:tonic')
    .map(({ method, route, path }) => `${method} ${route ?? path}`);
}

async function sweep(): Promise<string[]> {
  const from = shop.world.sandbox.requests.length;
  await shop.app.sweep();
  await shop.world.sandbox.idle();
  return callsSince(from);
}

/** Makes the App's handling of comments fail, so often. */
function failHandler(times: number): void {
  const effect = { kind: 'status', status: 403 } as const;
  shop.world.sandbox.faults.failApi({ path: /reactions$/u, times, effect });
}

const later = (minutes: number): void => {
  const { clock } = shop.world.sandbox;
  clock.advanceTo(clock.nowMs() + minutes * 60_000);
};

test('a sweep is one call when nothing has failed', async () => {
  expect(await sweep()).toEqual(['GET /app/hook/deliveries']);
});

test('a command whose webhook was lost is brought again, and answered once', async () => {
  const { faults } = shop.world.sandbox;
  faults.failDelivery({ event: 'issue_comment', action: 'created', effect: { kind: 'drop' } });
  await shop.say('/severity low');
  const before = await shop.answers();
  expect(await sweep()).toEqual([
    'GET /app/hook/deliveries',
    'POST /app/hook/deliveries/{delivery_id}/attempts',
  ]);
  const answers = await shop.answers();
  expect(answers.slice(before.length)).toEqual([expect.stringContaining('Severity: **low**')]);
  later(10);
  expect(await sweep()).toEqual(['GET /app/hook/deliveries']);
  expect(await shop.answers()).toEqual(answers);
});

test('a command whose handler failed is answered 5xx, and brought again', async () => {
  const { faults } = shop.world.sandbox;
  const failed = shop.failures().length;
  failHandler(1);
  await shop.say('/severity high');
  expect(shop.failures().slice(failed)).toEqual([500]);
  const before = await shop.answers();
  faults.clear();
  await sweep();
  expect((await shop.answers()).slice(before.length)).toEqual([
    expect.stringContaining('Severity: **high**'),
  ]);
});

test('one that fails every time is asked for four times more, given up, and told of once', async () => {
  const { faults } = shop.world.sandbox;
  faults.failDelivery({ event: 'issue_comment', action: 'created', times: 9, effect: { kind: 'drop' } });
  failHandler(999);
  await shop.say('/severity medium');
  const asked: number[] = [];
  for (const minutes of [0, 5, 15, 60, 300, 300]) {
    later(minutes);
    asked.push((await sweep()).length - 1);
  }
  expect(asked).toEqual([1, 1, 1, 1, 0, 0]);
  expect(shop.log.filter((line) => line.includes('is given up'))).toHaveLength(1);
  faults.clear();
});

test('and is read by the reconciliation all the same', async () => {
  const before = await shop.answers();
  await shop.app.reconcile();
  expect((await shop.answers()).slice(before.length)).toEqual([
    expect.stringContaining('Severity: **medium**'),
  ]);
});
