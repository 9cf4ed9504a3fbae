import type { Person } from '../../domain/person.ts';
import type { ActorAnswer } from './graphql/selection.ts';

/** The login as REST and webhooks have it. Source: GraphQL leaves the `[bot]` of an App's login out. */
export function loginOf({ __typename, login }: Pick<ActorAnswer, '__typename' | 'login'>): string {
  return __typename === 'Bot' && !login.endsWith('[bot]') ? `${login}[bot]` : login;
}

/** The account behind a text; `null` for a deleted one and for anything that is neither a user nor a bot. */
export function personOf(actor: ActorAnswer | null): Person | null {
  if (actor?.databaseId === null || actor?.databaseId === undefined) return null;
  return { id: actor.databaseId, login: loginOf(actor) };
}

/** Tells whether a text was written by a machine. */
export function isBot(actor: ActorAnswer | null): boolean {
  return actor?.__typename === 'Bot';
}
