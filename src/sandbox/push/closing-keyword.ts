import type { Author } from '../auth/author.ts';
import { NO_COMMIT } from '../git/ref.ts';
import { setIssueState } from '../issue/state.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { fullNameOf } from '../world.ts';
import type { Push } from './push.ts';

/**
 * Numbers that closing keywords name in a text, of this repository.
 *
 * Source: docs.github.com, "Linking a pull request to an issue": close, closes, closed, fix, fixes, fixed, resolve,
 * resolves, resolved, then `#10`, `owner/repo#10`, or the issue's address.
 */
export function closedNumbers(text: string, fullName: string): number[] {
  const keyword =
    /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+\/[\w.-]+)?#(\d+)|https?:\/\/[^\s/]+\/([\w.-]+\/[\w.-]+)\/issues\/(\d+))/gi;
  const numbers = [...text.matchAll(keyword)]
    .filter((match) => (match[1] ?? match[3] ?? fullName).toLowerCase() === fullName.toLowerCase())
    .map((match) => Number(match[2] ?? match[4]));
  return [...new Set(numbers)];
}

/** Closes the open issues that a text names with a keyword. */
export function closeIssuesNamedIn(
  kernel: Kernel,
  named: { repository: Repository; author: Author; text: string; commitId: string | null },
): void {
  const { repository, author, text, commitId } = named;
  for (const number of closedNumbers(text, fullNameOf(kernel.world, repository))) {
    const issue = repository.issues.find((one) => one.number === number && !one.isPull);
    if (issue)
      setIssueState(
        kernel,
        { repository, issue },
        { state: 'closed', reason: 'completed', author, commitId },
      );
  }
}

/** Closes the issues that the commits of a push name, when they reach the default branch; a new branch closes none. */
export function closeIssuesOfPush(kernel: Kernel, { repository, author, change, commits }: Push): void {
  if (change.ref !== `refs/heads/${repository.defaultBranch}` || change.oldSha === NO_COMMIT) return;
  for (const commit of commits) {
    closeIssuesNamedIn(kernel, { repository, author, text: commit.message, commitId: commit.sha });
  }
}
