import { z } from 'zod';
import type { Alert } from '../../../domain/alert.ts';
import type { Bug } from '../../../domain/bug.ts';
import { FREEZE_LEVELS } from '../../../domain/freeze-policy.ts';
import type { SaidFreeze } from '../../../domain/freeze.ts';
import type { ReleasePull } from '../../../domain/release-pull.ts';
import { SEVERITIES } from '../../../domain/severity.ts';
import type { SlotRecord } from '../../../domain/slot.ts';
import { STATUSES, TRANSITIONS } from '../../../domain/status.ts';
import type { Watermark } from '../../../domain/watermark.ts';
import { outbox } from './outbox-schema.ts';
import { environmentRecord } from './environment-schema.ts';
import { release } from './release-schema.ts';
import {
  approval,
  environment,
  flow,
  landing,
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

// The shape of the ledger's files, in the order in which they are written. Every schema is strict: a key that is not
// known here was written by something newer, and dropping it silently would lose it at the next write.

const status = z.enum(STATUSES.map(({ name }) => name));
const event = z.enum(['report', ...new Set(TRANSITIONS.map((each) => each.event))]);
const version = z.strictObject({
  commit: oid,
  version: z.string().nullable(),
  source: z.enum(['deployments', 'branch', 'tag', 'file']),
  by: person.nullable(),
});
const countedCommit = z.strictObject({ oid, title: z.string() });
const parity = z.strictObject({
  state: z.enum(['aligned', 'uat_ahead', 'prod_ahead', 'diverged']),
  uat: version,
  prod: version,
  uatOnly: z.array(countedCommit),
  prodOnly: z.array(countedCommit),
  equivalent: z.int().nonnegative(),
  inFlight: z.int().nonnegative(),
  takenAtMs: time,
});

const analysis = z.strictObject({
  atMs: time,
  commit: oid,
  probableCause: z.string(),
  files: z.array(z.strictObject({ path: z.string(), line: number.nullable(), because: z.string() })),
  commits: z.array(z.strictObject({ oid, title: z.string(), authorName: z.string(), because: z.string() })),
  plan: texts,
  risk: z.enum(['low', 'medium', 'high']),
  services: texts,
  modules: texts,
  owners: texts,
  similarBugs: z.array(number),
  confidence: z.number().min(0).max(1),
  basedOn: texts,
});

const command = z.strictObject({
  key: z.string(),
  command: z.string(),
  by: person,
  writtenAtMs: time,
  outcome: z.enum(['done', 'refused']),
  reason,
  about: z.string().exactOptional(),
});

const step = z.strictObject({
  atMs: time,
  event,
  from: status.nullable(),
  to: status,
  by: person.nullable(),
  slot: slotId.nullable(),
  note: z.string().nullable(),
});

const hold = z
  .strictObject({ reason: reason.unwrap(), message: z.string(), slot: slotId.nullable(), atMs: time })
  .nullable();

const bug: z.ZodType<Bug> = z.strictObject({
  number,
  status,
  severity: z.enum(SEVERITIES).nullable(),
  foundIn: environment.nullable(),
  flow: flow.nullable(),
  flowReason: z.string().nullable(),
  uatOnly: z.boolean(),
  saidAtMs: z.strictObject({ severity: time.nullable(), foundIn: time.nullable() }),
  services: texts,
  modules: texts,
  reportedBy: person,
  reportedAtMs: time,
  parity: parity.nullable(),
  fixes: z.array(
    z.strictObject({ pull: number, source: z.enum(['pull_text', 'command']), linkedAtMs: time }),
  ),
  landings: z.array(landing),
  approvals: z.array(approval),
  analysis: analysis.nullable(),
  hold,
  conflict: z.strictObject({ pull: number, environment, files: texts, commits: z.array(oid) }).nullable(),
  takenBack: z
    .strictObject({
      release: releaseId,
      environment,
      atMs: time,
      pulls: z.array(number),
      isHeld: z.boolean(),
    })
    .nullable()
    .default(null),
  takenOff: z.array(number).exactOptional(),
  hotfix: z
    .strictObject({
      clock: z.strictObject({ priority: z.enum(['P1', 'P2']), sinceMs: time }),
      order: z.strictObject({ by: person, atMs: time, told: texts }).nullable(),
      note: z.strictObject({ rootCause: z.string(), fix: z.string(), by: person, atMs: time }).nullable(),
      isClaim: z.literal(true).exactOptional(),
    })
    .nullable()
    .default(null),
  commands: z.array(command),
  timeline: z.array(step),
  cardCommentId: number.nullable(),
});

const slot: z.ZodType<SlotRecord> = z.strictObject({
  id: slotId,
  kind: z.enum(['T1', 'T2']),
  state: z.enum(['running', 'done', 'failed', 'skipped']),
  claim: z
    .strictObject({ runId: number.nullable(), attempt: number, claimedAtMs: time, leaseUntilMs: time })
    .nullable(),
  latestStartMs: time,
  finishedAtMs: time.nullable(),
  stages: z.array(stage),
  outcomes: z.array(
    z.strictObject({
      bug: number,
      outcome: z.enum(['analyzed', 'queued', 'deployed', 'merged', 'held', 'failed']),
      reason,
      message: z.string(),
    }),
  ),
  reason,
  unsafe: z.strictObject({ reason: z.string(), findings: texts }).nullable(),
});

const pull: z.ZodType<ReleasePull> = z.strictObject({
  pull: number,
  approvals: z.array(approval),
  commands: z.array(command),
  hold: hold.default(null),
  endedWith: oid.nullable().default(null),
});

const alert: z.ZodType<Alert> = z.strictObject({
  key: z.string(),
  title: z.string(),
  body: z.string(),
  raisedAtMs: time,
  issue: number.nullable(),
});

const freezes: z.ZodType<{ readonly said: readonly SaidFreeze[] }> = z.strictObject({
  said: z.array(
    z.strictObject({
      level: z.enum(FREEZE_LEVELS),
      parts: texts,
      fromMs: time,
      untilMs: time.nullable(),
      reason: z.string(),
      by: person,
    }),
  ),
});

const seenTip = z.strictObject({ tip: oid, atMs: time });

const watermark: z.ZodType<Watermark> = z.strictObject({
  beganAtMs: time.default(0),
  readUpToMs: time,
  othersReadUpToMs: time,
  saidUpToMs: time.nullable().default(null),
  tips: z.strictObject({ uat: seenTip.exactOptional(), prod: seenTip.exactOptional() }).default({}),
  commits: z.int().nonnegative().default(0),
});

/** The schemas of the ledger's files, without `schema_version`, by kind of file. */
export const LEDGER_SCHEMAS = {
  bug,
  slot,
  environment: environmentRecord,
  release,
  pull,
  outbox,
  alert,
  freezes,
  watermark,
} as const;

/** The version that this code reads and writes. */
export const SCHEMA_VERSION = 1;
