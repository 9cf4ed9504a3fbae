import type { Actor } from '../auth/actor.ts';
import { authorOf, type Author } from '../auth/author.ts';
import { checkRepositoryNeed, type RepositoryNeed } from '../auth/permission.ts';
import { forbidden, unprocessable } from '../error.ts';
import { listRefs } from '../git/ref.ts';
import type { App } from '../model/app.ts';
import type { CheckAction, CheckAnnotation, CheckRun, CheckSuite } from '../model/check.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity } from '../world.ts';
import { announceCheckRun, announceSuite } from './announce.ts';
import { checkLimits } from './limit.ts';
import { checkRunsOf, checkSuitesOf, findCheckSuite, latestCheckRuns } from './store.ts';
import { combineRuns } from './suite.ts';

/** Reading checks. */
export const READ_CHECKS: RepositoryNeed = { app: { checks: 'read' }, user: 'read' };
/** Writing checks is for Apps; people are turned away by `appWhoChecks`. */
export const WRITE_CHECKS: RepositoryNeed = { app: { checks: 'write' }, user: 'read', evenIfPublic: true };

/** What an App says about a check run; what is not there stays, or is empty on a new one. */
export interface CheckReport {
  name?: string | undefined;
  externalId?: string | undefined;
  detailsUrl?: string | undefined;
  status?: CheckRun['status'] | undefined;
  conclusion?: CheckRun['conclusion'] | undefined;
  startedAt?: string | undefined;
  completedAt?: string | undefined;
  title?: string | undefined;
  summary?: string | undefined;
  text?: string | undefined;
  /** Added to those that are there. */
  annotations?: CheckAnnotation[] | undefined;
  actions?: CheckAction[] | undefined;
}

/** Makes a check run in the App's own name. @throws ApiError 403 for people, 422 for an unknown commit. */
export async function createCheckRun(
  kernel: Kernel,
  repository: Repository,
  given: CheckReport & { name: string; headSha: string; actor: Actor },
): Promise<CheckRun> {
  const { app, author } = appWhoChecks(kernel, repository, given.actor);
  return startCheckRun(kernel, repository, { ...given, app, author });
}

/** Makes a check run for an App that was already let through. */
export async function startCheckRun(
  kernel: Kernel,
  repository: Repository,
  given: CheckReport & { name: string; headSha: string; app: App; author: Author },
): Promise<CheckRun> {
  checkLimits(given);
  const suite = await obtainSuite(kernel, repository, { app: given.app, headSha: given.headSha });
  const run: CheckRun = {
    ...nextIdentity(kernel.world, 'CheckRun'),
    suiteId: suite.id,
    appId: given.app.id,
    name: given.name,
    headSha: given.headSha,
    externalId: null,
    detailsUrl: null,
    status: 'queued',
    conclusion: null,
    startedAt: null,
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    actions: [],
  };
  apply(kernel, run, given);
  run.startedAt ??= kernel.clock.now();
  checkRunsOf(repository).push(run);
  Object.assign(suite, { updatedAt: kernel.clock.now(), rerequested: false });
  announceCheckRun(kernel, { repository, run }, { action: 'created', author: given.author });
  if (run.status === 'completed') announceEnd(kernel, { repository, run }, given.author);
  return run;
}

/** Changes a check run. @throws ApiError 403 for anybody but the App that made it. */
export function updateCheckRun(
  kernel: Kernel,
  where: { repository: Repository; run: CheckRun },
  report: CheckReport & { actor: Actor },
): void {
  const { app, author } = appWhoChecks(kernel, where.repository, report.actor);
  if (app.id !== where.run.appId) {
    throw forbidden(
      `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
    );
  }
  reportOnRun(kernel, where, { ...report, author });
}

/** Changes a check run for somebody who was already let through. */
export function reportOnRun(
  kernel: Kernel,
  where: { repository: Repository; run: CheckRun },
  report: CheckReport & { author: Author },
): void {
  checkLimits(report);
  const { run } = where;
  const before = run.status;
  apply(kernel, run, report);
  findCheckSuite(where.repository, run.suiteId).rerequested = false;
  if (run.status === 'completed' && before !== 'completed') announceEnd(kernel, where, report.author);
}

/** A run has ended, and with it perhaps its suite. */
function announceEnd(
  kernel: Kernel,
  { repository, run }: { repository: Repository; run: CheckRun },
  author: Author,
): void {
  announceCheckRun(kernel, { repository, run }, { action: 'completed', author });
  const runs = latestCheckRuns(repository, run.headSha).filter((one) => one.suiteId === run.suiteId);
  if (combineRuns(runs).status !== 'completed') return;
  const suite = findCheckSuite(repository, run.suiteId);
  void kernel.busy.during(announceSuite(kernel, { repository, suite }, { action: 'completed', author }));
}

/** The suite of an App on a commit, made where there is none. @throws ApiError 422 for an unknown commit. */
export async function obtainSuite(
  kernel: Kernel,
  repository: Repository,
  { app, headSha }: { app: App; headSha: string },
): Promise<CheckSuite> {
  const known = checkSuitesOf(repository).find((one) => one.appId === app.id && one.headSha === headSha);
  if (known) return known;
  const commit = /^[0-9a-f]{40}$/.test(headSha)
    ? await kernel.git.reader(repository).info(`${headSha}^{commit}`)
    : null;
  if (!commit) throw unprocessable(`No commit found for SHA: ${headSha}`);
  const branches = await listRefs(kernel.git.open(repository), 'refs/heads/');
  const now = kernel.clock.now();
  const suite: CheckSuite = {
    ...nextIdentity(kernel.world, 'CheckSuite'),
    appId: app.id,
    headSha,
    headBranch: branches.find((one) => one.sha === headSha)?.ref.slice('refs/heads/'.length) ?? null,
    rerequested: false,
    createdAt: now,
    updatedAt: now,
  };
  checkSuitesOf(repository).push(suite);
  return suite;
}

function appWhoChecks(kernel: Kernel, repository: Repository, actor: Actor): { app: App; author: Author } {
  checkRepositoryNeed(kernel.world, actor, { repository, need: WRITE_CHECKS });
  if (actor.kind !== 'installation') throw forbidden('You must authenticate via a GitHub App.');
  return { app: actor.app, author: authorOf(kernel.world, actor) };
}

function apply(kernel: Kernel, run: CheckRun, report: CheckReport): void {
  const { annotations = [], status, conclusion, completedAt, ...rest } = report;
  for (const field of [
    'name',
    'externalId',
    'detailsUrl',
    'startedAt',
    'title',
    'summary',
    'text',
  ] as const) {
    const value = rest[field];
    if (value !== undefined) Object.assign(run, { [field]: value });
  }
  if (rest.actions) run.actions = rest.actions;
  run.annotations.push(...annotations);
  if (conclusion)
    Object.assign(run, { status: 'completed', conclusion, completedAt: completedAt ?? kernel.clock.now() });
  else if (status === 'completed') throw unprocessable('Invalid request.\n\n"conclusion" wasn\'t supplied.');
  else if (status) Object.assign(run, { status, conclusion: null, completedAt: null });
}
