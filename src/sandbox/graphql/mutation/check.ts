import type {
  CheckRunOutput,
  CreateCheckRunInput,
  Mutation,
  UpdateCheckRunInput,
} from '@octokit/graphql-schema';
import { createCheckRun, updateCheckRun, type CheckReport } from '../../check/run.ts';
import type { CheckAnnotation, CheckConclusion, CheckRun } from '../../model/check.ts';
import { failure } from '../failure.ts';
import type { Graph } from '../graph.ts';
import { checkRunById, repositoryById } from '../node-id.ts';
import { payloadOf, type Given, type Mutations } from './payload.ts';

/** An App's word on a commit: the same that REST does, through another door. */
export function checkMutations(graph: Graph) {
  const { kernel, actor } = graph;
  return {
    createCheckRun: async ({ input }: Given<CreateCheckRunInput>) => {
      const repository = repositoryById(graph, input.repositoryId);
      const run = await createCheckRun(kernel, repository, {
        ...reportFrom(input),
        name: input.name,
        headSha: String(input.headSha),
        actor,
      });
      return payloadOf(input, { checkRun: graph.checkRun(repository, run) });
    },
    updateCheckRun: ({ input }: Given<UpdateCheckRunInput>) => {
      const { repository, run } = checkRunById(graph, input.checkRunId);
      updateCheckRun(kernel, { repository, run }, { ...reportFrom(input), actor });
      return payloadOf(input, { checkRun: graph.checkRun(repository, run) });
    },
  } satisfies Mutations<Mutation>;
}

function reportFrom(input: Omit<CreateCheckRunInput, 'headSha' | 'name'> & { name?: string | null }) {
  const { output, status, conclusion } = input;
  const report: CheckReport = {
    name: input.name ?? undefined,
    externalId: input.externalId ?? undefined,
    detailsUrl: textOf(input.detailsUrl),
    status: status ? STATUSES[status] : undefined,
    conclusion: conclusion ? conclusionOf(conclusion) : undefined,
    startedAt: textOf(input.startedAt),
    completedAt: textOf(input.completedAt),
    title: output?.title,
    summary: output?.summary,
    text: output?.text ?? undefined,
    annotations: annotationsOf(output),
    actions: input.actions?.map(({ label, description, identifier }) => ({ label, description, identifier })),
  };
  return report;
}

function textOf(scalar: unknown): string | undefined {
  return typeof scalar === 'string' ? scalar : undefined;
}

const STATUSES: {
  [status in NonNullable<CreateCheckRunInput['status']>]: CheckRun['status'];
} = {
  COMPLETED: 'completed',
  IN_PROGRESS: 'in_progress',
  PENDING: 'pending',
  QUEUED: 'queued',
  WAITING: 'waiting',
};

const CONCLUSIONS: { [conclusion: string]: CheckConclusion } = {
  SUCCESS: 'success',
  FAILURE: 'failure',
  NEUTRAL: 'neutral',
  CANCELLED: 'cancelled',
  SKIPPED: 'skipped',
  TIMED_OUT: 'timed_out',
  ACTION_REQUIRED: 'action_required',
};

function conclusionOf(conclusion: string): CheckConclusion {
  const known = CONCLUSIONS[conclusion];
  if (!known) throw failure('UNPROCESSABLE', `A check run cannot be concluded as ${conclusion}`);
  return known;
}

function annotationsOf(output: CheckRunOutput | null | undefined): CheckAnnotation[] | undefined {
  return output?.annotations?.map(({ path, location, annotationLevel, message, title }) => ({
    path,
    startLine: location.startLine,
    endLine: location.endLine,
    level: LEVELS[annotationLevel],
    title: title ?? null,
    message,
  }));
}

const LEVELS: {
  [level in NonNullable<CheckRunOutput['annotations']>[number]['annotationLevel']]: CheckAnnotation['level'];
} = { NOTICE: 'notice', WARNING: 'warning', FAILURE: 'failure' };
