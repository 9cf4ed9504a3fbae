import { z } from 'zod';
import { MIGRATION_CLASSES, ROLLBACK_CLASSES } from '../../../domain/migration-statement.ts';
import type { Release } from '../../../domain/release.ts';
import { STRATEGIES } from '../../../domain/rollout.ts';
import {
  approval,
  approvedFix,
  environment,
  number,
  oid,
  person,
  reason,
  releaseId,
  slotId,
  stage,
  texts,
  time,
} from './schema-part.ts';

const releasedService = z.strictObject({
  name: z.string().nullable(),
  strategy: z.enum(STRATEGIES),
  strategyReason: z.string(),
  percents: z.array(z.int().min(1).max(100)),
  digest: z.string().nullable(),
  version: z.string().nullable(),
});

const envelope = z.strictObject({
  commit: oid,
  tree: oid,
  previous: oid.nullable(),
  configVersion: z.string().nullable(),
  services: z.array(releasedService),
  bugs: z.array(
    z.strictObject({
      number,
      pulls: z.array(number),
      title: z.string().nullable(),
      services: texts,
      approvals: z.array(approval),
    }),
  ),
  pulls: z.array(z.strictObject({ number, approvals: z.array(approval) })).exactOptional(),
  migrations: z.array(
    z.strictObject({
      path: z.string(),
      readBy: z.enum(['postgresql', 'tokenizer']),
      class: z.enum(MIGRATION_CLASSES),
      rollback: z.enum(ROLLBACK_CLASSES),
    }),
  ),
  rollback: z.enum(ROLLBACK_CLASSES),
  featureFlags: z.array(z.strictObject({ name: z.string(), value: z.string() })),
});

const order = z.strictObject({
  issue: number,
  by: person.nullable(),
  reason: z.string(),
  to: releaseId.nullable(),
  undoes: z.array(releaseId),
  acceptsDataLoss: z.boolean(),
  branch: z.strictObject({ base: oid, commit: oid, takesBack: z.array(oid) }).nullable(),
});

/** A release. */
export const release: z.ZodType<Release> = z.strictObject({
  id: releaseId,
  kind: z.enum(['slot', 'hotfix', 'rollback']),
  environment,
  slot: slotId.nullable(),
  state: z.enum(['planned', 'live', 'failed', 'rolled_back']),
  envelope,
  steps: z.array(
    z.strictObject({
      key: z.string(),
      state: z.enum(['done', 'failed', 'undone']),
      startedAtMs: time,
      endedAtMs: time,
      detail: z.string().nullable(),
    }),
  ),
  checklist: z
    .array(
      z.strictObject({
        name: z.string(),
        state: z.enum(['passed', 'failed', 'unknown', 'not_configured']),
        value: z.string(),
        atMs: time,
      }),
    )
    .exactOptional(),
  baseline: z
    .array(z.strictObject({ limit: z.string(), service: z.string().nullable(), value: z.number() }))
    .exactOptional(),
  watching: z
    .strictObject({
      service: z.string().nullable(),
      percent: z.int().min(1).max(100).nullable(),
      sinceMs: time,
      untilMs: time,
      atMs: time,
      seen: z.array(z.strictObject({ limit: z.string(), value: z.number().nullable() })),
    })
    .exactOptional(),
  deployer: z
    .strictObject({
      runId: number.nullable(),
      attempt: number,
      fencingToken: z.int().nonnegative().prefault(0),
    })
    .nullable(),
  order: order.nullable().default(null),
  hotfix: z
    .strictObject({
      operation: z.string().regex(/^\d{4}-\d{2}-\d{2}\/hotfix-\d+-\d{4}$/u),
      bug: number,
      fixes: z.array(approvedFix),
      stage: stage.nullable(),
    })
    .exactOptional(),
  plannedAtMs: time,
  endedAtMs: time.nullable(),
  reason,
});
