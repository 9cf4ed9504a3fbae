import { ApiError } from '../error.ts';
import type { Account } from '../model/account.ts';
import type { App } from '../model/app.ts';
import type { World } from '../world.ts';
import { accountOfActor, type Actor } from './actor.ts';

/** Under whose name something happens. */
export interface Author {
  account: Account;
  /** The App that acts, for `performed_via_github_app` and check identity. */
  app: App | null;
  /** The run whose `GITHUB_TOKEN` acts: its events start no further workflows. */
  workflowRunId: number | null;
}

/** The author behind an actor. @throws ApiError 401 when nobody is behind it. */
export function authorOf(world: World, actor: Actor): Author {
  const account = accountOfActor(world, actor);
  if (!account) throw new ApiError(401, 'Requires authentication');
  return actor.kind === 'installation'
    ? { account, app: actor.app, workflowRunId: actor.workflowRunId }
    : { account, app: null, workflowRunId: null };
}
