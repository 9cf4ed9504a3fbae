import type { Query, QueryNodeArgs, QueryNodesArgs, QueryRepositoryArgs } from '@octokit/graphql-schema';
import { accountOfActor } from '../auth/actor.ts';
import { canSee } from '../auth/permission.ts';
import { findAccount, findRepository, nodeIdOf } from '../world.ts';
import { failure } from './failure.ts';
import type { Fields, Graph, Node } from './graph.ts';
import { nodeOfId } from './node-id.ts';

/** Where every query begins. */
export function queryRoot(graph: Graph): Node {
  return {
    __typename: 'Query',
    repository: ({ owner, name }: QueryRepositoryArgs) => {
      const repository = findRepository(graph.kernel.world, owner, name);
      if (!repository || !canSee(graph.kernel.world, graph.actor, repository)) {
        throw failure('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
      }
      return graph.repository(repository);
    },
    node: ({ id }: QueryNodeArgs) => nodeOfId(graph, id),
    // Promises, so that one id that leads nowhere is one error and the others are answered.
    nodes: ({ ids }: QueryNodesArgs) => ids.map(async (id) => nodeOfId(graph, id)),
    viewer: () => viewer(graph),
    user: ({ login }: { login: string }) => accountNamed(graph, login, 'User'),
    organization: ({ login }: { login: string }) => accountNamed(graph, login, 'Organization'),
    rateLimit: () => ({
      __typename: 'RateLimit',
      limit: 5000,
      cost: 1,
      remaining: 4999,
      used: 1,
      resetAt: '2100-01-01T00:00:00Z',
    }),
  } satisfies Fields<Query>;
}

/** The viewer is always a `User`, also when it is a bot; then its login has the suffix. */
function viewer(graph: Graph): Node {
  const account = accountOfActor(graph.kernel.world, graph.actor);
  if (!account) throw failure('FORBIDDEN', 'Resource not accessible by integration');
  const node = graph.account(account);
  return {
    ...node,
    __typename: 'User',
    id: account.type === 'User' ? account.nodeId : nodeIdOf('User', account.id),
    login: account.login,
  };
}

function accountNamed(graph: Graph, login: string, type: 'User' | 'Organization'): Node {
  const account = findAccount(graph.kernel.world, login);
  if (account?.type === type) return graph.account(account);
  const article = type === 'User' ? 'a' : 'an';
  throw failure('NOT_FOUND', `Could not resolve to ${article} ${type} with the login of '${login}'.`);
}
