import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Place } from './place/place.ts';
import { PLACES } from './place/places.ts';

describe.each(PLACES)('the protection rule of %s', (_, open) => {
  let place: Place;
  beforeEach(async () => {
    place = await open();
  });
  afterEach(() => place.close());

  const waitBefore = async (environment: string) => {
    const { run, callbackUrl } = await place.waitBefore(environment);
    return { callbackUrl, waiting: { runId: run, attempt: 1, githubEnvironment: environment } };
  };

  test('knows its own callback address, and no other', async () => {
    const { callbackUrl, waiting } = await waitBefore('prod');
    const { protectionRules } = place.ports;
    expect(protectionRules.runIn(callbackUrl)).toBe(waiting.runId);
    expect(protectionRules.runIn(callbackUrl.replace('//', '//evil.example/'))).toBeNull();
    expect(protectionRules.runIn(`${callbackUrl}/x`)).toBeNull();
    expect(protectionRules.runIn('')).toBeNull();
  });

  test('sees what waits and the run it belongs to', async () => {
    const { protectionRules } = place.ports;
    expect(await protectionRules.pending()).toEqual([]);
    const { waiting } = await waitBefore('prod');
    expect(await protectionRules.pending()).toEqual([waiting]);
    expect(await protectionRules.run(waiting.runId)).toMatchObject({
      id: waiting.runId,
      attempt: 1,
      event: 'workflow_dispatch',
      workflowPath: expect.stringMatching(/^\.github\/workflows\/deploy/u),
      refName: 'main',
      commit: expect.stringMatching(/^[0-9a-f]{40}|c+/u),
    });
    expect(await protectionRules.run(4711)).toBeNull();
  });

  test.each(['approved', 'rejected'] as const)('says %s once; then nobody waits any more', async (state) => {
    const { waiting } = await waitBefore('prod');
    const { protectionRules } = place.ports;
    expect(await protectionRules.decide(waiting, state, 'because')).toBe(true);
    expect(await place.saidAbout(waiting.runId)).toEqual(['because']);
    expect(await protectionRules.pending()).toEqual([]);
    const other = place.anotherProcess().protectionRules;
    expect(await other.decide(waiting, 'approved', 'again')).toBe(false);
    expect(await place.saidAbout(waiting.runId)).toEqual(['because']);
  });

  test('asks again about what another process has left open, not about what it has decided itself', async () => {
    const prod = (await waitBefore('prod')).waiting;
    const uat = (await waitBefore('uat')).waiting;
    await place.ports.protectionRules.decide(prod, 'approved', 'it may');
    expect(await place.ports.protectionRules.pending()).toEqual([uat]);
    expect(await place.ports.protectionRules.pendingIn({ id: uat.runId, attempt: 1 })).toEqual([uat]);
    expect(await place.ports.protectionRules.pendingIn({ id: prod.runId, attempt: 1 })).toEqual([]);
    expect(await place.ports.protectionRules.pendingIn({ id: 4711, attempt: 1 })).toEqual([]);
    expect(await place.anotherProcess().protectionRules.pending()).toEqual([uat]);
  });

  test('reports why it waits when the words change, ten times at most, and can still decide then', async () => {
    const { waiting } = await waitBefore('prod');
    const { protectionRules } = place.ports;
    await protectionRules.report(waiting, 'reason 0');
    await protectionRules.report(waiting, 'reason 0');
    expect(await place.saidAbout(waiting.runId)).toEqual(['reason 0']);
    for (let each = 1; each <= 12; each += 1) await protectionRules.report(waiting, `reason ${each}`);
    expect(await place.saidAbout(waiting.runId)).toHaveLength(10);
    expect(await protectionRules.decide(waiting, 'rejected', 'the end')).toBe(true);
    expect((await place.saidAbout(waiting.runId)).at(-1)).toBe('the end');
  });

  test('nothing is said where nothing waits', async () => {
    const { protectionRules } = place.ports;
    const nowhere = { runId: 4711, attempt: 1, githubEnvironment: 'prod' };
    expect(await protectionRules.decide(nowhere, 'approved', 'it may')).toBe(false);
    await protectionRules.report(nowhere, 'a reason');
  });
});
