import type {
  AddCommentInput,
  DeleteIssueCommentInput,
  Mutation,
  UpdateIssueCommentInput,
} from '@octokit/graphql-schema';
import { addComment, deleteComment, editComment } from '../../issue/comment.ts';
import type { Graph } from '../graph.ts';
import { commentById, issueById } from '../node-id.ts';
import { payloadOf, type Given, type Mutations } from './payload.ts';

/** Acts on comments of issues and pulls. */
export function commentMutations(graph: Graph) {
  const { kernel, actor } = graph;
  return {
    addComment: ({ input }: Given<AddCommentInput>) => {
      const place = issueById(graph, input.subjectId);
      const comment = addComment(kernel, place, { body: input.body, actor });
      const node = graph.comment({ ...place, comment });
      return payloadOf(input, {
        commentEdge: { cursor: comment.nodeId, node },
        subject: graph.issue(place),
      });
    },
    updateIssueComment: ({ input }: Given<UpdateIssueCommentInput>) => {
      const place = commentById(graph, input.id);
      editComment(kernel, place, { body: input.body, actor });
      return payloadOf(input, { issueComment: graph.comment(place) });
    },
    deleteIssueComment: ({ input }: Given<DeleteIssueCommentInput>) => {
      deleteComment(kernel, commentById(graph, input.id), actor);
      return payloadOf(input, {});
    },
  } satisfies Mutations<Mutation>;
}
