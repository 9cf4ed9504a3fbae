import { z } from 'zod';
import { STRATEGIES, type RolloutPolicy } from '../../domain/rollout.ts';
import { pathPattern } from './service.ts';

const INFRASTRUCTURE = [
  'Dockerfile*',
  '*.tf',
  '/k8s/',
  '/kubernetes/',
  '/helm/',
  '/deploy/',
  '/infra/',
  '/infrastructure/',
];

/** How an environment wants its candidates to come live. */
export const Rollout = z
  .strictObject({
    strategy: z
      .enum(['auto', ...STRATEGIES])
      .default('auto')
      .describe(
        'How a candidate comes live. `auto`: `direct` for code and hotfixes, `blue_green` for infrastructure, `rolling` for a database migration, which is never `direct`.',
      ),
    canary_percents: z
      .array(z.int().min(1).max(100))
      .min(1)
      .max(20)
      .default([10, 50, 100])
      .refine((percents) => percents.at(-1) === 100, { error: 'has to end with 100: then everybody has it' })
      .refine((percents) => percents.every((each, index) => each > (percents[index - 1] ?? 0)), {
        error: 'has to rise from step to step',
      })
      .describe('Shares of the traffic that a canary gets one after the other, percent.'),
    infrastructure_paths: z
      .array(pathPattern)
      .max(100)
      .default(INFRASTRUCTURE)
      .describe('Files that are infrastructure, as patterns like those of CODEOWNERS.'),
  })
  .prefault({})
  .describe('How candidates come live.');

/** The rollout as the policy has it. */
export function toRollout(rollout: z.output<typeof Rollout>): RolloutPolicy {
  return {
    strategy: rollout.strategy,
    canaryPercents: rollout.canary_percents,
    infrastructurePaths: rollout.infrastructure_paths,
  };
}
