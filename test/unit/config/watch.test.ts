import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../../src/config/parse-policy.ts';

function read(watch: string) {
  const indented = watch.replaceAll(/^/gmu, '      ');
  const reading = parsePolicy(`environments:\n  prod:\n    watch:\n${indented}`, 'tonic.yml');
  return reading.kind === 'broken'
    ? reading.problems.map(({ path, message }) => `${path.replace('environments.prod.watch', '')} ${message}`)
    : reading.policy.environments.prod;
}

const PROMETHEUS = 'prometheus: { url: "https://prometheus.example", authorization_env: PROMETHEUS_TOKEN }';

function hashWith(run: string): unknown {
  const reading = read(`limits:\n  stock: { command: { run: ${run} }, min: 1 }`);
  return Array.isArray(reading) ? reading : Reflect.get(reading, 'commandsHash');
}

describe('a watch', () => {
  it('is none where nothing is written', () => {
    const reading = parsePolicy('', 'tonic.yml');
    expect(reading).toMatchObject({ policy: { environments: { prod: { watch: null } } } });
  });

  it('needs no more than a query for what is usual', () => {
    expect(
      read(`${PROMETHEUS}\nlimits:\n  latency_p95: { query: p95 }\n  cpu_percent: { query: cpu, max: 90 }`),
    ).toMatchObject({
      watch: {
        minutes: 10,
        everySeconds: 15,
        onInconclusive: 'rollback',
        limits: [
          {
            name: 'latency_p95',
            source: {
              kind: 'prometheus',
              query: 'p95',
              at: {
                url: 'https://prometheus.example',
                authorizationEnv: 'PROMETHEUS_TOKEN',
                timeoutMs: 10_000,
              },
            },
            bound: { kind: 'times_baseline', factor: 1.2 },
            forMs: 120_000,
            samples: 2,
            minimumSamples: 3,
            onBreach: 'rollback',
          },
          { name: 'cpu_percent', bound: { kind: 'max', value: 90 }, forMs: 300_000 },
        ],
      },
    });
  });

  it('takes numbers from addresses and commands, too', () => {
    expect(
      read(`limits:
  queue: { http: { url: "http://shop/{{service}}/queue", json: "data[0].length" }, max: 10, for_seconds: 0 }
  stock: { command: { run: ./stock.sh }, min: 1, on_breach: report }`),
    ).toMatchObject({
      watch: {
        limits: [
          { source: { kind: 'http', path: 'data[0].length' }, forMs: 0 },
          {
            source: { kind: 'command', command: { run: './stock.sh', timeoutMinutes: 15 } },
            onBreach: 'report',
          },
        ],
      },
    });
  });

  it('whose commands change needs a new approval', () => {
    expect(hashWith('a')).not.toEqual(hashWith('b'));
  });

  it.each([
    ['without limits', 'limits: {}', '.limits is empty, so nothing would be watched'],
    [
      'without a source',
      'limits: { cpu_percent: {} }',
      '.limits.cpu_percent needs one of query, http, command, and has none',
    ],
    [
      'with a query and nobody to ask',
      'limits: { cpu_percent: { query: x } }',
      '.limits.cpu_percent.query "x" needs "prometheus" to be asked',
    ],
    [
      'with a metric of its own and no limit',
      `${PROMETHEUS}\nlimits: { mine: { query: x } }`,
      '.limits.mine needs one of max, min, max_times_baseline: nothing is usual for it',
    ],
    [
      'with two limits in one',
      `${PROMETHEUS}\nlimits: { mine: { query: x, max: 1, min: 0 } }`,
      '.limits.mine takes one of max, min, max_times_baseline, and has max and min',
    ],
    [
      'shorter than a breach',
      `minutes: 1\n${PROMETHEUS}\nlimits: { cpu_percent: { query: x } }`,
      '.limits.cpu_percent.for_seconds is longer than the watch of 1 minutes',
    ],
    [
      'that cannot see enough',
      `minutes: 1\nevery_seconds: 60\n${PROMETHEUS}\nlimits: { memory_percent: { query: x } }`,
      '.limits.memory_percent.minimum_samples are more samples than the watch takes',
    ],
  ])('%s is refused', (_, text, problem) => {
    expect(read(text)).toContainEqual(problem);
  });

  it.each([
    ['an address that is none', 'url: "prometheus:9090"', /^\.prometheus\.url .* is no address/u],
    ['a password in the address', 'url: "http://me:secret@prometheus"', /holds a name or a password/u],
    [
      'a variable whose value would be shown',
      'url: "http://p", authorization_env: PROM_AUTH',
      /is not called like a secret/u,
    ],
    ['this system’s own token', 'url: "http://p", authorization_env: GITHUB_TOKEN', /goes to GitHub alone/u],
  ])('does not take %s', (_, keys, problem) => {
    expect(read(`prometheus: { ${keys} }\nlimits: { memory_percent: { query: x } }`)).toEqual([
      expect.stringMatching(problem),
    ]);
  });
});
