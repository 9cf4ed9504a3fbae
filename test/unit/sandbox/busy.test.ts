import { expect, test } from 'vitest';
import { createBusy, type Busy } from '../../../src/sandbox/busy.ts';

/** Whether the sandbox says that it is idle before a full turn of the event loop after the next is over. */
async function isIdle(busy: Busy): Promise<boolean> {
  let idle = false;
  const ask = async (): Promise<void> => {
    await busy.idle();
    idle = true;
  };
  void ask();
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return idle;
}

test('work keeps it busy until it ends, also when it fails', async () => {
  const busy = createBusy();
  const { promise, reject } = Promise.withResolvers<void>();
  const work = busy.during(promise);
  expect(await isIdle(busy)).toBe(false);
  reject(new Error('no'));
  await expect(work).rejects.toThrow('no');
  expect(await isIdle(busy)).toBe(true);
});

test('work that waits aside does not count until it goes on', async () => {
  const busy = createBusy();
  const [wait, rest] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const work = busy.during(
    (async () => {
      await busy.aside(wait.promise);
      await rest.promise;
    })(),
  );
  expect(await isIdle(busy)).toBe(true);
  wait.resolve();
  expect(await isIdle(busy)).toBe(false);
  rest.resolve();
  await work;
  expect(await isIdle(busy)).toBe(true);
});

test('work that stands aside for other work leaves that one counted', async () => {
  const busy = createBusy();
  const { promise, resolve } = Promise.withResolvers<void>();
  const outer = busy.during(busy.aside(busy.during(promise)));
  expect(await isIdle(busy)).toBe(false);
  resolve();
  await outer;
  expect(await isIdle(busy)).toBe(true);
});

test('what starts in the turn of the question is waited for', async () => {
  const busy = createBusy();
  const { promise, resolve } = Promise.withResolvers<void>();
  const asked = isIdle(busy);
  const work = busy.during(promise);
  expect(await asked).toBe(false);
  resolve();
  await work;
});
