import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Place } from './place/place.ts';
import { PLACES } from './place/places.ts';

const WORKFLOW = `on:
  workflow_dispatch:
    inputs:
      slot:
        type: string
jobs:
  t1:
    runs-on: ubuntu-latest
    steps:
      - run: 'true'
`;

describe.each(PLACES)('the workflows of %s', (_, open) => {
  let place: Place;
  beforeEach(async () => {
    place = await open();
    await place.putFile('.github/workflows/tonic-t1.yml', WORKFLOW);
  });
  afterEach(() => place.close());

  test('one is started, is active, and ends', async () => {
    const { workflows } = place.ports;
    const run = await workflows.dispatch('tonic-t1.yml', { slot: '2026-11-20/T1' });
    expect(run).toBeGreaterThan(0);
    await place.endRun(run ?? 0);
    expect(await workflows.runState(run ?? 0)).toBe('ended');
    expect(await workflows.openJobs(run ?? 0)).toBe(0);
  });

  test('one that this App has started is known as its own', async () => {
    const { workflows } = place.ports;
    const run = await workflows.dispatch('tonic-t1.yml', { slot: '2026-11-20/T1' });
    const start = await workflows.runStart(run ?? 0);
    expect(start).toMatchObject({ event: 'workflow_dispatch', by: { login: 'tonic[bot]' } });
    expect(start?.again).toBeNull();
    await place.endRun(run ?? 0);
    await place.startAgain('max', run ?? 0);
    const next = await workflows.runStart(run ?? 0);
    expect(next).toMatchObject({ by: { login: 'tonic[bot]' }, again: { login: 'max' } });
  });

  test('a run that is not there is unknown', async () => {
    expect(await place.ports.workflows.runState(4711)).toBe('unknown');
    expect(await place.ports.workflows.runStart(4711)).toBeNull();
    expect(await place.ports.workflows.openJobs(4711)).toBe(0);
  });
});
