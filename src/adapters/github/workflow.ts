import { z } from 'zod';
import type { Person } from '../../domain/person.ts';
import type { RunStart } from '../../domain/setup/unsafe-word.ts';
import { GitHubFailure, type Workflows } from '../../ports/github.ts';
import type { GitHubContext } from './client.ts';
import { calling, callingUnlessGone } from './failure.ts';
import type { GraphqlBatch } from './graphql/batch.ts';

const DEFAULT_BRANCH = z.object({ name: z.string() });
const DISPATCHED = z.object({ workflow_run_id: z.int() });

/** An account as GitHub tells of it. */
type Account = { readonly id: number | bigint; readonly login: string } | null;

/** Starts workflows and asks how they go. */
export function createWorkflows(
  context: GitHubContext,
  batch: GraphqlBatch,
  knownDefaultBranch: string | null,
): Workflows {
  const { client, owner, repo } = context;
  let defaultBranch = knownDefaultBranch;

  async function readDefaultBranch(): Promise<string> {
    const answer = await batch.ask({ field: 'defaultBranchRef { name }', answer: DEFAULT_BRANCH });
    if (answer !== null) return answer.name;
    const message = 'start a workflow: the repository has no default branch';
    throw new GitHubFailure('start a workflow', message, { status: null, retryable: false });
  }

  /** Source: a server that does not know `return_run_details` answers 400 (GitHub Enterprise Server before 3.21). */
  async function dispatch(
    workflowFile: string,
    inputs: Readonly<Record<string, string>>,
    details: { readonly return_run_details?: true },
  ): Promise<number | null> {
    defaultBranch ??= await readDefaultBranch();
    const ref = defaultBranch;
    const { data } = await calling('start a workflow', () =>
      client.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
        owner,
        repo,
        workflow_id: workflowFile,
        ref,
        inputs: { ...inputs },
        ...details,
      }),
    );
    const run = DISPATCHED.safeParse(data);
    return run.success ? run.data.workflow_run_id : null;
  }

  return {
    dispatch: async (workflowFile, inputs) => {
      try {
        return await dispatch(workflowFile, inputs, { return_run_details: true });
      } catch (error) {
        // The default branch may have been renamed since it was read.
        defaultBranch = null;
        if (!(error instanceof GitHubFailure) || (error.status !== 400 && error.status !== 422)) throw error;
        return dispatch(workflowFile, inputs, error.status === 400 ? {} : { return_run_details: true });
      }
    },
    runState: async (runId) => {
      const run = await readRun(context, runId);
      if (run === null) return 'unknown';
      return run.status === 'completed' ? 'ended' : 'active';
    },
    runStart: async (runId) => {
      const run = await readRun(context, runId);
      return run === null ? null : startOf(run);
    },
    openJobs: (runId) => countOpenJobs(context, runId),
  };
}

async function readRun({ client, owner, repo }: GitHubContext, runId: number) {
  const answer = await callingUnlessGone('read a workflow run', () =>
    client.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { owner, repo, run_id: runId }),
  );
  return answer?.data ?? null;
}

/** Source: GitHub gives no account for one that was deleted; nobody has its role. */
function startOf({
  event,
  run_attempt: attempt,
  actor = null,
  triggering_actor: again = null,
}: {
  readonly event: string;
  readonly run_attempt?: number;
  readonly actor?: Account;
  readonly triggering_actor?: Account;
}): RunStart {
  return { event, by: personOf(actor), again: attempt === 1 ? null : personOf(again) };
}

function personOf(account: Account): Person {
  return account === null ? { id: 0, login: 'ghost' } : { id: Number(account.id), login: account.login };
}

async function countOpenJobs({ client, owner, repo }: GitHubContext, runId: number): Promise<number> {
  const answer = await callingUnlessGone('list the jobs of a workflow run', () =>
    client.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs', {
      owner,
      repo,
      run_id: runId,
      per_page: 100,
    }),
  );
  return (answer?.data.jobs ?? []).filter(({ status }) => status !== 'completed').length;
}
