import { parse } from 'yaml';
import { z } from 'zod';
import { readTriggers, WorkflowFileProblem, type Triggers } from './trigger-definition.ts';

/** A text that may hold `${{ }}`, or a plain number or boolean. */
const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const Mapping = z.union([z.string(), z.record(z.string(), Scalar.nullable())]);

/** Refuses a key that GitHub knows and this runner does not. */
const refused = (what: string) =>
  z.undefined({ error: `the sandbox's runner does not support ${what}` }).optional();

const RunDefaults = z.object({ shell: z.string().optional(), 'working-directory': z.string().optional() });
const Defaults = z.object({ run: RunDefaults.optional() });

const Permissions = z.union([
  z.enum(['read-all', 'write-all']),
  z.record(z.string(), z.enum(['read', 'write', 'none'])),
  z.null(),
]);

const ConcurrencyGroup = z.union([
  z.string(),
  z.object({
    group: z.string(),
    'cancel-in-progress': Scalar.optional(),
    queue: z.enum(['single', 'max']).default('single'),
  }),
]);

const Step = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  if: Scalar.optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), Scalar.nullable()).default({}),
  run: z.string().optional(),
  shell: z.string().optional(),
  'working-directory': z.string().optional(),
  env: Mapping.default({}),
  'continue-on-error': Scalar.default(false),
  'timeout-minutes': Scalar.optional(),
  background: refused('background steps'),
  wait: refused('background steps'),
  'wait-all': refused('background steps'),
  cancel: refused('background steps'),
  parallel: refused('parallel steps'),
});

const Environment = z.union([
  z.string(),
  z.object({ name: z.string(), url: z.string().optional(), deployment: Scalar.optional() }),
]);

const Strategy = z.object({
  matrix: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  'fail-fast': Scalar.default(true),
  'max-parallel': Scalar.optional(),
});

const Job = z.object({
  name: z.string().optional(),
  needs: z.union([z.string(), z.array(z.string())]).default([]),
  if: Scalar.optional(),
  'runs-on': z.unknown(),
  permissions: Permissions.optional(),
  environment: Environment.optional(),
  concurrency: ConcurrencyGroup.optional(),
  outputs: z.record(z.string(), z.string()).default({}),
  env: Mapping.default({}),
  defaults: Defaults.optional(),
  strategy: Strategy.optional(),
  'continue-on-error': Scalar.default(false),
  'timeout-minutes': Scalar.default(360),
  steps: z.array(Step, { error: 'a job needs steps: reusable workflows are not supported by the sandbox' }),
  uses: refused('reusable workflows'),
  services: refused('services'),
  container: refused('containers'),
  snapshot: refused('snapshots'),
});

const WorkflowFile = z.object({
  name: z.string().optional(),
  'run-name': z.string().optional(),
  permissions: Permissions.optional(),
  env: Mapping.default({}),
  defaults: Defaults.optional(),
  concurrency: ConcurrencyGroup.optional(),
  jobs: z.record(z.string(), Job),
});

/** A step as written. */
export type StepDefinition = z.output<typeof Step>;
/** A job as written. */
export type JobDefinition = z.output<typeof Job>;
/** `concurrency:` as written. */
export type ConcurrencyDefinition = z.output<typeof ConcurrencyGroup>;
/** `permissions:` as written. */
export type PermissionsDefinition = z.output<typeof Permissions>;

/** A workflow file that this runner can execute. */
export interface WorkflowDefinition extends z.output<typeof WorkflowFile> {
  path: string;
  triggers: Triggers;
}

/**
 * Reads a workflow file: GitHub's own parser judges it first, then whether this runner supports what it asks for.
 *
 * @throws WorkflowFileProblem
 */
async function readWorkflowFile(path: string, text: string): Promise<WorkflowDefinition> {
  const triggers = await readTriggers(path, text);
  const read = WorkflowFile.safeParse(parse(text));
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new WorkflowFileProblem(
      `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`,
    );
  }
  return { ...read.data, path, triggers };
}

/** Reads a workflow for a run: a file that cannot be run is answered as the problem. */
export async function readForRun(file: {
  path: string;
  text: string;
}): Promise<WorkflowDefinition | { problem: string }> {
  try {
    return await readWorkflowFile(file.path, file.text);
  } catch (error) {
    if (error instanceof WorkflowFileProblem) return { problem: error.message };
    throw error;
  }
}

/** The jobs a job needs, as a list. */
export function needsOf(job: JobDefinition): string[] {
  return typeof job.needs === 'string' ? [job.needs] : job.needs;
}

/** What GitHub shows for a step without a name. */
export function stepName(step: StepDefinition): string {
  return step.name ?? `Run ${step.uses ?? step.run?.trim().split('\n')[0] ?? ''}`;
}
