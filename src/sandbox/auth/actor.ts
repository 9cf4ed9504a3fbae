import type { Account } from '../model/account.ts';
import type { App, Installation, Permissions } from '../model/app.ts';
import { accountOf, type World } from '../world.ts';

/** Who calls: the result of looking at the secret, before any permission. */
export type Actor =
  | { kind: 'anonymous' }
  | { kind: 'user'; user: Account }
  | { kind: 'app'; app: App }
  | {
      kind: 'installation';
      app: App;
      installation: Installation;
      permissions: Permissions;
      /** `null` means all repositories of the installation. */
      repositoryIds: number[] | null;
      /** The run whose `GITHUB_TOKEN` this is. */
      workflowRunId: number | null;
    };

/** The account under which the actor's deeds appear; `null` for nobody and for a bare App JWT. */
export function accountOfActor(world: World, actor: Actor): Account | null {
  if (actor.kind === 'user') return actor.user;
  if (actor.kind === 'installation') return accountOf(world, actor.app.botId);
  return null;
}

/** A short name for logs: a login, `app:slug`, or `anonymous`. */
export function describeActor(actor: Actor): string {
  if (actor.kind === 'anonymous') return 'anonymous';
  return actor.kind === 'user'
    ? actor.user.login
    : `${actor.kind === 'app' ? 'jwt' : 'app'}:${actor.app.slug}`;
}
