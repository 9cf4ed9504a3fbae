import type { Author } from '../auth/author.ts';
import { reportOnRun, startCheckRun } from '../check/run.ts';
import { findCheckRun } from '../check/store.ts';
import { actionsInstallation } from '../found.ts';
import type { App } from '../model/app.ts';
import { accountOf, appOf } from '../world.ts';
import type { LiveRun } from './live.ts';
import type { Annotation, WorkflowJob } from './model.ts';
import { jobPage } from './serialise.ts';

/** `github-actions[bot]` on behalf of a run: the author of what Actions itself records. */
export function actionsAuthor(live: LiveRun): Author & { app: App } {
  const { world } = live.parts.kernel;
  const installation = actionsInstallation(live.parts.kernel, accountOf(world, live.repository.ownerId));
  const app = appOf(world, installation.appId);
  return { account: accountOf(world, app.botId), app, workflowRunId: live.run.id };
}

/** Opens the check run of a new job on the run's head commit; the job gets its ids, as on GitHub. */
export async function openCheck(live: LiveRun, name: string): Promise<{ id: number; nodeId: string }> {
  const author = actionsAuthor(live);
  const given = { name, headSha: live.run.headSha, status: 'queued' as const, app: author.app, author };
  const check = await startCheckRun(live.parts.kernel, live.repository, given);
  live.run.checkSuiteId = check.suiteId;
  return { id: check.id, nodeId: check.nodeId };
}

/** Tells the check run of a job how the job stands. */
export function reportCheck(live: LiveRun, job: WorkflowJob): void {
  const { kernel } = live.parts;
  const { repository } = live;
  const run = findCheckRun(repository, job.id);
  const progress =
    job.conclusion === null
      ? { status: job.status, startedAt: job.startedAt }
      : {
          conclusion: job.conclusion,
          startedAt: job.startedAt,
          completedAt: job.completedAt ?? undefined,
          annotations: job.annotations.map(checkAnnotation),
        };
  const detailsUrl = jobPage(kernel, repository, job);
  reportOnRun(kernel, { repository, run }, { ...progress, detailsUrl, author: actionsAuthor(live) });
}

/** GitHub puts an annotation without a file on `.github`. */
function checkAnnotation({ level, message, title, path, line }: Annotation) {
  return { path: path ?? '.github', startLine: line ?? 1, endLine: line ?? 1, level, message, title };
}
