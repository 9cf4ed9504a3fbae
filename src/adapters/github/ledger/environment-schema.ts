import { z } from 'zod';
import type { EnvironmentRecord, Leftover } from '../../../domain/ledger.ts';
import type { Lease } from '../../../domain/lock.ts';
import { ROLLBACK_CLASSES } from '../../../domain/migration-statement.ts';
import { environment, number, oid, person, releaseId, slotId, time } from './schema-part.ts';

const lease: z.ZodType<Lease> = z.strictObject({
  operation: z.string(),
  service: z.string().nullable(),
  owner: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('run'), runId: number.nullable(), attempt: number }),
    z.strictObject({ kind: z.literal('person'), person }),
    z.strictObject({ kind: z.literal('rollback') }),
  ]),
  reason: z.string(),
  takenAtMs: time,
  heartbeatAtMs: time,
  expiresAtMs: time.nullable(),
  token: number,
});

const liveRelease = {
  release: releaseId,
  commit: oid,
  atMs: time,
  // Of before they were kept nobody knows, which is the worst.
  previous: oid.nullable().prefault(null),
  rollback: z.enum(ROLLBACK_CLASSES).prefault('restore_required'),
};

const leftover: z.ZodType<Leftover> = z.strictObject({
  release: releaseId,
  base: oid,
  commit: oid,
  previous: oid.nullable(),
  plannedAtMs: time,
});

/** What an environment runs, and who has it: `environments/<env>.json`. */
export const environmentRecord: z.ZodType<EnvironmentRecord> = z.strictObject({
  environment,
  deployed: z
    .strictObject({
      ...liveRelease,
      slot: slotId.nullable(),
      deploymentId: number.nullable(),
      left: z.strictObject({ to: releaseId.nullable(), behind: releaseId.nullable() }).exactOptional(),
    })
    .nullable(),
  history: z.array(z.strictObject(liveRelease)),
  takenBack: z.array(z.strictObject({ by: oid, commits: z.array(oid) })).prefault([]),
  leftovers: z.array(leftover).exactOptional(),
  lastSlot: z.strictObject({ id: slotId, isUnsafe: z.boolean() }).exactOptional(),
  // A file from before there were locks has none.
  locks: z
    .strictObject({ leases: z.array(lease), lastToken: z.int().nonnegative() })
    .prefault({ leases: [], lastToken: 0 }),
});
