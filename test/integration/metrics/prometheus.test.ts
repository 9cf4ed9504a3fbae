import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHttp } from '../../../src/adapters/http/http-client.ts';
import { createMetrics } from '../../../src/adapters/metrics/metrics.ts';
import { parsePolicy } from '../../../src/config/parse-policy.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import type { Metrics, MetricReading } from '../../../src/ports/metrics.ts';
import { runRelease, type ReleaseResult } from '../../../src/usecases/release/run-release.ts';
import { aCalendar, aDeployRequest, aRelease, aReleasedService } from '../../support/builders.ts';
import { startHttpStage, type HttpStage } from '../../support/http-stage.ts';
import {
  hasPrometheus,
  serveShop,
  startPrometheus,
  type RunningPrometheus,
  type Traffic,
} from '../../support/prometheus.ts';
import { createShop } from '../../unit/usecases/support.ts';

const isThere = hasPrometheus();
// Where it has to run, as in .ci/run, a machine without Prometheus is no excuse.
const mayBeSkipped = process.env['TONIC_NEEDS_PROMETHEUS'] !== '1';
if (!isThere) console.warn('SKIPPED: there is no prometheus on this machine (apt-get install prometheus)');

const ERRORS = '100 * sum(rate(requests_total{code="500"}[750ms])) / sum(rate(requests_total[750ms]))';
const P95 = 'histogram_quantile(0.95, sum by (le) (rate(seconds_bucket[750ms])))';

describe.skipIf(!isThere && mayBeSkipped)('a real Prometheus', () => {
  let stage: HttpStage;
  let prometheus: RunningPrometheus;
  let traffic: Traffic;
  const deployer = { run: () => Promise.reject(new Error('nothing is run here')) };
  const metrics: Metrics = createMetrics({
    http: createHttp({ variables: {} }),
    deployer,
    clock: { nowMs: () => 0 },
  });

  beforeAll(async () => {
    stage = await startHttpStage();
    traffic = serveShop(stage);
    prometheus = await startPrometheus(stage.url);
  });
  afterAll(async () => {
    await prometheus.stop();
    await stage.close();
  });
  beforeEach(async () => {
    Object.assign(traffic, { errorPercent: 0, seconds: 0.15, perReading: 100 });
    await until(ERRORS, (value) => value === 0);
    await until(P95, (value) => value !== null && value < 0.2);
  });

  function ask(query: string): Promise<MetricReading> {
    const at = { url: prometheus.url, authorizationEnv: null, timeoutMs: 2_000 };
    return metrics.read({ kind: 'prometheus', at, query }, aDeployRequest());
  }

  /** Waits until a query has such a value; `null` is no data. */
  async function until(query: string, isSo: (value: number | null) => boolean): Promise<void> {
    await vi.waitUntil(
      async () => {
        const reading = await ask(query);
        return isSo(reading.kind === 'value' ? reading.value : null);
      },
      { timeout: 10_000, interval: 50 },
    );
  }

  it('says how the shop does', async () => {
    traffic.errorPercent = 20;
    await until(ERRORS, (value) => value !== null && value > 19 && value < 21);
  });

  it('gives no data, and the reason, for what is no number', async () => {
    expect(await ask('rate(')).toMatchObject({
      kind: 'no_data',
      reason: expect.stringContaining('Prometheus says:'),
    });
    expect(await ask('nothing')).toEqual({ kind: 'no_data', reason: 'the query gives no series' });
    expect(await ask('requests_total')).toEqual({
      kind: 'no_data',
      reason: 'the query gives 2 series, and has to give one',
    });
    expect(await ask('vector(0) / vector(0)')).toEqual({ kind: 'no_data', reason: 'the query gives NaN' });
    expect(await ask('scalar(vector(3))')).toMatchObject({ value: 3 });
  });

  /** Releases a canary whose first step does something to the shop; a look follows each reading of its metrics. */
  async function release(onCanary: () => unknown): Promise<ReleaseResult & { readonly ran: string[] }> {
    const ran: string[] = [];
    const shop = createShop();
    const context = shop.open({
      metrics,
      deployer: {
        run: async (_, { rollout, isRollback }) => {
          ran.push(isRollback ? 'back' : `deploy ${rollout?.percent}`);
          if (!isRollback && rollout?.percent === 10) await onCanary();
          return { ok: true, exitCode: 0, timedOut: false, output: '', outputs: {} };
        },
      },
      pause: async (ms) => {
        shop.world.clock.advance(ms);
        await traffic.nextReading();
      },
      hash: (text) => createHash('sha256').update(text).digest('hex'),
    });
    const services = [aReleasedService({ name: null, strategy: 'canary', percents: [10, 100] })];
    const canary = aRelease({ envelope: { ...aRelease().envelope, services } });
    const setting = { policy: policyOf(prometheus.url), calendar: aCalendar(), version: null };
    const result = await runRelease(context, setting, {
      release: canary,
      deployer: { runId: 7, attempt: 1, fencingToken: 1 },
      resumes: false,
    });
    return { ...result, ran };
  }

  it('lets a canary that does well go on to everybody', async () => {
    const { release: ended, ran } = await release(() => undefined);
    expect(ended.state).toBe('live');
    expect(ended.baseline?.[0]?.value).toBeCloseTo(0.195, 1);
    expect(ran).toEqual(['deploy 10', 'deploy 100']);
  });

  it('takes a canary back whose errors go up', async () => {
    const { release: ended, refusal, ran } = await release(() => (traffic.errorPercent = 20));
    expect(ended.state).toBe('rolled_back');
    expect(refusal?.message).toMatch(/`http_5xx_percent` has to be at most 0\.5, and was \d/u);
    expect(ran).toEqual(['deploy 10', 'back']);
  });

  it('takes a canary back that is slower than what was there before', async () => {
    const { release: ended, refusal, ran } = await release(() => (traffic.seconds = 0.3));
    expect(ended.state).toBe('rolled_back');
    expect(refusal?.message).toMatch(
      /`latency_p95` has to be at most 0\.2\d* \(1\.2 times 0\.19\d* before\), and was 0\.\d/u,
    );
    expect(ran).toEqual(['deploy 10', 'back']);
  });

  it('takes a canary back when nobody comes any more, so that nothing can be said', async () => {
    const { refusal, ran } = await release(async () => {
      traffic.perReading = 0;
      await until(ERRORS, (value) => value === null);
    });
    expect(refusal?.reason).toBe('watch_inconclusive');
    expect(refusal?.message).toContain('the query gives NaN');
    expect(ran).toEqual(['deploy 10', 'back']);
  });
});

function policyOf(url: string): Policy {
  const reading = parsePolicy(
    JSON.stringify({
      environments: {
        uat: {
          deploy: { run: 'deploy' },
          watch: {
            minutes: 1,
            every_seconds: 20,
            prometheus: { url },
            limits: {
              http_5xx_percent: { query: ERRORS, for_seconds: 20 },
              latency_p95: { query: P95, for_seconds: 20 },
            },
          },
        },
      },
    }),
    'tonic.yml',
  );
  if (reading.kind === 'broken') throw new Error(JSON.stringify(reading.problems));
  return reading.policy;
}
