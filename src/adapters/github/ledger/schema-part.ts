import { z } from 'zod';
import { parseSlotId, type SlotId } from '../../../domain/calendar.ts';
import { ENVIRONMENTS } from '../../../domain/policy.ts';
import { REASON_CODES } from '../../../domain/reason.ts';

// What the schemas of several files of the ledger are made of.

/** A number that GitHub gives: issue, pull request, run. */
export const number = z.int().positive();
/** Milliseconds since 1970. */
export const time = z.int().nonnegative();
/** A commit or tree, SHA-1 or SHA-256. */
export const oid = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/u);
/** Several texts. */
export const texts = z.array(z.string());
/** UAT or PROD. */
export const environment = z.enum(ENVIRONMENTS);
/** Why something was refused. */
export const reason = z.enum(REASON_CODES).nullable();
/** 1: UAT first. 2: PROD first. */
export const flow = z.union([z.literal(1), z.literal(2)]);
/** `2026-11-20/T2`. */
export const slotId = z.custom<SlotId>((value) => typeof value === 'string' && parseSlotId(value) !== null, {
  error: 'is no slot, expected <date>/T1 or <date>/T2',
});
/** Sorts by day, so that the newest can be told by name. */
export const releaseId = z.string().regex(/^\d{4}-\d{2}-\d{2}-[A-Za-z0-9-]{1,80}$/u);
/** An account on GitHub. */
export const person = z.strictObject({ id: z.int(), login: z.string() });

/** The change that an approval is for. */
export const approvedFix = z.strictObject({
  pull: number,
  commits: z.array(oid),
  patchId: z.string().nullable(),
  tree: oid.nullable(),
});

/** A person's word for exactly one change. */
export const approval = z.strictObject({
  action: z.enum(['approve_prod', 'approve_uat_merge', 'approve_release', 'approve_hotfix']),
  environment,
  by: person,
  given: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('comment'), issue: number, id: number, bodyHash: z.string() }),
    z.strictObject({ kind: z.literal('button'), delivery: z.string(), checkRun: number }),
    z.strictObject({ kind: z.literal('dashboard'), request: z.string() }),
  ]),
  writtenAtMs: time,
  slot: slotId.nullable(),
  fixes: z.array(approvedFix),
  plan: z.strictObject({
    flow: flow.nullable(),
    branch: z.string(),
    githubEnvironment: z.string(),
    commandsHash: z.string(),
  }),
});

/** A fix as it lies on an environment's branch. */
export const landing = z.strictObject({
  environment,
  pull: number,
  head: oid.nullable(),
  commits: z.array(oid),
  patchId: z.string().nullable(),
  slot: slotId.nullable(),
  atMs: time,
});

/** A candidate of an environment. */
export const stage = z.strictObject({
  environment,
  state: z.enum(['planned', 'deployed', 'failed']),
  base: oid,
  candidate: oid,
  tree: oid,
  builtAtMs: time,
  bugs: z.array(z.strictObject({ bug: number, landings: z.array(landing) })),
  pulls: z.array(z.strictObject({ pull: number, frozenAs: z.enum(['any_part', 'everything']) })).default([]),
  deploymentId: number.nullable(),
  checks: z.array(z.strictObject({ context: z.string(), appId: number.nullable() })),
});
