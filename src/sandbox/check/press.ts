import type { Actor } from '../auth/actor.ts';
import { authorOf, type Author } from '../auth/author.ts';
import { checkRepositoryNeed, type RepositoryNeed } from '../auth/permission.ts';
import { forbidden, notFound, unprocessable } from '../error.ts';
import { ACTIONS_APP_ID } from '../found.ts';
import type { CheckRun, CheckSuite } from '../model/check.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { announceCheckRun, announceSuite } from './announce.ts';
import { findCheckSuite } from './store.ts';

/** Pressing the buttons of checks. */
export const PRESS_CHECKS: RepositoryNeed = { app: { checks: 'write' }, user: 'write' };

/** Presses a button of a completed run. @throws ApiError 403 for people without write, 404 for an unknown button. */
export function requestAction(
  kernel: Kernel,
  where: { repository: Repository; run: CheckRun },
  pressed: { identifier: string; actor: Actor },
): void {
  const { repository, run } = where;
  const { identifier, actor } = pressed;
  checkRepositoryNeed(kernel.world, actor, { repository, need: PRESS_CHECKS });
  const known = run.actions.some((one) => one.identifier === identifier);
  if (!known || run.status !== 'completed') throw notFound();
  const author = authorOf(kernel.world, actor);
  announceCheckRun(kernel, where, { action: 'requested_action', author, identifier });
}

/**
 * Asks the App that owns a run to do it again; the run stays as it is, its suite counts as queued until the App reports.
 *
 * @throws ApiError 403 for people without write and for other Apps, 422 for a job of Actions.
 * Source: GitHub's OpenAPI description, "Rerequest a check run".
 */
export function rerequestRun(
  kernel: Kernel,
  where: { repository: Repository; run: CheckRun },
  actor: Actor,
): void {
  const { repository, run } = where;
  const author = whoRerequests(kernel, { repository, of: run, actor });
  findCheckSuite(repository, run.suiteId).rerequested = true;
  announceCheckRun(kernel, where, { action: 'rerequested', author });
}

/** Asks an App to do all its checks of a commit again; see `rerequestRun`. */
export async function rerequestSuite(
  kernel: Kernel,
  where: { repository: Repository; suite: CheckSuite },
  actor: Actor,
): Promise<void> {
  const { repository, suite } = where;
  const author = whoRerequests(kernel, { repository, of: suite, actor });
  suite.rerequested = true;
  await announceSuite(kernel, where, { action: 'rerequested', author });
}

function whoRerequests(
  kernel: Kernel,
  request: { repository: Repository; of: { appId: number }; actor: Actor },
): Author {
  const { repository, of, actor } = request;
  checkRepositoryNeed(kernel.world, actor, { repository, need: PRESS_CHECKS });
  if (actor.kind === 'installation' && actor.app.id !== of.appId)
    throw forbidden('This check belongs to another GitHub App.');
  if (of.appId === ACTIONS_APP_ID) throw unprocessable('This check run is not rerequestable');
  return authorOf(kernel.world, actor);
}
