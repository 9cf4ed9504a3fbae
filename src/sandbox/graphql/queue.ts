import type {
  MergeQueue,
  MergeQueueEntry,
  PullRequest,
  Repository as RepositoryType,
} from '@octokit/graphql-schema';
import type { QueueEntry } from '../model/queue.ts';
import type { Repository } from '../model/repository.ts';
import { findPull, type PullPlace } from '../pull/state.ts';
import { entriesFor, entryOf, queueRule } from '../queue/store.ts';
import { accountOf, nodeIdOf } from '../world.ts';
import { connection, type PageArguments } from './connection.ts';
import type { Fields, Graph, Node } from './graph.ts';

/** The field of a repository that leads to the queue of a branch. */
export function queueFields(graph: Graph, repository: Repository) {
  return {
    mergeQueue: ({ branch }: { branch?: string | null }) =>
      queueNode(graph, repository, branch ?? repository.defaultBranch),
  } satisfies Partial<Fields<RepositoryType>>;
}

/** The fields of a pull that tell of its place in the queue. */
export function queuedFields(graph: Graph, { repository, pull }: PullPlace) {
  return {
    isMergeQueueEnabled: () => queueRule(repository, pull.baseBranch) !== null,
    isInMergeQueue: () => entryOf(repository, pull.number) !== null,
    mergeQueue: () => queueNode(graph, repository, pull.baseBranch),
    mergeQueueEntry: () => {
      const entry = entryOf(repository, pull.number);
      return entry && entryNode(graph, repository, entry);
    },
  } satisfies Partial<Fields<PullRequest>>;
}

function queueNode(graph: Graph, repository: Repository, branch: string): Node | null {
  if (!queueRule(repository, branch)) return null;
  const url = graph.kernel.urls.webRepository(repository, `queue/${branch}`);
  return {
    __typename: 'MergeQueue',
    id: nodeIdOf('MergeQueue', repository.id),
    url,
    resourcePath: new URL(url).pathname,
    nextEntryEstimatedTimeToMerge: null,
    repository: () => graph.repository(repository),
    entries: (page: PageArguments) =>
      connection('MergeQueueEntryConnection', page, {
        items: entriesFor(repository, branch),
        placeOf: (entry) => [entry.id],
        toNode: (entry) => entryNode(graph, repository, entry),
      }),
  } satisfies Fields<MergeQueue>;
}

/** A pull's place in the queue. */
export function entryNode(graph: Graph, repository: Repository, entry: QueueEntry): Node {
  const { group, branch } = entry;
  const commit = (sha: string | undefined) => (sha ? graph.gitObject(repository, sha) : null);
  return {
    __typename: 'MergeQueueEntry',
    id: entry.nodeId,
    position: entriesFor(repository, branch).indexOf(entry) + 1,
    state: group ? 'AWAITING_CHECKS' : 'QUEUED',
    enqueuedAt: entry.enqueuedAt,
    enqueuer: () => graph.account(accountOf(graph.kernel.world, entry.enqueuerId)),
    baseCommit: () => commit(group?.baseSha),
    headCommit: () => commit(group?.headSha),
    estimatedTimeToMerge: null,
    jump: false,
    solo: false,
    mergeQueue: () => queueNode(graph, repository, branch),
    pullRequest: () => {
      const place = findPull(repository, entry.pullNumber);
      return place && graph.pull(place);
    },
  } satisfies Fields<MergeQueueEntry>;
}
