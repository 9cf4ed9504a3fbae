import type { MetricSource } from '../domain/metric.ts';
import type { DeployRequest } from './deployer.ts';

/** What a metric is now, or why nobody knows. */
export type MetricReading =
  | { readonly kind: 'value'; readonly value: number; readonly atMs: number }
  /** `reason` is one clause, untrusted text in it cut. */
  | { readonly kind: 'no_data'; readonly reason: string };

/** Measures what is live. */
export interface Metrics {
  /** Never throws: whatever goes wrong is a reason for no data. */
  read(source: MetricSource, about: DeployRequest): Promise<MetricReading>;
}
