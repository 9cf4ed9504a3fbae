import type { AddReactionInput, Mutation, RemoveReactionInput } from '@octokit/graphql-schema';
import { authorOf } from '../../auth/author.ts';
import type { IssuePlace } from '../../issue/find.ts';
import { addReaction, removeReaction } from '../../issue/reaction.ts';
import { REACTION_CONTENTS, type Reaction, type ReactionContent } from '../../model/issue.ts';
import { parseNodeId } from '../../world.ts';
import { failure } from '../failure.ts';
import type { Graph, Node } from '../graph.ts';
import { REACTION_NAMES, reactionNode } from '../issue.ts';
import { commentById, issueById } from '../node-id.ts';
import { payloadOf, type Given, type Mutations } from './payload.ts';

/** Reacting to issues and comments. */
export function reactionMutations(graph: Graph) {
  const { kernel, actor } = graph;
  return {
    addReaction: ({ input }: Given<AddReactionInput>) => {
      const { place, node } = subjectOf(graph, input.subjectId);
      const { reaction } = addReaction(kernel, place, { content: contentOf(input.content), actor });
      return payloadOf(input, { reaction: reactionNode(graph, reaction), subject: node });
    },
    removeReaction: ({ input }: Given<RemoveReactionInput>) => {
      const { place, node } = subjectOf(graph, input.subjectId);
      const content = contentOf(input.content);
      const { account } = authorOf(kernel.world, actor);
      const reaction = place.reactions.find((one) => one.userId === account.id && one.content === content);
      if (!reaction) throw failure('UNPROCESSABLE', 'You have not reacted like this.');
      removeReaction(kernel, place, { id: reaction.id, actor });
      return payloadOf(input, { reaction: reactionNode(graph, reaction), subject: node });
    },
  } satisfies Mutations<Mutation>;
}

function subjectOf(graph: Graph, id: string): { place: IssuePlace & { reactions: Reaction[] }; node: Node } {
  if (parseNodeId(id)?.kind === 'IssueComment') {
    const place = commentById(graph, id);
    return { place: { ...place, reactions: place.comment.reactions }, node: graph.comment(place) };
  }
  const place = issueById(graph, id);
  return { place: { ...place, reactions: place.issue.reactions }, node: graph.issue(place) };
}

function contentOf(name: string): ReactionContent {
  const content = REACTION_CONTENTS.find((one) => REACTION_NAMES[one] === name);
  if (!content) throw failure('UNPROCESSABLE', `${name} is not a reaction.`);
  return content;
}
