import type { MarkPullRequestReadyForReviewInput, Mutation } from '@octokit/graphql-schema';
import { markReady } from '../../pull/edit.ts';
import { findPull } from '../../pull/state.ts';
import { failure } from '../failure.ts';
import type { Graph } from '../graph.ts';
import { issueById } from '../node-id.ts';
import { payloadOf, type Given, type Mutations } from './payload.ts';

/** Acts on pulls that REST has no door for. */
export function pullMutations(graph: Graph) {
  return {
    markPullRequestReadyForReview: async ({ input }: Given<MarkPullRequestReadyForReviewInput>) => {
      const { repository, issue } = issueById(graph, input.pullRequestId);
      const place = findPull(repository, issue.number);
      if (!place) throw failure('NOT_FOUND', `'${input.pullRequestId}' is no pull request`);
      await markReady(graph.kernel, place, graph.actor);
      return payloadOf(input, { pullRequest: graph.pull(place) });
    },
  } satisfies Mutations<Mutation>;
}
