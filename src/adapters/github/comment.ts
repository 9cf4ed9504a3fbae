import { GitHubFailure, type Issues } from '../../ports/github.ts';
import { isOwnLogin, type GitHubContext } from './client.ts';
import { markKeys } from '../../domain/text/comment-mark.ts';
import { markedBody } from './comment-body.ts';
import { calling, callingUnlessGone } from './failure.ts';

/** What is done to single comments. A comment that is gone, or pins that the server does not have, are no failure. */
export function createCommentMarks(
  context: GitHubContext,
): Pick<Issues, 'react' | 'pinComment' | 'sayOnPull'> {
  const { client, owner, repo, log } = context;
  return {
    sayOnPull: (pull, said) => sayOnPull(context, pull, said),
    react: async (commentId, reaction) => {
      await callingUnlessGone('react to a comment', () =>
        client.request('POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', {
          owner,
          repo,
          comment_id: commentId,
          content: reaction,
        }),
      );
    },
    pinComment: async (commentId) => {
      try {
        await calling('pin a comment', () =>
          client.request('PUT /repos/{owner}/{repo}/issues/comments/{comment_id}/pin', {
            owner,
            repo,
            comment_id: commentId,
          }),
        );
      } catch (error) {
        const isRefused = error instanceof GitHubFailure && !error.retryable;
        if (!isRefused) throw error;
        log.info('could not pin the status card', { commentId, status: error.status });
      }
    },
  };
}

/** By REST, which takes the number of a pull request for that of an issue. */
async function sayOnPull(
  context: GitHubContext,
  pull: number,
  said: Parameters<Issues['sayOnPull']>[1],
): Promise<void> {
  if (await isSaid(context, pull, said)) return;
  const { client, owner, repo } = context;
  await calling('post a comment', () =>
    client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      owner,
      repo,
      issue_number: pull,
      body: markedBody(said.key, said.body),
    }),
  );
}

const PAGE = 100;

/** Looks at every comment since then: nobody's hundred others may hide it. */
async function isSaid(
  context: GitHubContext,
  pull: number,
  { key, sinceMs }: Omit<Parameters<Issues['sayOnPull']>[1], 'body'>,
): Promise<boolean> {
  const { client, owner, repo } = context;
  const asked = { owner, repo, issue_number: pull, since: new Date(sinceMs).toISOString(), per_page: PAGE };
  for (let page = 1; ; page += 1) {
    const { data: comments } = await calling('read the comments on a pull request', () =>
      client.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...asked, page }),
    );
    const isFound = comments.some(
      ({ user, body }) => isOwnLogin(context, user?.login ?? '') && markKeys(body ?? '').includes(key),
    );
    if (isFound || comments.length < PAGE) return isFound;
  }
}
