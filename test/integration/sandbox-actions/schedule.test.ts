import { expect, test } from 'vitest';
import { createClock } from '../../../src/sandbox/clock.ts';
import { openBench } from './support.ts';

const nightly = (cron: string, timezone = 'Europe/Berlin'): string => `on:
  schedule:
    - cron: '${cron}'
      timezone: ${timezone}
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo "\${{ github.event.schedule }}"
`;
const PATH = '.github/workflows/a.yml';
const at = (text: string): number => Date.parse(text);

test('moving the clock past a due time starts one run, in the time zone of the line', async () => {
  const clock = createClock(at('2026-11-20T12:00:00Z'));
  const bench = await openBench({ [PATH]: nightly('7 20 * * *') }, clock);
  clock.advanceTo(at('2026-11-20T19:06:59Z'));
  await bench.sandbox.idle();
  expect(bench.runs()).toEqual([]);
  clock.advanceTo(at('2026-11-20T19:07:00Z'));
  await bench.sandbox.idle();
  clock.advanceTo(at('2026-11-20T20:00:00Z'));
  await bench.sandbox.idle();
  expect(bench.runs()).toMatchObject([
    {
      event: 'schedule',
      conclusion: 'success',
      headBranch: 'main',
      createdAt: '2026-11-20T19:07:00Z',
      payload: { schedule: '7 20 * * *' },
    },
  ]);
});

test('in summer the same line is an hour earlier in UTC', async () => {
  const clock = createClock(at('2027-07-01T12:00:00Z'));
  const bench = await openBench({ [PATH]: nightly('7 20 * * *') }, clock);
  clock.advanceTo(at('2027-07-01T18:07:00Z'));
  await bench.sandbox.idle();
  expect(bench.runs()).toHaveLength(1);
});

test('a jump over several days starts one run, setting the clock back none', async () => {
  const clock = createClock(at('2026-11-20T12:00:00Z'));
  const bench = await openBench({ [PATH]: nightly('7 20 * * *') }, clock);
  clock.advanceTo(at('2026-11-24T12:00:00Z'));
  await bench.sandbox.idle();
  expect(bench.runs()).toHaveLength(1);
  clock.set(at('2026-11-20T12:00:00Z'));
  await bench.sandbox.idle();
  expect(bench.runs()).toHaveLength(1);
});

test('the file on the default branch counts, as it is now, with its last author as actor', async () => {
  const clock = createClock(at('2026-11-20T12:00:00Z'));
  const bench = await openBench({ [PATH]: nightly('7 20 * * *', 'UTC') }, clock);
  await bench.commit({ [PATH]: nightly('0 13 * * *', 'UTC') }, 'side');
  await bench.commit({ [PATH]: nightly('0 15 * * *', 'UTC') });
  clock.advanceTo(at('2026-11-20T14:00:00Z'));
  await bench.sandbox.idle();
  expect(bench.runs()).toEqual([]);
  clock.advanceTo(at('2026-11-20T15:00:00Z'));
  await bench.sandbox.idle();
  expect(bench.runs()).toMatchObject([{ actorId: bench.alice.id }]);
});
