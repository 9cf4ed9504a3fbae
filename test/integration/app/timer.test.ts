import { expect, test } from 'vitest';
import type { Hub } from '../../../src/app/hub.ts';
import { createTimer } from '../../../src/app/timer.ts';

const silent = (): void => undefined;
const sweep = (): Promise<void> => Promise.resolve();

/** A hub that cannot be asked the first time. */
function createHub(): { hub: Hub; asked: () => number } {
  let asked = 0;
  const hub: Hub = {
    tenant: () => Promise.reject(new Error('nobody asks for it')),
    reaches: () => Promise.resolve(false),
    refresh: () => Promise.resolve([]),
    known: () => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('GitHub does not answer')) : Promise.resolve([]);
    },
  };
  return { hub, asked: () => asked };
}

test.each(['tick', 'reconcile', 'answer', 'preview'] as const)(
  'a %s that fails is told and does not stop the next',
  async (beat) => {
    const { hub, asked } = createHub();
    const told: string[] = [];
    const note = (message: string, fields?: object) => void told.push(`${message} ${JSON.stringify(fields)}`);
    const timer = createTimer({
      hub,
      log: { info: note, warn: note, error: note },
      sweep,
      checklistHosts: [],
      running: false,
    });
    await timer[beat]();
    await timer[beat]();
    expect(asked()).toBe(2);
    expect(told).toEqual([expect.stringContaining('GitHub does not answer')]);
  },
);

test('beats of one kind wait for each other', async () => {
  let underWay = 0;
  let most = 0;
  const { hub } = createHub();
  const slow: Hub = {
    ...hub,
    known: async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return [];
    },
  };
  const timer = createTimer({
    hub: slow,
    log: { info: silent, warn: silent, error: silent },
    sweep,
    checklistHosts: [],
    running: false,
  });
  await Promise.all([timer.tick(), timer.tick(), timer.tick()]);
  expect(most).toBe(1);
});
