import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const Scalar = z.union([z.string(), z.number(), z.boolean()]);

const Input = z.object({ required: z.boolean().optional(), default: Scalar.optional() }).nullable();

const NodeRuns = z.object({
  using: z.string().regex(/^node\d+$/, 'the sandbox runs only node actions'),
  main: z.string(),
  pre: z.undefined({ error: 'the sandbox runs no `pre` of an action' }).optional(),
  post: z.string().optional(),
});

const Metadata = z.object({
  name: z.string().default('action'),
  inputs: z.record(z.string(), Input).default({}),
  runs: NodeRuns,
});

/** What the runner needs of an action.yml. */
export interface ActionMetadata extends z.output<typeof Metadata> {
  folder: string;
}

/** Reads the action.yml (or .yaml) of an action written for node. @throws Error saying what is missing or unsupported. */
export function readActionMetadata(folder: string): ActionMetadata {
  const file = ['action.yml', 'action.yaml'].map((name) => join(folder, name)).find((one) => existsSync(one));
  if (!file)
    throw new Error(
      `Can't find 'action.yml' or 'action.yaml' under '${folder}'. Did you forget to run actions/checkout before running your local action?`,
    );
  const read = Metadata.safeParse(parse(readFileSync(file, 'utf8')));
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new Error(`${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`);
  }
  return { ...read.data, folder };
}
