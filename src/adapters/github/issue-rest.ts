import type { GitHubContext } from './client.ts';
import { calling, callingUnlessGone } from './failure.ts';
import type { IssueStep } from './issue-mutation.ts';

/**
 * Does one step by REST, which names things by number and name: for what GraphQL could not do because a node id is
 * not known or no longer names anything.
 *
 * @returns the id of a comment that was posted; a card that was deleted is posted anew.
 */
export async function doByRest(context: GitHubContext, { issue, step }: IssueStep): Promise<number | null> {
  switch (step.kind) {
    case 'add_labels':
      await addLabels(context, issue, step.labels);
      break;
    case 'remove_labels':
      for (const label of step.labels) await removeLabel(context, issue, label);
      break;
    case 'post_comment':
      return postComment(context, issue, step.body);
    case 'rewrite_card': {
      const isThere = await rewriteComment(context, step.commentId, step.body);
      return isThere ? null : postComment(context, issue, step.body);
    }
    case 'close':
      await setState(context, issue, { state: 'closed', state_reason: step.as });
      break;
    case 'reopen':
      await setState(context, issue, { state: 'open' });
      break;
  }
  return null;
}

/** Source: labels that the repository does not have are created. */
async function addLabels(
  { client, owner, repo }: GitHubContext,
  issue: number,
  labels: readonly string[],
): Promise<void> {
  await calling('add labels', () =>
    client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
      owner,
      repo,
      issue_number: issue,
      labels: [...labels],
    }),
  );
}

async function removeLabel(
  { client, owner, repo }: GitHubContext,
  issue: number,
  label: string,
): Promise<void> {
  await callingUnlessGone('remove a label', () =>
    client.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', {
      owner,
      repo,
      issue_number: issue,
      name: label,
    }),
  );
}

async function postComment(
  { client, owner, repo }: GitHubContext,
  issue: number,
  body: string,
): Promise<number> {
  const { data } = await calling('post a comment', () =>
    client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      owner,
      repo,
      issue_number: issue,
      body,
    }),
  );
  return Number(data.id);
}

async function rewriteComment(
  { client, owner, repo }: GitHubContext,
  commentId: number,
  body: string,
): Promise<boolean> {
  const answer = await callingUnlessGone('rewrite a comment', () =>
    client.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
      owner,
      repo,
      comment_id: commentId,
      body,
    }),
  );
  return answer !== null;
}

async function setState(
  { client, owner, repo }: GitHubContext,
  issue: number,
  state:
    | { readonly state: 'open' }
    | { readonly state: 'closed'; readonly state_reason: 'completed' | 'not_planned' },
): Promise<void> {
  await calling('open or close an issue', () =>
    client.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
      owner,
      repo,
      issue_number: issue,
      ...state,
    }),
  );
}
