import type { Alerts } from '../../ports/alerts.ts';
import { GitHubFailure } from '../../ports/github.ts';
import { isOwnLogin, type GitHubContext } from './client.ts';
import { markKeys } from '../../domain/text/comment-mark.ts';
import { markedBody } from './comment-body.ts';
import { calling } from './failure.ts';

type Alert = Parameters<Alerts['open']>[0];

/** GitHub's limit of a title. */
const TITLE_LIMIT = 256;

/** Opens the issues of alerts; the mark at the end of the text finds one again. Two calls, one more for assignees. */
export function createAlerts(context: GitHubContext): Alerts {
  return {
    open: async (alert) => {
      const existing = await findOpened(context, alert);
      if (existing !== null) return existing;
      const issue = await create(context, alert);
      for (const login of alert.assignees) await assign(context, issue, login);
      return issue;
    },
  };
}

function markOf({ key }: Pick<Alert, 'key'>): string {
  return `alert-${key}`;
}

/** Looks among the newest hundred. Anybody can write a mark and put the label on, so only own issues count. */
async function findOpened(context: GitHubContext, alert: Alert): Promise<number | null> {
  const { client, owner, repo } = context;
  const { data } = await calling('look for an alert', () =>
    client.request('GET /repos/{owner}/{repo}/issues', {
      owner,
      repo,
      labels: alert.label,
      state: 'all',
      per_page: 100,
    }),
  );
  const own = data.find(
    ({ user, body }) =>
      isOwnLogin(context, user?.login ?? '') && markKeys(body ?? '').includes(markOf(alert)),
  );
  return own?.number ?? null;
}

async function create({ client, owner, repo }: GitHubContext, alert: Alert): Promise<number> {
  const { data } = await calling('open an alert', () =>
    client.request('POST /repos/{owner}/{repo}/issues', {
      owner,
      repo,
      title: alert.title.slice(0, TITLE_LIMIT),
      body: markedBody(markOf(alert), alert.body),
      labels: [alert.label],
    }),
  );
  return data.number;
}

/** One by one: GitHub refuses them all for one who has no access. */
async function assign(
  { client, owner, repo, log }: GitHubContext,
  issue: number,
  login: string,
): Promise<void> {
  try {
    await calling('assign an alert', () =>
      client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/assignees', {
        owner,
        repo,
        issue_number: issue,
        assignees: [login],
      }),
    );
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    log.warn('could not assign an alert', { issue, status: error.status });
  }
}
