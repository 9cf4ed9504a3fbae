import { z } from 'zod';
import type { MetricSource } from '../../domain/metric.ts';
import { WATCH_DEFAULTS, type Bound, type WatchLimit, type WatchPolicy } from '../../domain/watch.ts';
import { Command } from './command.ts';
import { JsonNumber, Prometheus, toTarget } from './http.ts';
import { toCommand } from './service.ts';

const SOURCES = ['query', 'http', 'command'] as const;
const BOUNDS = ['max', 'min', 'max_times_baseline'] as const;

const Limit = z
  .strictObject({
    query: z
      .string()
      .min(1)
      .max(5_000)
      .nullable()
      .default(null)
      .describe('PromQL that gives one number; `{{service}}`, `{{commit}}` and others are filled in.'),
    http: JsonNumber.nullable().default(null).describe('A number in JSON at an address.'),
    command: Command.nullable()
      .default(null)
      .describe('Says the number as `value=…` in `TONIC_OUTPUT`, or as its last line.'),
    max: z.number().nullable().default(null).describe('What it may be at most.'),
    min: z.number().nullable().default(null).describe('What it has to be at least.'),
    max_times_baseline: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe('How many times what it was before the deploy it may be.'),
    for_seconds: z
      .int()
      .min(0)
      .max(3_600)
      .nullable()
      .default(null)
      .describe('How long it has to be out of bounds to be breached; 60 where nothing else is usual.'),
    samples: z
      .int()
      .min(2)
      .max(100)
      .default(2)
      .describe('How many samples one after the other have to be out of bounds.'),
    minimum_samples: z
      .int()
      .min(1)
      .max(1_000)
      .default(3)
      .describe('With fewer values in a whole watch nothing was seen, which is no pass.'),
    on_breach: z
      .enum(['rollback', 'report'])
      .default('rollback')
      .describe('`rollback`: at once; `report`: it is written down and the release goes on.'),
  })
  .superRefine((limit, context) => {
    const given = SOURCES.filter((key) => limit[key] !== null);
    if (given.length !== 1)
      context.addIssue({
        code: 'custom',
        message: `needs one of ${SOURCES.join(', ')}, and has ${count(given)}`,
      });
    const bounds = BOUNDS.filter((key) => limit[key] !== null);
    if (bounds.length > 1)
      context.addIssue({
        code: 'custom',
        message: `takes one of ${BOUNDS.join(', ')}, and has ${count(bounds)}`,
      });
  });

function count(keys: readonly string[]): string {
  return keys.length === 0 ? 'none' : keys.join(' and ');
}

/** How what comes live on an environment is watched. */
export const Watch = z
  .strictObject({
    minutes: z
      .int()
      .min(1)
      // An App's token, which the slot goes on with afterwards, lives for an hour.
      .max(45)
      .default(10)
      .describe('How long each step of a rollout is watched.'),
    every_seconds: z.int().min(1).max(300).default(15).describe('How often every metric is looked at.'),
    on_inconclusive: z
      .enum(['rollback', 'continue'])
      .default('rollback')
      .describe('What is done when nobody can say at the end that all is well.'),
    prometheus: Prometheus.nullable().default(null).describe('Where the queries are asked.'),
    limits: z
      .record(z.string().regex(/^[a-z][a-z0-9_]{0,59}$/u, { error: 'is no name of a metric' }), Limit)
      .describe(
        `What is watched, by name. ${Object.keys(WATCH_DEFAULTS)
          .map((name) => `\`${name}\``)
          .join(', ')} have their usual limits, others need one.`,
      ),
  })
  .superRefine(({ limits, prometheus, minutes, every_seconds: everySeconds }, context) => {
    const refuse = (message: string, path: string[]) => context.addIssue({ code: 'custom', message, path });
    if (Object.keys(limits).length === 0) refuse('is empty, so nothing would be watched', ['limits']);
    for (const [name, limit] of Object.entries(limits)) {
      if (limit.query !== null && prometheus === null)
        refuse('needs "prometheus" to be asked', ['limits', name, 'query']);
      if (boundOf(name, limit) === null)
        refuse(`needs one of ${BOUNDS.join(', ')}: nothing is usual for it`, ['limits', name]);
      if (forSecondsOf(name, limit) > minutes * 60)
        refuse(`is longer than the watch of ${minutes} minutes`, ['limits', name, 'for_seconds']);
      if (limit.minimum_samples > (minutes * 60) / everySeconds)
        refuse('are more samples than the watch takes', ['limits', name, 'minimum_samples']);
    }
  })
  .nullable()
  .default(null)
  .describe(
    'Watches every step of a rollout and takes the release back when a limit is broken; see [Checks](checks.md).',
  );

type LimitFile = z.output<typeof Limit>;

const USUAL_SECONDS = 60;

function boundOf(name: string, { max, min, max_times_baseline: factor }: LimitFile): Bound | null {
  if (max !== null) return { kind: 'max', value: max };
  if (min !== null) return { kind: 'min', value: min };
  if (factor !== null) return { kind: 'times_baseline', factor };
  return usual(name)?.bound ?? null;
}

function forSecondsOf(name: string, { for_seconds: given }: LimitFile): number {
  return given ?? usual(name)?.forSeconds ?? USUAL_SECONDS;
}

function usual(name: string): (typeof WATCH_DEFAULTS)[string] | undefined {
  return Object.hasOwn(WATCH_DEFAULTS, name) ? WATCH_DEFAULTS[name] : undefined;
}

/** The watch as the policy has it. */
export function toWatch(watch: z.output<typeof Watch>): WatchPolicy | null {
  if (watch === null) return null;
  return {
    minutes: watch.minutes,
    everySeconds: watch.every_seconds,
    onInconclusive: watch.on_inconclusive,
    limits: Object.entries(watch.limits).flatMap(([name, limit]): WatchLimit[] => {
      const source = sourceOf(limit, watch.prometheus);
      const bound = boundOf(name, limit);
      if (source === null || bound === null) return [];
      return [
        {
          name,
          source,
          bound,
          forMs: forSecondsOf(name, limit) * 1_000,
          samples: limit.samples,
          minimumSamples: limit.minimum_samples,
          onBreach: limit.on_breach,
        },
      ];
    }),
  };
}

function sourceOf(
  { query, http, command }: LimitFile,
  prometheus: z.output<typeof Prometheus> | null,
): MetricSource | null {
  if (query !== null && prometheus !== null) return { kind: 'prometheus', at: toTarget(prometheus), query };
  if (http !== null) return { kind: 'http', at: toTarget(http), path: http.json };
  const run = toCommand(command);
  return run === null ? null : { kind: 'command', command: run };
}
