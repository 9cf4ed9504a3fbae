import { parse } from 'yaml';
import { z } from 'zod';
import { remembered } from '../../process/remembered.ts';
import type { EventFilter } from './filter.ts';
import { loadWorkflowParser } from './workflow-parser.ts';

const Input = z.object({
  type: z.enum(['string', 'choice', 'boolean', 'number', 'environment']).default('string'),
  required: z.boolean().default(false),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  options: z.array(z.string()).default([]),
});

/** Read here and not by GitHub's parser, which knows no inputs of type `number`. */
const DispatchInputs = z.object({
  on: z.object({
    workflow_dispatch: z.object({ inputs: z.record(z.string(), Input.nullable()).nullish() }).nullish(),
  }),
});

/** An input of `workflow_dispatch`. */
export type DispatchInput = z.output<typeof Input>;

/** What starts a workflow, as far as the sandbox starts workflows. */
export interface Triggers {
  schedule: { cron: string; timezone: string }[];
  /** `null` when it cannot be dispatched. */
  dispatch: { [input: string]: DispatchInput } | null;
  push: EventFilter | null;
  pullRequest: EventFilter | null;
  mergeGroup: EventFilter | null;
}

/** A workflow file that GitHub would not take, or that this runner cannot execute; the message says why. */
export class WorkflowFileProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WorkflowFileProblem';
  }
}

/**
 * Reads what starts a workflow, after GitHub's own parser has judged the file. Every event asks it of every file, so the
 * newest 200 answers are remembered. @throws WorkflowFileProblem
 */
export const readTriggers = remembered(200, async (path: string, text: string): Promise<Triggers> => {
  const events = await readEvents(path, text);
  const { schedule = [], workflow_dispatch: dispatch, push, pull_request: pullRequest } = events;
  const { merge_group: mergeGroup } = events;
  return {
    schedule: schedule.map(({ cron, timezone }) => ({ cron, timezone: timezone ?? 'UTC' })),
    dispatch: dispatch ? readDispatchInputs(text) : null,
    push: push ?? null,
    pullRequest: pullRequest ?? null,
    mergeGroup: mergeGroup ?? null,
  };
});

async function readEvents(path: string, text: string) {
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await loadWorkflowParser();
  const { context, value } = parseWorkflow({ name: path, content: text }, new NoOperationTraceWriter());
  const template = value ? await convertWorkflowTemplate(context, value) : null;
  const problem = context.errors.getErrors()[0]?.message ?? template?.errors?.[0]?.Message;
  if (problem !== undefined || !template) throw new WorkflowFileProblem(problem ?? `${path} is empty`);
  return template.events;
}

function readDispatchInputs(text: string): { [name: string]: DispatchInput } {
  const read = DispatchInputs.safeParse(parse(text));
  const inputs = read.success ? Object.entries(read.data.on.workflow_dispatch?.inputs ?? {}) : [];
  return Object.fromEntries(inputs.map(([name, input]) => [name, input ?? Input.parse({})]));
}
