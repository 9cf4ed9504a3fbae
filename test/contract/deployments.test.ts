import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Place } from './place/place.ts';
import { PLACES } from './place/places.ts';

describe.each(PLACES)('the deployments of %s', (_, open) => {
  let place: Place;
  let commit: string;
  beforeEach(async () => {
    place = await open();
    commit = await place.mainHead();
  });
  afterEach(() => place.close());

  const create = (slot: string, environment: 'uat' | 'prod' = 'prod') =>
    place.ports.deployments.create({
      environment,
      githubEnvironment: environment.toUpperCase(),
      commit,
      slot,
      description: 'd'.repeat(300),
      payload: { bugs: [1, 2] },
    });

  test('one is found again by environment, commit and slot, with its newest state', async () => {
    const { deployments } = place.ports;
    expect(await deployments.find('PROD', commit, '2026-11-20/T2')).toBeNull();
    const id = await create('2026-11-20/T2');
    expect(await deployments.find('PROD', commit, '2026-11-20/T2')).toEqual({ id, state: 'other' });
    for (const state of ['in_progress', 'success', 'failure'] as const) {
      place.clock.advance(1_000);
      await deployments.setState(id, state, 'e'.repeat(300), 'https://example.test/log');
      expect(await place.anotherProcess().deployments.find('PROD', commit, '2026-11-20/T2')).toEqual({
        id,
        state,
      });
    }
    expect(await deployments.find('UAT', commit, '2026-11-20/T2')).toBeNull();
    expect(await deployments.find('PROD', commit, '2026-11-21/T2')).toBeNull();
    expect(await deployments.find('PROD', 'a'.repeat(40), '2026-11-20/T2')).toBeNull();
  });

  test('the last one is the newest that ended well', async () => {
    const { deployments, observer } = place.ports;
    expect(await observer.lastDeployment('PROD')).toBeNull();
    const first = await create('2026-11-20/T2');
    expect(await observer.lastDeployment('PROD')).toBeNull();
    await deployments.setState(first, 'success', 'live', null);
    place.clock.advance(1_000);
    const second = await create('2026-11-21/T2');
    await deployments.setState(second, 'failure', 'broken', null);
    expect(await observer.lastDeployment('PROD')).toMatchObject({ id: first, commit, slot: '2026-11-20/T2' });
  });

  test.each(['uat', 'prod'] as const)('the newest on %s counts, whoever made it', async (environment) => {
    const { deployments, observer } = place.ports;
    const github = environment.toUpperCase();
    await place.deployedBy('ada', { environment: github, commit, state: 'failure' });
    expect(await observer.lastDeployment(github)).toBeNull();
    await place.deployedBy('ada', { environment: github, commit, state: 'success' });
    expect(await observer.lastDeployment(github)).toMatchObject({
      commit,
      slot: null,
      by: place.person('ada'),
    });
    place.clock.advance(1_000);
    const own = await create('2026-11-20/T2', environment);
    await deployments.setState(own, 'success', 'live', null);
    expect(await observer.lastDeployment(github)).toMatchObject({
      id: own,
      slot: '2026-11-20/T2',
      by: null,
    });
    place.clock.advance(1_000);
    await place.deployedBy('ada', { environment: github, commit, state: 'success' });
    expect(await observer.lastDeployment(github)).toMatchObject({ commit, slot: null });
  });
});
