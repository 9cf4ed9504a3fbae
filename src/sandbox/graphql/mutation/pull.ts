import type {
  DequeuePullRequestInput,
  EnqueuePullRequestInput,
  MarkPullRequestReadyForReviewInput,
  Mutation,
} from '@octokit/graphql-schema';
import { markReady } from '../../pull/edit.ts';
import { findPull, type PullPlace } from '../../pull/state.ts';
import { dequeuePull, enqueuePull } from '../../queue/join.ts';
import { failure } from '../failure.ts';
import type { Graph } from '../graph.ts';
import { issueById } from '../node-id.ts';
import { entryNode } from '../queue.ts';
import { payloadOf, type Given, type Mutations } from './payload.ts';

/** Acts on pulls that REST has no door for. */
export function pullMutations(graph: Graph) {
  const { kernel, actor } = graph;
  return {
    markPullRequestReadyForReview: async ({ input }: Given<MarkPullRequestReadyForReviewInput>) => {
      const place = pullById(graph, input.pullRequestId);
      await markReady(kernel, place, actor);
      return payloadOf(input, { pullRequest: graph.pull(place) });
    },
    enqueuePullRequest: async ({ input }: Given<EnqueuePullRequestInput>) => {
      if (input.jump) throw failure('NOT_IMPLEMENTED', 'In the sandbox nobody jumps a merge queue');
      const place = pullById(graph, input.pullRequestId);
      const expectedHead = input.expectedHeadOid ? String(input.expectedHeadOid) : null;
      const entry = await enqueuePull(kernel, place, { actor, expectedHead });
      return payloadOf(input, { mergeQueueEntry: entryNode(graph, place.repository, entry) });
    },
    dequeuePullRequest: async ({ input }: Given<DequeuePullRequestInput>) => {
      const place = pullById(graph, input.id);
      const entry = await dequeuePull(kernel, place, actor);
      return payloadOf(input, { mergeQueueEntry: entryNode(graph, place.repository, entry) });
    },
  } satisfies Mutations<Mutation>;
}

function pullById(graph: Graph, id: string): PullPlace {
  const { repository, issue } = issueById(graph, id);
  const place = findPull(repository, issue.number);
  if (!place) throw failure('NOT_FOUND', `'${id}' is no pull request`);
  return place;
}
