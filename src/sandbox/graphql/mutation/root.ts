import type { Graph, Node } from '../graph.ts';
import { checkMutations } from './check.ts';
import { commentMutations } from './comment.ts';
import { commitMutations } from './commit.ts';
import { issueMutations } from './issue.ts';
import { labelMutations } from './label.ts';
import { pullMutations } from './pull.ts';
import { reactionMutations } from './reaction.ts';

/** Where every mutation begins; a new family is one more row. */
export function mutationRoot(graph: Graph): Node {
  return {
    __typename: 'Mutation',
    ...issueMutations(graph),
    ...commentMutations(graph),
    ...labelMutations(graph),
    ...reactionMutations(graph),
    ...commitMutations(graph),
    ...pullMutations(graph),
    ...checkMutations(graph),
  };
}
