import { ApiError } from '../error.ts';
import type { Incoming } from '../incoming.ts';
import type { Reply } from '../route.ts';
import type { Kernel } from '../sandbox.ts';

/** Tells whether a path is the GraphQL endpoint in any of the places clients look for it. */
export function isGraphqlPath(path: string): boolean {
  return path === '/graphql' || path === '/api/graphql' || path === '/api/v3/graphql';
}

/** Answers a GraphQL request. */
export async function answerGraphql(_kernel: Kernel, incoming: Incoming): Promise<Reply> {
  incoming.entry.route = '/graphql';
  throw new ApiError(501, 'The sandbox has no GraphQL');
}
