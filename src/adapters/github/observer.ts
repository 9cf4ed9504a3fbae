import { z } from 'zod';
import { GitHubFailure, type Observer } from '../../ports/github.ts';
import { createChangedFileReader } from './changed-file-reader.ts';
import { isOwnLogin, type GitHubContext } from './client.ts';
import { createContributorReader } from './contributor-reader.ts';
import { createDeploymentReader } from './deployment.ts';
import { calling, callingUnlessGone } from './failure.ts';
import type { GraphqlBatch } from './graphql/batch.ts';
import { BLOB } from './graphql/selection.ts';
import { createIssueReader } from './issue-reader.ts';
import type { KnownChecks } from './known-check.ts';
import type { KnownIds } from './known-id.ts';
import { createNewsReader } from './news-reader.ts';
import { createPullReader } from './pull-reader.ts';
import { createQueueReader } from './queue-reader.ts';

/** What is learnt by reading. */
interface Known {
  readonly issues: KnownIds;
  readonly checks: KnownChecks;
}

/** Live facts of the repository. All but the time of a push come by GraphQL and share calls. */
export function createObserver(context: GitHubContext, batch: GraphqlBatch, known: Known): Observer {
  return {
    ...createIssueReader(context, batch, known.issues),
    ...createNewsReader(context, batch),
    ...createPullReader(batch, known.checks),
    ...createChangedFileReader(batch),
    ...createContributorReader(batch),
    ...createQueueReader(batch),
    ...createDeploymentReader(context, batch),
    comment: (id) => readComment(context, id),
    heads: (branches) => readHeads(batch, branches),
    headPush: (branch, head) => headPush(context, branch, head),
    defaultBranch: () => defaultBranch(batch),
    defaultBranchFile: async (path) => {
      const blob = await batch.ask({
        field: 'object(expression: $path) { ...BlobFields }',
        variables: { path: ['String!', `HEAD:${path}`] },
        answer: BLOB,
      });
      if (blob?.isTruncated === true) throw unreadable(`${path} on the default branch is too large to read`);
      // Source: a file with a zero byte in it is binary for GitHub, which then gives no text.
      if (blob?.isBinary === true) throw unreadable(`${path} on the default branch is no text`);
      return blob?.text ?? null;
    },
  };
}

function unreadable(message: string): GitHubFailure {
  return new GitHubFailure('read a file', message, { status: null, retryable: false });
}

const DEFAULT_BRANCH = z.object({ name: z.string(), target: z.object({ oid: z.string() }) });

async function defaultBranch(batch: GraphqlBatch): Promise<{ name: string; head: string }> {
  const answer = await batch.ask({
    field: 'defaultBranchRef { name target { oid } }',
    answer: DEFAULT_BRANCH,
  });
  if (answer !== null) return { name: answer.name, head: answer.target.oid };
  const message = 'read the default branch: the repository has none';
  throw new GitHubFailure('read the default branch', message, { status: null, retryable: false });
}

const REF = z.object({ target: z.object({ oid: z.string() }) });

async function readHeads(
  batch: GraphqlBatch,
  branches: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const read = [...new Set(branches)].map(async (branch) => {
    const answer = await batch.ask({
      field: 'ref(qualifiedName: $ref) { target { oid } }',
      variables: { ref: ['String!', `refs/heads/${branch}`] },
      answer: REF,
    });
    return [branch, answer?.target.oid ?? null] as const;
  });
  return new Map(await Promise.all(read));
}

/** Source: GraphQL finds comments by node id only, and the ledger knows numbers. */
async function readComment(context: GitHubContext, id: number): ReturnType<Observer['comment']> {
  const { client, owner, repo } = context;
  const answer = await callingUnlessGone('read a comment', () =>
    client.request('GET /repos/{owner}/{repo}/issues/comments/{comment_id}', { owner, repo, comment_id: id }),
  );
  if (answer === null) return null;
  const { user, body, created_at: createdAt, updated_at: updatedAt } = answer.data;
  return {
    id,
    author: user === null ? null : { id: Number(user.id), login: user.login },
    authorIsBot: user?.type === 'Bot',
    isOwn: isOwnLogin(context, user?.login ?? ''),
    body: body ?? '',
    createdAtMs: Date.parse(createdAt),
    // REST has no better sign; what is compared with it has the hash of the words, too.
    isEdited: updatedAt !== createdAt,
    editedBy: null,
  };
}

/**
 * Reads when and by whom a push made a commit the head of a branch.
 *
 * Source: dates in commits are the author's own; `GET /repos/{owner}/{repo}/activity` has GitHub's, newest first.
 * A branch of a fork has no activity here, so the time stays unknown.
 */
async function headPush(
  { client, owner, repo }: GitHubContext,
  branch: string,
  head: string,
): ReturnType<Observer['headPush']> {
  const { data } = await calling('read the pushes to a branch', () =>
    client.request('GET /repos/{owner}/{repo}/activity', {
      owner,
      repo,
      ref: `refs/heads/${branch}`,
      per_page: 100,
    }),
  );
  const push = data.find(({ after }) => after === head);
  if (push === undefined) return null;
  const by = push.actor === null ? null : { id: Number(push.actor.id), login: push.actor.login };
  return { atMs: Date.parse(push.timestamp), by };
}
