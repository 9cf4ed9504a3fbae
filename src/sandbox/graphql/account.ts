import type { Bot, GitActor, Organization, User } from '@octokit/graphql-schema';
import { timestamp } from '../clock.ts';
import type { Signature } from '../git/commit.ts';
import { accountByEmail } from '../git/person.ts';
import type { Account } from '../model/account.ts';
import { nodeIdOf } from '../world.ts';
import type { Fields, Graph, Node } from './graph.ts';

/** An account as an actor. A bot's login has no `[bot]` here, unlike in REST. */
export function accountNode({ kernel }: Graph, account: Account): Node {
  const fields = {
    id: account.nodeId,
    databaseId: account.id,
    login: account.login,
    url: kernel.urls.webUser(account.login),
    resourcePath: new URL(kernel.urls.webUser(account.login)).pathname,
    avatarUrl: `${kernel.urls.web}/avatars/${account.id}`,
    createdAt: account.createdAt,
    updatedAt: account.updatedAt,
  };
  if (account.type === 'Bot') {
    const login = account.login.replace(/\[bot\]$/, '');
    return { __typename: 'Bot', ...fields, login } satisfies Fields<Bot>;
  }
  const person = { ...fields, name: account.name, email: account.email ?? '' };
  if (account.type === 'Organization') {
    return { __typename: 'Organization', ...person } satisfies Fields<Organization>;
  }
  return userNode(person);
}

/** The name and address on a commit, with the account they belong to; a bot stands there as a user with its full login. */
export function gitActorNode({ kernel }: Graph, signature: Signature): Node {
  const { name, email, atMs } = signature;
  const account = accountByEmail(kernel.world, email);
  return {
    __typename: 'GitActor',
    name,
    email,
    date: timestamp(atMs),
    avatarUrl: `${kernel.urls.web}/avatars/${account?.id ?? 0}`,
    user: account
      ? userNode({
          id: account.type === 'User' ? account.nodeId : nodeIdOf('User', account.id),
          databaseId: account.id,
          login: account.login,
          name: account.name,
          email: account.email ?? '',
          url: kernel.urls.webUser(account.login),
        })
      : null,
  } satisfies Fields<GitActor>;
}

function userNode(fields: Omit<Fields<User>, '__typename'>): Node {
  return { __typename: 'User', ...fields };
}
