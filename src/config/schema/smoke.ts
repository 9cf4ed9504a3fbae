import { z } from 'zod';
import { placeholdersIn } from '../../domain/placeholder.ts';
import type { SmokePolicy } from '../../domain/smoke.ts';
import { Command } from './command.ts';
import { httpKeys, jsonPath, toTarget } from './http.ts';
import { toCommand } from './service.ts';

const header = z.string().regex(/^[!#$%&'*+.^_`|~\dA-Za-z-]{1,100}$/u, { error: 'is no name of a header' });
const headerValue = z
  .string()
  .max(2_000)
  .refine((value) => !/\p{Cc}/u.test(value), { error: 'holds a control character; take it out' });

/** What placeholders stand for from the start. */
const KNOWN = ['environment', 'release', 'commit'];

const Step = z
  .strictObject({
    name: z.string().min(1).max(100).describe('What it tries, in a few words.'),
    method: z
      .enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
      .default('GET')
      .describe('Method of the request.'),
    ...httpKeys,
    headers: z.record(header, headerValue).default({}).describe('Headers of the request.'),
    body: z.string().max(100_000).nullable().default(null).describe('Body of the request.'),
    expect: z
      .strictObject({
        status: z
          .int()
          .min(100)
          .max(599)
          .default(200)
          .describe('Status of the answer; redirections are not followed.'),
        headers: z.record(header, headerValue).default({}).describe('Headers, with text that each holds.'),
        contains: z.string().min(1).max(10_000).nullable().default(null).describe('Text in the body.'),
        json: z
          .record(jsonPath, z.union([z.string(), z.number(), z.boolean(), z.null()]))
          .default({})
          .describe('Values in the JSON of the body, by path.'),
      })
      .prefault({})
      .describe('What the answer has to be like.'),
    capture: z
      .record(z.string().regex(/^[a-z_]\w{0,39}$/iu, { error: 'is no name of a placeholder' }), jsonPath)
      .default({})
      .describe('Values out of the JSON of the body, by name; later steps use them as `{{name}}`.'),
  })
  .refine(({ method, body }) => body === null || (method !== 'GET' && method !== 'HEAD'), {
    path: ['body'],
    error: 'goes with no GET or HEAD; name another method',
  });

/** How an environment is tried out once everything is live. */
export const Smoke = z
  .strictObject({
    steps: z
      .array(Step)
      .max(50)
      .default([])
      .describe('Requests, one after the other; the first that fails ends it.'),
    command: Command.nullable().default(null).describe('A command instead; it fails unless it exits 0.'),
  })
  .superRefine(({ steps, command }, context) => {
    if ((command === null) === (steps.length === 0))
      context.addIssue({ code: 'custom', message: 'needs either steps or a command' });
    const known = new Set(KNOWN);
    for (const [index, step] of steps.entries()) {
      const { name: _, capture, ...texts } = step;
      const unknown = placeholdersIn(JSON.stringify(texts)).find((each) => !known.has(each));
      if (unknown !== undefined)
        context.addIssue({
          code: 'custom',
          path: ['steps', index],
          message: `uses {{${unknown}}}, which no step before it captures`,
        });
      for (const captured of Object.keys(capture)) known.add(captured);
    }
  })
  .nullable()
  .default(null)
  .describe(
    'Tries out what is live at the end of a release, and takes it back when that fails; see [Checks](checks.md).',
  );

/** The smoke test as the policy has it. */
export function toSmoke(smoke: z.output<typeof Smoke>): SmokePolicy | null {
  if (smoke === null) return null;
  const command = toCommand(smoke.command);
  if (command !== null) return { kind: 'command', command };
  const steps = smoke.steps.map((step) => ({
    name: step.name,
    method: step.method,
    at: toTarget(step),
    headers: step.headers,
    body: step.body,
    expected: step.expect,
    captures: step.capture,
  }));
  return { kind: 'steps', steps };
}
