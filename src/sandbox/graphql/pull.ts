import type {
  PullRequest as PullRequestType,
  PullRequestReview as PullRequestReviewType,
  PullRequestReviewState,
} from '@octokit/graphql-schema';
import { associationOf } from '../auth/association.ts';
import { headRepositoryOf } from '../fork/network.ts';
import { readCommit } from '../git/commit.ts';
import { listCommits } from '../git/history.ts';
import type { Review } from '../model/pull.ts';
import { isMergeable, mergeStateOf, sizeOf } from '../pull/mergeability.ts';
import { isByWriter, latestOfEach, opinionsOf } from '../pull/opinion.ts';
import type { PullPlace } from '../pull/state.ts';
import { closedNumbers } from '../push/closing-keyword.ts';
import { rulesOver } from '../rule/source.ts';
import { accountOf, fullNameOf } from '../world.ts';
import { changedFileList } from './changed-file.ts';
import { connection, type PageArguments } from './connection.ts';
import type { Fields, Graph, Node } from './graph.ts';
import { issueFields } from './issue.ts';
import { queuedFields } from './queue.ts';

/** A pull request. */
export function pullNode(graph: Graph, place: PullPlace): Node {
  const { repository, pull, issue } = place;
  const { kernel } = graph;
  const home = headRepositoryOf(kernel.world, repository, pull);
  const size = () => sizeOf(kernel, repository, pull);
  return {
    __typename: 'PullRequest',
    ...issueFields(graph, place),
    id: pull.nodeId,
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    url: kernel.urls.webRepository(repository, `pull/${pull.number}`),
    state: pull.merged ? 'MERGED' : issue.state.toUpperCase(),
    isDraft: pull.draft,
    baseRefName: pull.baseBranch,
    baseRefOid: pull.baseSha,
    headRefName: pull.headBranch,
    headRefOid: pull.headSha,
    isCrossRepository: home.id !== repository.id,
    headRepository: () => graph.repository(home),
    headRepositoryOwner: () => graph.account(accountOf(kernel.world, home.ownerId)),
    merged: pull.merged,
    mergedAt: pull.mergedAt,
    mergedBy: () =>
      pull.mergedById === null ? null : graph.account(accountOf(kernel.world, pull.mergedById)),
    mergeCommit: () =>
      pull.mergeCommitSha === null ? null : graph.gitObject(repository, pull.mergeCommitSha),
    mergeable: () => mergeableState(graph, place),
    mergeStateStatus: async () =>
      issue.state === 'open' ? (await mergeStateOf(kernel, place)).toUpperCase() : 'UNKNOWN',
    additions: async () => (await size()).additions,
    deletions: async () => (await size()).deletions,
    changedFiles: async () => (await size()).changedFiles,
    commits: (page: PageArguments) => commitsOf(graph, place, page),
    files: (page: PageArguments) => changedFileList(graph, place, page),
    statusCheckRollup: () => graph.rollup(repository, pull.headSha),
    reviewDecision: () => decisionOf(place),
    closingIssuesReferences: (page: PageArguments) => closingReferences(graph, place, page),
    ...reviewFields(graph, place),
    ...queuedFields(graph, place),
  } satisfies Fields<PullRequestType>;
}

/** A review of a pull. */
export function reviewNode(graph: Graph, place: PullPlace & { review: Review }): Node {
  const { repository, pull, review } = place;
  const { world, urls } = graph.kernel;
  const author = accountOf(world, review.authorId);
  return {
    __typename: 'PullRequestReview',
    id: review.nodeId,
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    state: review.state,
    body: review.body,
    submittedAt: review.submittedAt,
    createdAt: review.submittedAt,
    updatedAt: review.updatedAt,
    url: `${urls.webRepository(repository, `pull/${pull.number}`)}#pullrequestreview-${review.id}`,
    author: () => graph.account(author),
    authorAssociation: associationOf(world, repository, author),
    authorCanPushToRepository: isByWriter(world, repository, review),
    commit: () => graph.gitObject(repository, review.commitId),
    pullRequest: () => graph.pull(place),
    repository: () => graph.repository(repository),
  } satisfies Fields<PullRequestReviewType>;
}

type ReviewQuery = PageArguments & {
  states?: PullRequestReviewState[] | null;
  author?: string | null;
  writersOnly?: boolean | null;
};

function reviewFields(graph: Graph, place: PullPlace) {
  const { world } = graph.kernel;
  const list = (reviews: Review[], query: ReviewQuery) =>
    connection('PullRequestReviewConnection', query, {
      items: reviews.filter((review) => !query.writersOnly || isByWriter(world, place.repository, review)),
      toNode: (review) => graph.review({ ...place, review }),
    });
  const { reviews } = place.pull;
  return {
    reviews: (query: ReviewQuery) =>
      list(
        reviews.filter(
          (review) =>
            (!query.states || query.states.some((state) => state === review.state)) &&
            (!query.author || accountOf(world, review.authorId).login === query.author),
        ),
        query,
      ),
    latestReviews: (query: ReviewQuery) =>
      list(latestOfEach(reviews.filter((review) => review.state !== 'PENDING')), query),
    latestOpinionatedReviews: (query: ReviewQuery) => list(opinionsOf(reviews), query),
  };
}

async function mergeableState({ kernel }: Graph, { repository, pull, issue }: PullPlace): Promise<string> {
  if (issue.state !== 'open') return 'UNKNOWN';
  return (await isMergeable(kernel, repository, pull)) ? 'MERGEABLE' : 'CONFLICTING';
}

/** GitHub says `REVIEW_REQUIRED` only where a rule asks for more approvals than there are. */
function decisionOf({ repository, pull }: PullPlace): string | null {
  const states = opinionsOf(pull.reviews).map((review) => review.state);
  if (states.includes('CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  const approvals = states.filter((state) => state === 'APPROVED').length;
  const rules = rulesOver(repository, { branch: pull.baseBranch, type: 'pull_request' });
  if (rules.some(({ parameters }) => parameters.required_approving_review_count > approvals))
    return 'REVIEW_REQUIRED';
  return approvals > 0 ? 'APPROVED' : null;
}

async function commitsOf(graph: Graph, { repository, pull }: PullPlace, page: PageArguments) {
  const range = [pull.headSha, `^${pull.baseSha}`];
  const bare = graph.kernel.git.open(repository);
  const commits = await listCommits(bare, { range, reverse: true });
  const head = commits.length > 0 ? null : await readCommit(bare.reader, pull.headSha);
  return connection('PullRequestCommitConnection', page, {
    // A head that reached its base by other ways still has its own commit to show.
    items: commits.length > 0 || !pull.merged || !head ? commits : [head],
    toNode: (commit) => ({
      __typename: 'PullRequestCommit',
      commit: () => graph.commit(repository, commit),
    }),
  });
}

function closingReferences(graph: Graph, { repository, issue }: PullPlace, page: PageArguments) {
  const numbers = closedNumbers(issue.body ?? '', fullNameOf(graph.kernel.world, repository));
  return connection('IssueConnection', page, {
    items: numbers.flatMap(
      (number) => repository.issues.find((one) => one.number === number && !one.isPull) ?? [],
    ),
    toNode: (one) => graph.issue({ repository, issue: one }),
  });
}
