import { describe, expect, test } from 'vitest';
import { planSweep, type Asked, type DeliveryAttempt } from '../../../src/domain/delivery.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let count = 0;
function anAttempt(given: Partial<DeliveryAttempt> & { minutesAgo?: number } = {}): DeliveryAttempt {
  count += 1;
  const { minutesAgo = 10, ...fields } = given;
  return {
    id: String(count),
    guid: `guid-${count}`,
    atMs: NOW_MS - minutesAgo * MINUTE_MS,
    isOk: false,
    event: 'issue_comment',
    action: 'created',
    installationId: 1,
    repositoryId: 2,
    ...fields,
  };
}

function plan(attempts: readonly DeliveryAttempt[], asked: ReadonlyMap<string, Asked> = new Map()) {
  return planSweep(attempts, { asked, nowMs: NOW_MS, isHandled: ({ event }) => event !== 'star' });
}

const ids = (attempts: readonly DeliveryAttempt[]) => attempts.map(({ id }) => id);

/** So many attempts of one event, the last of them so long ago. */
function failures(times: number, minutesAgo: number): DeliveryAttempt[] {
  return Array.from({ length: times }, (_, index) =>
    anAttempt({ guid: 'again', minutesAgo: minutesAgo + (times - 1 - index) * 100 }),
  );
}

describe('a sweep asks again', () => {
  test('for an event that failed, once for all its attempts, by the newest one', () => {
    const attempts = failures(2, 30);
    expect(ids(plan(attempts).again)).toEqual([attempts[1]?.id]);
  });

  test('for nothing that some attempt has brought', () => {
    const guid = 'brought';
    expect(plan([anAttempt({ guid }), anAttempt({ guid, isOk: true }), anAttempt({ guid })]).again).toEqual(
      [],
    );
  });

  test('for nothing that this App does nothing on', () => {
    expect(plan([anAttempt({ event: 'star' })])).toMatchObject({ again: [], givenUp: [] });
  });

  test('at once after the first failure', () => {
    expect(plan(failures(1, 0)).again).toHaveLength(1);
  });

  test.each([
    { when: 'five minutes after the second', times: 2, minutes: 5 },
    { when: 'a quarter of an hour after the third', times: 3, minutes: 15 },
    { when: 'an hour after the fourth', times: 4, minutes: 60 },
  ])('$when, and not before', ({ times, minutes }) => {
    expect(plan(failures(times, minutes))).toMatchObject({ again: [{ guid: 'again' }], givenUp: [] });
    expect(plan(failures(times, minutes - 1)).again).toEqual([]);
  });

  test('never after the fifth: the event is given up', () => {
    const attempts = failures(5, 500);
    expect(plan(attempts).again).toEqual([]);
    expect(ids(plan(attempts).givenUp)).toEqual([attempts[4]?.id]);
  });

  test('not while an attempt that was asked for has not come into the log', () => {
    const attempts = failures(1, 30);
    expect(plan(attempts, askedOnce(1)).again).toEqual([]);
    expect(plan(attempts, askedOnce(5)).again).toHaveLength(1);
  });
});

const askedOnce = (minutesAgo: number) =>
  new Map([['again', { times: 1, lastMs: NOW_MS - minutesAgo * MINUTE_MS }]]);

describe('the next sweep reads from', () => {
  test('a little before the newest attempt when all went well', () => {
    const attempts = [anAttempt({ isOk: true, minutesAgo: 30 }), anAttempt({ isOk: true, minutesAgo: 7 })];
    expect(plan(attempts).readFromMs).toBe(NOW_MS - 9 * MINUTE_MS);
  });

  test('the first attempt of the oldest event that is still to be brought', () => {
    const attempts = [...failures(2, 30), anAttempt({ isOk: true, minutesAgo: 1 })];
    expect(plan(attempts).readFromMs).toBe(NOW_MS - 130 * MINUTE_MS);
  });

  test('past what was given up', () => {
    const attempts = [...failures(5, 500), anAttempt({ isOk: true, minutesAgo: 1 })];
    expect(plan(attempts).readFromMs).toBe(NOW_MS - 3 * MINUTE_MS);
  });

  test('no further back than GitHub keeps its log, also when there is nothing', () => {
    expect(plan([]).readFromMs).toBe(NOW_MS - 3 * DAY_MS);
  });
});
