import { parse } from 'yaml';
import { z } from 'zod';
import type { EventFilter } from './filter.ts';
import { loadWorkflowParser } from './workflow-parser.ts';

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

/** An input of `workflow_dispatch`. */
export interface DispatchInput {
  type: string;
  required: boolean;
  default: string | number | boolean | undefined;
  options: string[];
}

/** What starts a workflow, as far as the sandbox starts workflows. */
export interface Triggers {
  schedule: { cron: string; timezone: string }[];
  /** `null` when it cannot be dispatched. */
  dispatch: { [input: string]: DispatchInput } | null;
  push: EventFilter | null;
  pullRequest: EventFilter | null;
}

/** A workflow file that this runner can execute. */
export interface WorkflowDefinition extends z.output<typeof WorkflowFile> {
  path: string;
  triggers: Triggers;
}

/** A workflow file that GitHub would not take, or that this runner cannot execute; the message says why. */
export class WorkflowFileProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WorkflowFileProblem';
  }
}

/**
 * Reads a workflow file: GitHub's own parser judges it first, then whether this runner supports what it asks for.
 *
 * @throws WorkflowFileProblem
 */
export async function readWorkflowFile(path: string, text: string): Promise<WorkflowDefinition> {
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

/** Reads only what starts a workflow. @throws WorkflowFileProblem */
export async function readTriggers(path: string, text: string): Promise<Triggers> {
  const {
    schedule = [],
    workflow_dispatch: dispatch,
    push,
    pull_request: pullRequest,
  } = await readEvents(path, text);
  return {
    schedule: schedule.map(({ cron, timezone }) => ({ cron, timezone: timezone ?? 'UTC' })),
    dispatch: dispatch ? dispatchInputs(dispatch.inputs ?? {}) : null,
    push: push ?? null,
    pullRequest: pullRequest ?? null,
  };
}

async function readEvents(path: string, text: string) {
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await loadWorkflowParser();
  const { context, value } = parseWorkflow({ name: path, content: text }, new NoOperationTraceWriter());
  const template = value ? await convertWorkflowTemplate(context, value) : null;
  const problem = context.errors.getErrors()[0]?.message ?? template?.errors?.[0]?.Message;
  if (problem !== undefined || !template) throw new WorkflowFileProblem(problem ?? `${path} is empty`);
  return template.events;
}

type WrittenInput = {
  type: string;
  required?: boolean;
  default?: string | number | boolean;
  options?: string[];
};

function dispatchInputs(inputs: { [name: string]: WrittenInput }): { [name: string]: DispatchInput } {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [
      name,
      {
        type: input.type,
        required: input.required ?? false,
        default: input.default,
        options: input.options ?? [],
      },
    ]),
  );
}

/** The jobs a job needs, as a list. */
export function needsOf(job: JobDefinition): string[] {
  return typeof job.needs === 'string' ? [job.needs] : job.needs;
}

/** What GitHub shows for a step without a name. */
export function stepName(step: StepDefinition): string {
  return step.name ?? `Run ${step.uses ?? step.run?.trim().split('\n')[0] ?? ''}`;
}
