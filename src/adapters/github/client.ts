import type { Octokit } from '@octokit/rest';
import type { Redact } from '../../domain/redact.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

/** What is needed of an Octokit: Probot's, the Action's and the command line's all have it. */
export type GitHubClient = Pick<Octokit, 'request' | 'graphql'>;

/** One repository, and who this system is there. */
export interface GitHubContext {
  readonly client: GitHubClient;
  readonly owner: string;
  readonly repo: string;
  /** Logins that this system acts under, with their `[bot]`; the first is the one in use. */
  readonly botLogins: readonly string[];
  readonly log: Log;
  readonly clock: Clock;
  /** Takes secrets out of what is written where the client cannot see it: in base64. */
  readonly redact: Redact;
}

/** Tells whether a login is one of this system's own; logins compare without case. */
export function isOwnLogin(context: Pick<GitHubContext, 'botLogins'>, login: string): boolean {
  return context.botLogins.some((each) => each.toLowerCase() === login.toLowerCase());
}
