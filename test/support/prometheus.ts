import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpStage } from './http-stage.ts';

/** Whether this machine has Prometheus (the Debian package `prometheus`). */
export function hasPrometheus(): boolean {
  return spawnSync('prometheus', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** A Prometheus on a free port of loopback. */
export interface RunningPrometheus {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a Prometheus that reads an address every 150 ms, and waits until it answers. */
export async function startPrometheus(target: string): Promise<RunningPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'tonic-prometheus-'));
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: '150ms', scrape_timeout: '150ms' },
      scrape_configs: [{ job_name: 'shop', static_configs: [{ targets: [new URL(target).host] }] }],
    }),
  );
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
  });
  const url = `http://${address}`;
  while (child.exitCode === null && !(await isReady(url))) await new Promise(setImmediate);
  if (child.exitCode !== null) throw new Error(`Prometheus ended with ${child.exitCode}`);
  return {
    url,
    async stop() {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}

/** How the shop behind a stage does: a hundred requests from one reading of its metrics to the next. */
export interface Traffic {
  errorPercent: number;
  /** What every request takes. */
  seconds: number;
  perReading: number;
  /** Comes true once the metrics have been read once more. */
  nextReading(): Promise<void>;
}

const BUCKETS = [0.1, 0.2, 0.4, 0.8];

/** Lets a stage answer with the metrics of a shop. */
export function serveShop(stage: HttpStage): Traffic {
  const waiting: (() => void)[] = [];
  const total = { good: 0, bad: 0, buckets: BUCKETS.map(() => 0) };
  const traffic: Traffic = {
    errorPercent: 0,
    seconds: 0.15,
    perReading: 100,
    nextReading: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
  };
  stage.answer = (_request, response) => {
    const { perReading, errorPercent, seconds } = traffic;
    total.bad += (perReading * errorPercent) / 100;
    total.good += perReading * (1 - errorPercent / 100);
    total.buckets = total.buckets.map((sum, index) =>
      seconds <= (BUCKETS[index] ?? 0) ? sum + perReading : sum,
    );
    response
      .setHeader('content-type', 'text/plain; version=0.0.4')
      .end(
        [
          `requests_total{code="200"} ${total.good}`,
          `requests_total{code="500"} ${total.bad}`,
          ...BUCKETS.map((le, index) => `seconds_bucket{le="${le}"} ${total.buckets[index]}`),
          `seconds_bucket{le="+Inf"} ${total.good + total.bad}`,
          '',
        ].join('\n'),
      );
    for (const resolve of waiting.splice(0)) resolve();
  };
  return traffic;
}
