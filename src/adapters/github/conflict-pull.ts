import { GitHubFailure, type ConflictPulls } from '../../ports/github.ts';
import type { GitHubContext } from './client.ts';
import { calling } from './failure.ts';

type PullRequest = Parameters<ConflictPulls['open']>[0];

/** Opens pull requests from branches that were pushed before; one that is open already is found again. */
export function createConflictPulls(context: GitHubContext): ConflictPulls {
  return {
    open: async (request) => {
      const existing = await findOpen(context, request);
      if (existing !== null) return existing;
      const pull = await createOrFind(context, request);
      if (request.assignee !== null) await assign(context, pull, request.assignee);
      return pull;
    },
  };
}

async function findOpen(
  { client, owner, repo }: GitHubContext,
  { head, base }: PullRequest,
): Promise<number | null> {
  const { data } = await calling('look for an open pull request', () =>
    client.request('GET /repos/{owner}/{repo}/pulls', {
      owner,
      repo,
      head: `${owner}:${head}`,
      base,
      state: 'open',
    }),
  );
  return data.find((pull) => pull.head.ref === head)?.number ?? null;
}

async function createOrFind(context: GitHubContext, request: PullRequest): Promise<number> {
  try {
    return await createDraftOrPlain(context, request);
  } catch (error) {
    // Somebody else was faster, or the answer to the first try was lost.
    const found = await findOpen(context, request);
    if (found === null) throw error;
    return found;
  }
}

/** Source: where the plan has no drafts GitHub answers 422 "Draft pull requests are not supported". */
async function createDraftOrPlain(context: GitHubContext, request: PullRequest): Promise<number> {
  try {
    return await create(context, request, true);
  } catch (error) {
    const hasNoDrafts =
      error instanceof GitHubFailure && error.status === 422 && /draft/iu.test(error.message);
    if (!hasNoDrafts) throw error;
    return create(context, request, false);
  }
}

async function create(
  { client, owner, repo }: GitHubContext,
  { head, base, title, body }: PullRequest,
  draft: boolean,
): Promise<number> {
  const { data } = await calling('open a pull request', () =>
    client.request('POST /repos/{owner}/{repo}/pulls', {
      owner,
      repo,
      head,
      base,
      draft,
      title: title.slice(0, 256),
      body: body.slice(0, 65_536),
    }),
  );
  return data.number;
}

/** Only a courtesy: somebody without access cannot be assigned, and the pull request is there all the same. */
async function assign(context: GitHubContext, pull: number, assignee: string): Promise<void> {
  const { client, owner, repo, log } = context;
  try {
    await calling('assign a pull request', () =>
      client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/assignees', {
        owner,
        repo,
        issue_number: pull,
        assignees: [assignee],
      }),
    );
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    log.warn('could not assign a pull request', { pull, status: error.status });
  }
}
