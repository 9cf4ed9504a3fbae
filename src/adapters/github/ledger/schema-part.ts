import { z } from 'zod';
import { parseSlotId, type SlotId } from '../../../domain/calendar.ts';
import { ENVIRONMENTS } from '../../../domain/policy.ts';

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
/** `2026-11-20/T2`. */
export const slotId = z.custom<SlotId>((value) => typeof value === 'string' && parseSlotId(value) !== null, {
  error: 'is no slot, expected <date>/T1 or <date>/T2',
});
/** Sorts by day, so that the newest can be told by name. */
export const releaseId = z.string().regex(/^\d{4}-\d{2}-\d{2}-[A-Za-z0-9-]{1,80}$/u);
/** An account on GitHub. */
export const person = z.strictObject({ id: z.int(), login: z.string() });
