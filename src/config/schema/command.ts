import { z } from 'zod';

/** Linux refuses to start a program with one argument of 128 kB. */
const COMMAND_LIMIT = 32_000;

/** A shell command of the owner's, with its time limit. */
export const Command = z.strictObject({
  run: z
    .string()
    .max(COMMAND_LIMIT)
    .refine((value) => value.trim() !== '', { error: 'is empty; write the command to run' })
    .refine((value) => !value.includes('\0'), { error: 'holds a NUL character; take it out' })
    .describe(
      'Shell command, run by `bash -euo pipefail` in a fresh checkout of the candidate; what it is told is in [Deploying](deploy.md).',
    ),
  timeout_minutes: z
    .int()
    .min(1)
    .max(360)
    .default(15)
    .describe('After this time the command and all that it started are ended, and it has failed.'),
});
