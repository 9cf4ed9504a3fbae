import { z } from 'zod';
import type { OutboxEntry } from '../../../domain/ledger.ts';
import { MESSAGE_KINDS, MESSAGE_WORDS } from '../../../domain/message/event.ts';

const number = z.int().positive();
const time = z.int().nonnegative();
const closed = z.enum(['completed', 'not_planned']);
const issueEntry = z.strictObject({
  id: z.string(),
  issue: number,
  createdAtMs: time,
  action: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('comment'), body: z.string() }),
    z.strictObject({ kind: z.literal('close_issue'), as: closed }),
    z.strictObject({ kind: z.literal('reopen_issue') }),
  ]),
});

const pullEntry = z.strictObject({
  id: z.string(),
  issue: number,
  createdAtMs: time,
  action: z.strictObject({ kind: z.literal('comment_on_pull'), body: z.string(), sinceMs: time }),
});

const fact = z.union([
  z.string(),
  z.strictObject({ bugs: z.array(z.strictObject({ number, title: z.string().nullable() })) }),
  z.strictObject({ atMs: time }),
  z.strictObject({ forMs: time }),
  z.strictObject({ word: z.enum(MESSAGE_WORDS) }),
]);
const messageEntry = z.strictObject({
  id: z.string(),
  issue: z.null(),
  createdAtMs: time,
  action: z.strictObject({
    kind: z.literal('message'),
    event: z.enum(MESSAGE_KINDS),
    facts: z.record(z.string(), fact),
    channel: z.string(),
    attempts: z.int().nonnegative(),
    nextTryAtMs: time,
    untilMs: time,
  }),
});
/** What is to be said once: on an issue, on a pull request, or as a message. */
export const outbox: z.ZodType<OutboxEntry> = z.union([issueEntry, pullEntry, messageEntry]);
