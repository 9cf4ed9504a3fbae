import { GitHubFailure, type Issues } from '../../ports/github.ts';
import type { GitHubContext } from './client.ts';
import { calling, callingUnlessGone } from './failure.ts';

/** What is done to single comments. A comment that is gone, or pins that the server does not have, are no failure. */
export function createCommentMarks(context: GitHubContext): Pick<Issues, 'react' | 'pinComment'> {
  const { client, owner, repo, log } = context;
  return {
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
