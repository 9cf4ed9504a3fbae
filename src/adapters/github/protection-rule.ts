import { GitHubFailure } from '../../ports/github.ts';
import type { ProtectedRun, ProtectionRules, WaitingDeployment } from '../../ports/protection-rules.ts';
import type { GitHubContext } from './client.ts';
import { calling, callingUnlessGone } from './failure.ts';

/** Source: docs.github.com, "Creating custom deployment protection rules", 2026-11. */
const MOST_REPORTS = 10;

const ANSWER = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule';

/** What this process has said about a waiting deployment. */
interface Said {
  isDecided: boolean;
  /** Status reports, oldest first. */
  readonly reports: string[];
}

/** Answers GitHub's questions about waiting deployments. */
export function createProtectionRules(context: GitHubContext): ProtectionRules {
  const { client, owner, repo } = context;
  const said = new Map<string, Said>();

  function saidOn({ runId, attempt, githubEnvironment }: WaitingDeployment): Said {
    const key = `${runId}/${attempt}/${githubEnvironment.toLowerCase()}`;
    const known = said.get(key) ?? { isDecided: false, reports: [] };
    said.set(key, known);
    return known;
  }

  /** Gives `false` when GitHub knows of no question there (any more). */
  async function say(
    waiting: WaitingDeployment,
    words: { state?: 'approved' | 'rejected'; comment: string },
  ) {
    try {
      await calling('answer a protection rule', () =>
        client.request(ANSWER, {
          owner,
          repo,
          run_id: waiting.runId,
          environment_name: waiting.githubEnvironment,
          ...words,
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof GitHubFailure && (error.status === 404 || error.status === 422)) return false;
      throw error;
    }
  }

  const isOpen = (waiting: WaitingDeployment) => !saidOn(waiting).isDecided;

  return {
    runIn: (callbackUrl) => runIn(context, callbackUrl),
    run: (runId) => readRun(context, runId),
    pending: async () => (await readPending(context)).filter(isOpen),
    pendingIn: async (run) => (await readPendingIn(context, run)).filter(isOpen),
    decide: async (waiting, state, comment) => {
      const isHeard = await say(waiting, { state, comment });
      saidOn(waiting).isDecided = true;
      return isHeard;
    },
    report: async (waiting, comment) => {
      const { reports } = saidOn(waiting);
      if (reports.at(-1) === comment || reports.length >= MOST_REPORTS) return;
      if (await say(waiting, { comment })) reports.push(comment);
    },
  };
}

function runIn({ client, owner, repo }: GitHubContext, callbackUrl: string): number | null {
  const [, id] = /\/actions\/runs\/(\d{1,15})\/deployment_protection_rule$/u.exec(callbackUrl) ?? [];
  if (id === undefined) return null;
  const own = client.request.endpoint(ANSWER, { owner, repo, run_id: Number(id) }).url;
  return own.toLowerCase() === callbackUrl.toLowerCase() ? Number(id) : null;
}

async function readRun({ client, owner, repo }: GitHubContext, runId: number): Promise<ProtectedRun | null> {
  const answer = await callingUnlessGone('read a workflow run', () =>
    client.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { owner, repo, run_id: runId }),
  );
  if (answer === null) return null;
  const { data } = answer;
  return {
    id: runId,
    attempt: data.run_attempt ?? 1,
    event: data.event,
    workflowPath: data.path,
    refName: data.head_branch ?? '',
    commit: data.head_sha,
    startedAtMs: Date.parse(data.run_started_at ?? data.created_at),
  };
}

/** More runs than this wait only where nobody cares for them. */
const WAITING_RUNS = 100;

async function readPending(context: GitHubContext): Promise<WaitingDeployment[]> {
  const { client, owner, repo } = context;
  const { data } = await calling('list waiting runs', () =>
    client.request('GET /repos/{owner}/{repo}/actions/runs', {
      owner,
      repo,
      status: 'waiting',
      per_page: WAITING_RUNS,
    }),
  );
  const found = await Promise.all(
    data.workflow_runs.map(({ id, run_attempt: attempt = 1 }) =>
      readPendingIn(context, { id: Number(id), attempt }),
    ),
  );
  return found.flat();
}

async function readPendingIn(
  { client, owner, repo }: GitHubContext,
  { id, attempt }: Pick<ProtectedRun, 'id' | 'attempt'>,
): Promise<WaitingDeployment[]> {
  const answer = await callingUnlessGone('list waiting deployments', () =>
    client.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments', {
      owner,
      repo,
      run_id: id,
    }),
  );
  const names = (answer?.data ?? []).flatMap(({ environment }) => environment.name ?? []);
  return names.map((githubEnvironment) => ({ runId: id, attempt, githubEnvironment }));
}
