import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { GitHubFailure } from '../../../ports/github.ts';
import type { GitHubContext } from '../client.ts';
import { calling } from '../failure.ts';
import { fieldFailure, runGraphql, type GraphqlError } from '../graphql/run.ts';
import type { JointDecision } from './decide-together.ts';
import { README_PATH } from './file.ts';

/** How a write ended. */
export type CommitOutcome =
  | { readonly kind: 'written'; readonly head: string }
  /** Somebody else wrote first; nothing was written. */
  | { readonly kind: 'stale' }
  /** The answer was lost. It was written if the branch has a commit with this mark in its message. */
  | { readonly kind: 'unknown'; readonly mark: string; readonly failure: GitHubFailure };

const HEADLINE_LIMIT = 200;
const README = `# The record of Tonic Deploy

Every file here is written by the App, one commit for each thing that happened. Read it with \`git log\`.
Do not edit it: a commit by anybody else stops the system until it is taken back.
`;

const COMMIT = `mutation TonicCommit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

/**
 * Writes on exactly the given head, signed by GitHub in the App's name; `null` begins the branch.
 *
 * Source: `createCommitOnBranch` answers `STALE_DATA` when the branch is not at `expectedHeadOid`.
 * @throws GitHubFailure when it was refused.
 */
export async function commitOnHead(
  context: GitHubContext,
  target: { readonly branch: string; readonly head: string | null },
  decision: JointDecision,
): Promise<CommitOutcome> {
  const mark = `Write: ${randomUUID()}`;
  const message = renderMessage(decision, mark);
  try {
    return target.head === null
      ? await beginBranch(context, target.branch, { decision, message })
      : await commit(context, { ...target, head: target.head }, { decision, message });
  } catch (error) {
    const isUncertain =
      error instanceof GitHubFailure && error.retryable && (error.status === null || error.status >= 500);
    if (!isUncertain) throw error;
    return { kind: 'unknown', mark, failure: error };
  }
}

interface Content {
  readonly decision: JointDecision;
  readonly message: { readonly headline: string; readonly body: string };
}

async function commit(
  { client, owner, repo }: GitHubContext,
  { branch, head }: { readonly branch: string; readonly head: string },
  { decision, message }: Content,
): Promise<CommitOutcome> {
  const input = {
    branch: { repositoryNameWithOwner: `${owner}/${repo}`, branchName: branch },
    expectedHeadOid: head,
    message,
    fileChanges: {
      additions: decision.written.map(({ path, text }) => ({
        path,
        contents: Buffer.from(text).toString('base64'),
      })),
      deletions: decision.deleted.map((path) => ({ path })),
    },
  };
  const { data, errors } = await runGraphql(client, 'write the ledger', {
    query: COMMIT,
    variables: { input },
  });
  if (errors.some(isStale)) return { kind: 'stale' };
  const answer = COMMITTED.safeParse(data['createCommitOnBranch']);
  if (!answer.success) throw fieldFailure('write the ledger', errors[0]);
  return { kind: 'written', head: answer.data.commit.oid };
}

const COMMITTED = z.object({ commit: z.object({ oid: z.string() }) });

function isStale({ type, message }: GraphqlError): boolean {
  return (
    type === 'STALE_DATA' || /expected branch to point to|is at [0-9a-f]{7,} but expected/iu.test(message)
  );
}

/**
 * Makes the first, parentless commit and the branch. Of several at once one wins; the others find the branch there.
 *
 * Source: `createCommitOnBranch` needs a branch, so this takes the Git data API. Commits made there by an App are
 * signed as long as no author is named.
 */
async function beginBranch(
  { client, owner, repo }: GitHubContext,
  branch: string,
  { decision, message }: Content,
): Promise<CommitOutcome> {
  return calling('begin the ledger', async () => {
    const files = [{ path: README_PATH, text: README }, ...decision.written];
    const tree = await client.request('POST /repos/{owner}/{repo}/git/trees', {
      owner,
      repo,
      tree: files.map(({ path, text }) => ({
        path,
        mode: '100644' as const,
        type: 'blob' as const,
        content: text,
      })),
    });
    const first = await client.request('POST /repos/{owner}/{repo}/git/commits', {
      owner,
      repo,
      message: `${message.headline}\n\n${message.body}`,
      tree: tree.data.sha,
      parents: [],
    });
    try {
      await client.request('POST /repos/{owner}/{repo}/git/refs', {
        owner,
        repo,
        ref: `refs/heads/${branch}`,
        sha: first.data.sha,
      });
    } catch (error) {
      if (isBranchThere(error)) return { kind: 'stale' };
      throw error;
    }
    return { kind: 'written', head: first.data.sha };
  });
}

/** Source: creating a ref that exists answers 422 "Reference already exists". */
function isBranchThere(error: unknown): boolean {
  return error instanceof Error && /reference already exists/iu.test(error.message);
}

function renderMessage({ messages, written, deleted }: JointDecision, mark: string): Content['message'] {
  const [first = 'Write records', ...others] = messages.map(oneLine);
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const lines = others.length === 0 ? [] : [...[first, ...others].map((each) => `- ${each}`), ''];
  const files = [...written.map(({ path }) => path), ...deleted.map((path) => `${path} (struck out)`)];
  return {
    // Without the mark in brackets every write would start the repository's workflows.
    headline: `${first}${more} [skip ci]`,
    body: [...lines, ...files, '', mark].join('\n'),
  };
}

function oneLine(message: string): string {
  const line = message.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length <= HEADLINE_LIMIT ? line : `${line.slice(0, HEADLINE_LIMIT - 1)}…`;
}
