import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Place } from './place/place.ts';
import { PLACES } from './place/places.ts';

const request = (assignee: string | null) => ({
  head: 'tonic/conflict/12-prod',
  base: 'main',
  title: 'Settle #12 for PROD',
  body: 'Please',
  assignee,
});

describe.each(PLACES)('conflict pull requests in %s', (_, open) => {
  let place: Place;
  beforeEach(async () => {
    place = await open();
    await place.branch('tonic/conflict/12-prod', 'wes');
  });
  afterEach(() => place.close());

  test('one is opened as a draft, once', async () => {
    const number = await place.ports.conflictPulls.open(request('wes'));
    const [pull] = await place.ports.observer.pulls([number]);
    expect(pull).toMatchObject({
      state: 'open',
      isDraft: true,
      base: 'main',
      headBranch: 'tonic/conflict/12-prod',
    });
    expect(await place.anotherProcess().conflictPulls.open(request('wes'))).toBe(number);
  });

  test('somebody who cannot be assigned does not keep it from being opened', async () => {
    await expect(place.ports.conflictPulls.open(request('nobody-here'))).resolves.toBeGreaterThan(0);
  });
});
