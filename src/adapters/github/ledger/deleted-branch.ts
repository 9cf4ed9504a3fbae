import { z } from 'zod';
import { LedgerFailure } from '../../../ports/ledger.ts';
import type { GitHubContext } from '../client.ts';
import { callingUnlessGone } from '../failure.ts';
import type { GraphqlBatch } from '../graphql/batch.ts';

/** Keeps a ledger that was ended on purpose; with it a new one may begin. */
function closedBranch(branch: string): string {
  return `${branch}-closed`;
}

/**
 * Makes sure that a branch which is not there never was: one that was deleted held approvals and slots which a new one
 * would know nothing of. One call, and only while there is no branch.
 *
 * Source: `GET /repos/{owner}/{repo}/activity` keeps what became of a branch that is gone, newest first. A server
 * without it is taken at its word.
 * @throws LedgerFailure when the branch was deleted, not retryable; when GitHub only lags behind, retryable.
 */
export async function refuseDeleted(place: {
  readonly context: GitHubContext;
  readonly batch: GraphqlBatch;
  readonly branch: string;
}): Promise<void> {
  const { context, branch } = place;
  const { client, owner, repo } = context;
  const answer = await callingUnlessGone('look whether the ledger was deleted', () =>
    client.request('GET /repos/{owner}/{repo}/activity', {
      owner,
      repo,
      ref: `refs/heads/${branch}`,
      per_page: 1,
    }),
  );
  const newest = answer?.data[0];
  if (newest === undefined) return;
  if (newest.activity_type !== 'branch_deletion') {
    throw new LedgerFailure('The ledger’s branch was just made', { retryable: true });
  }
  if ((await headOf(place, closedBranch(branch))) === newest.before) return;
  const by = newest.actor?.login ?? 'somebody';
  throw new LedgerFailure(
    `The ledger's branch is gone: ${by} deleted it at ${newest.timestamp}. Nothing was changed. Put it back with: git push origin ${newest.before}:refs/heads/${branch} (GitHub keeps the commit; the branch's activity page has a button for it). To begin anew on purpose, push that commit to ${closedBranch(branch)} instead.`,
    { retryable: false },
  );
}

const REF = z.object({ target: z.object({ oid: z.string() }) });

async function headOf({ batch }: { readonly batch: GraphqlBatch }, branch: string): Promise<string | null> {
  const answer = await batch.ask({
    field: 'ref(qualifiedName: $ref) { target { oid } }',
    variables: { ref: ['String!', `refs/heads/${branch}`] },
    answer: REF,
  });
  return answer?.target.oid ?? null;
}
