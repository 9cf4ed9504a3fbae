import type { MetricSource } from '../../domain/metric.ts';
import { fillPlaceholders } from '../../domain/placeholder.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deployer, DeployRequest } from '../../ports/deployer.ts';
import type { Http } from '../../ports/http.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { askCommand } from './command.ts';
import { askJson } from './http-json.ts';
import { noData, type Looked } from './looked.ts';
import { askPrometheus } from './prometheus.ts';

export interface MetricsOptions {
  readonly http: Http;
  readonly deployer: Deployer;
  readonly clock: Clock;
}

/** Measures through whatever the source of a metric is. */
export function createMetrics(options: MetricsOptions): Metrics {
  return {
    async read(source, about) {
      const looked = await ask(options, source, about);
      return looked.kind === 'value' ? { ...looked, atMs: options.clock.nowMs() } : looked;
    },
  };
}

async function ask(
  { http, deployer }: MetricsOptions,
  source: MetricSource,
  about: DeployRequest,
): Promise<Looked> {
  switch (source.kind) {
    case 'prometheus':
      return askPrometheus(http, source.at, fillPlaceholders(source.query, subjectOf(about)));
    case 'http': {
      const url = fillPlaceholders(source.at.url, subjectOf(about), encodeURIComponent);
      return askJson(http, { ...source.at, url }, source.path);
    }
    case 'command':
      return runQuietly(deployer, source.command, about);
    default:
      return source satisfies never;
  }
}

/** A folder that cannot be made is one more reason to know nothing. */
async function runQuietly(...asked: Parameters<typeof askCommand>): Promise<Looked> {
  try {
    return await askCommand(...asked);
  } catch (error) {
    return noData(`the command could not be run: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function subjectOf({
  environment,
  service,
  candidate,
  releaseId,
  rollout,
}: DeployRequest): Record<string, string> {
  return {
    environment,
    service: service ?? '',
    commit: candidate,
    release: releaseId,
    percent: rollout === null ? '' : String(rollout.percent),
  };
}
