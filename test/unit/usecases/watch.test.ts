import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/domain/policy.ts';
import type { Release } from '../../../src/domain/release.ts';
import type { WatchPolicy } from '../../../src/domain/watch.ts';
import type { DeployRequest } from '../../../src/ports/deployer.ts';
import { runRelease, type ReleaseResult } from '../../../src/usecases/release/run-release.ts';
import {
  aCalendar,
  aPolicy,
  aRelease,
  aReleasedService,
  aService,
  aWatch,
  aWatchLimit,
} from '../../support/builders.ts';
import { createShop, type Shop } from './support.ts';

const NEW = 'c'.repeat(40);
const OLD = 'b'.repeat(40);
const MINUTE = 60_000;

interface Stand {
  readonly shop: Shop;
  readonly policy: Policy;
  /** Commands that ran: `<run> <service> <percent> <first digit of the commit>`. */
  readonly ran: string[];
  readonly log: string[];
  /** Every question for a metric. */
  readonly asked: { readonly limit: string; readonly about: DeployRequest }[];
  /** What a metric is; `null`: no data. */
  measure: (about: DeployRequest, query: string) => number | null;
}

function createStand(watch: WatchPolicy): Stand {
  const shop = createShop();
  const policy = aPolicy({
    environments: {
      ...shop.policy.environments,
      uat: { ...shop.policy.environments.uat, verify: null, watch },
    },
    services: [aService({ name: 'backend' }), aService({ name: 'web' })],
  });
  return { shop, policy, ran: [], log: [], asked: [], measure: () => 0.5 };
}

const CANARY = aRelease({
  envelope: {
    ...aRelease().envelope,
    services: [aReleasedService({ name: 'backend', strategy: 'canary', percents: [10, 100] })],
  },
});
const TWO: Release = {
  ...CANARY,
  envelope: {
    ...CANARY.envelope,
    services: [...CANARY.envelope.services, aReleasedService({ name: 'web' })],
  },
};

function run(stand: Stand, release = CANARY, resumes = false): Promise<ReleaseResult> {
  const context = stand.shop.open({
    deployer: {
      run: async (command, { service, rollout, candidate }) => {
        stand.ran.push([command.run, service, rollout?.percent, candidate[0]].filter(Boolean).join(' '));
        return { ok: true, exitCode: 0, timedOut: false, output: '', outputs: {} };
      },
    },
    metrics: {
      read: async (source, about) => {
        const query = source.kind === 'prometheus' ? source.query : '';
        stand.asked.push({ limit: query, about });
        const value = stand.measure(about, query);
        return value === null
          ? { kind: 'no_data', reason: 'the query gives no series' }
          : { kind: 'value', value, atMs: 0 };
      },
    },
    log: { info: (line) => void stand.log.push(line), warn: () => undefined, error: () => undefined },
    hash: (text) => createHash('sha256').update(text).digest('hex'),
  });
  const setting = { policy: stand.policy, calendar: aCalendar(), version: null };
  return runRelease(context, setting, {
    release,
    deployer: { runId: 7, attempt: 1, fencingToken: 3 },
    resumes,
  });
}

describe('a canary that is watched', () => {
  test('goes on after ten good minutes at each step, and tells what was seen', async () => {
    const stand = createStand(aWatch());
    const before = stand.shop.world.clock.nowMs();
    const { release, refusal } = await run(stand);
    expect(refusal).toBeNull();
    expect(stand.shop.world.clock.nowMs() - before).toBe(20 * MINUTE);
    expect(release.steps.map(({ key }) => key)).toEqual([
      'deploy backend 10',
      'watch backend 10',
      'deploy backend 100',
      'watch backend 100',
    ]);
    expect(release.steps.find(({ key }) => key === 'watch backend 10')?.detail).toBe(
      '`error_percent` at worst 0.5 of at most 1, 41 samples',
    );
    expect(stand.log).toContain('watch backend 10 | watched 0:15 of 10:00: error_percent 0.5 (at most 1)');
  });

  test('that goes bad is taken back at once, and says what was seen', async () => {
    const stand = createStand(aWatch());
    stand.measure = ({ rollout }) => (rollout?.percent === 10 ? 8 : 0);
    const before = stand.shop.world.clock.nowMs();
    const { release, refusal } = await run(stand);
    expect(refusal?.reason).toBe('watch_breached');
    expect(refusal?.message).toContain('`error_percent` has to be at most 1, and was 8, 8 in 2 samples');
    expect(refusal?.message).toContain('Taken back to bbbbbbb');
    expect(release).toMatchObject({ state: 'rolled_back', reason: 'watch_breached' });
    expect(stand.ran).toEqual(['deploy backend 10 c', 'deploy backend 100 b']);
    expect(stand.shop.world.clock.nowMs() - before).toBe(15_000);
    expect(stand.shop.world.deployments.map(({ state }) => state)).toEqual(['failure']);
  });

  test('that nobody can see is taken back, too, unless the configuration wants it otherwise', async () => {
    const stand = createStand(aWatch());
    stand.measure = () => null;
    const { release, refusal } = await run(stand);
    expect(refusal?.reason).toBe('watch_inconclusive');
    expect(refusal?.message).toContain('it never had a value: the query gives no series');
    expect(release.state).toBe('rolled_back');

    const lenient = createStand(aWatch({ onInconclusive: 'continue' }));
    lenient.measure = () => null;
    const gone = await run(lenient);
    expect(gone.release.state).toBe('live');
    expect(gone.release.steps.at(-1)?.detail).toContain('**Inconclusive:** `error_percent` cannot be judged');
  });

  test('takes back every service that is live, in reverse', async () => {
    const stand = createStand(aWatch());
    stand.measure = ({ service }) => (service === 'web' ? 8 : 0);
    await run(stand, TWO);
    expect(stand.ran.slice(-2)).toEqual(['deploy web 100 b', 'deploy backend 100 b']);
  });

  test('is told of four times in each watch, however often it looks, and never twice in a minute', async () => {
    const stand = createStand(aWatch());
    await run(stand);
    expect(stand.shop.ledger.messages()).toEqual([
      '2026-11-20-T1-uat: deploy backend 10',
      ...['0:00', '2:30', '5:00', '7:30'].map((at) => `2026-11-20-T1-uat: watch backend 10, ${at} of 10:00`),
      ...['0:00', '2:30', '5:00', '7:30'].map((at) => `2026-11-20-T1-uat: watch backend 100, ${at} of 10:00`),
    ]);

    const short = createStand(aWatch({ minutes: 2 }));
    await run(short);
    expect(short.shop.ledger.messages().filter((message) => message.includes('watch backend 10,'))).toEqual(
      ['0:00', '1:00'].map((at) => `2026-11-20-T1-uat: watch backend 10, ${at} of 2:00`),
    );
  });
});

describe('a limit that is held against what was before', () => {
  const slow = aWatchLimit({ name: 'latency_p95', bound: { kind: 'times_baseline', factor: 1.2 } });
  const watch = aWatch({ limits: [slow] });

  test('is measured before the first deploy, for each service, of the commit that is live', async () => {
    const stand = createStand(watch);
    stand.measure = ({ service }) => (service === 'web' ? 300 : 100);
    const { release } = await run(stand, TWO);
    expect(release.baseline).toEqual([
      { limit: 'latency_p95', service: 'backend', value: 100 },
      { limit: 'latency_p95', service: 'web', value: 300 },
    ]);
    expect(stand.asked.slice(0, 2).map(({ about }) => about.candidate)).toEqual([OLD, OLD]);
    expect(release.state).toBe('live');
  });

  test('is written down before anything changes, and not measured again by a run that takes over', async () => {
    const stand = createStand(watch);
    await run(stand);
    expect(stand.shop.ledger.messages()[0]).toBe('2026-11-20-T1-uat: baseline');
    const known = stand.shop.ledger.state().releases.get('2026-11-20-T1-uat');
    if (known === undefined) throw new Error('the ledger has no release');
    const steps = known.steps.slice(0, 1);
    const again = createStand(watch);
    again.measure = () => 121;
    const { refusal } = await run(
      again,
      { ...known, steps, baseline: [{ limit: 'latency_p95', service: 'backend', value: 100 }] },
      true,
    );
    expect(refusal?.message).toContain('at most 120 (1.2 times 100 before), and was 121, 121');
  });

  test('without a value before refuses while nothing has changed', async () => {
    const stand = createStand(watch);
    stand.measure = ({ candidate }) => (candidate === NEW ? 100 : null);
    const { release, refusal } = await run(stand);
    expect(refusal?.reason).toBe('watch_inconclusive');
    expect(refusal?.message).toContain('Nothing was deployed');
    expect([release.state, stand.ran]).toEqual(['failed', []]);
  });

  test('asks three times for it', async () => {
    const stand = createStand(watch);
    let looks = 0;
    stand.measure = () => ((looks += 1) < 3 ? null : 100);
    const { release } = await run(stand);
    expect(release.state).toBe('live');
  });

  test('is not measured for a rollback, which is not watched', async () => {
    const stand = createStand(watch);
    await run(stand, { ...CANARY, kind: 'rollback' });
    expect(stand.asked).toEqual([]);
  });
});
