import type { Author } from '../auth/author.ts';
import type { CheckRun, CheckSuite } from '../model/check.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseCheckRun, serialiseSuite, serialiseSuiteSimple } from '../serialise/check.ts';
import { emit } from '../webhook/emit.ts';
import type { EventBody } from '../webhook/event.ts';
import { findCheckSuite } from './store.ts';

/** What happened to a run; `identifier` names the button. */
export type CheckEvent = { author: Author } & (
  | { action: 'created' | 'completed' | 'rerequested' }
  | { action: 'requested_action'; identifier: string }
);

/** Sends `check_run`; the two requests go to the run's own App only, as on GitHub. */
export function announceCheckRun(
  kernel: Kernel,
  { repository, run }: { repository: Repository; run: CheckRun },
  event: CheckEvent,
): void {
  const { author } = event;
  const where = { repository, sender: author.account, workflowRunId: author.workflowRunId };
  const body = { check_run: payloadRun(kernel, repository, run) };
  switch (event.action) {
    case 'created':
      return emit(kernel, 'check-run/created', { ...where, body });
    case 'completed':
      return emit(kernel, 'check-run/completed', { ...where, body });
    case 'rerequested':
      return emit(kernel, 'check-run/rerequested', { ...where, onlyAppId: run.appId, body });
    case 'requested_action':
      return emit(kernel, 'check-run/requested-action', {
        ...where,
        onlyAppId: run.appId,
        body: { ...body, requested_action: { identifier: event.identifier } },
      });
  }
}

/** Sends `check_suite`: its end to every App, and only to its own that it is asked for again. */
export async function announceSuite(
  kernel: Kernel,
  { repository, suite }: { repository: Repository; suite: CheckSuite },
  { action, author }: { action: 'completed' | 'rerequested'; author: Author },
): Promise<void> {
  const shown = await serialiseSuite(kernel, repository, suite);
  const where = { repository, sender: author.account, workflowRunId: author.workflowRunId };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the published lists of App events and permissions are older than the App's
  const body = { check_suite: shown as unknown as EventBody<'check-suite/rerequested'>['check_suite'] };
  if (action === 'completed') emit(kernel, 'check-suite/completed', { ...where, body });
  else emit(kernel, 'check-suite/rerequested', { ...where, onlyAppId: suite.appId, body });
}

function payloadRun(kernel: Kernel, repository: Repository, run: CheckRun) {
  const { status, ...rest } = serialiseCheckRun(kernel, repository, run);
  return {
    ...rest,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the published webhook knows fewer states than the API has
    status: status as 'queued' | 'in_progress' | 'completed',
    started_at: run.startedAt ?? '',
    check_suite: serialiseSuiteSimple(kernel, repository, findCheckSuite(repository, run.suiteId)),
  };
}
