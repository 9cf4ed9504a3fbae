import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addInstallationToken, revokeToken } from '../auth/token.ts';
import { actionsInstallation } from '../found.ts';
import { accountOf } from '../world.ts';
import { announceJob } from './announce.ts';
import type { JobView } from './context.ts';
import { buildContexts } from './context.ts';
import type { JobDefinition } from './definition.ts';
import { deskScope, type Desk } from './desk.ts';
import { asText, resolve, resolveToText, resolveToTexts, type Scope } from './expression.ts';
import { buildJobPermissions } from './job-permission.ts';
import type { LiveRun } from './live.ts';
import { createMasks } from './log.ts';
import type { Conclusion, WorkflowJob } from './model.ts';
import { addStep, endStep, isTrue, openLog, runSteps } from './run-steps.ts';
import { secretsOf, visibleSettings } from './setting.ts';

/** A job that has everything it waited for. */
export interface JobWork {
  live: LiveRun;
  definition: JobDefinition;
  job: WorkflowJob;
  view: JobView;
}

/** Runs a job's steps in folders of its own with a token of its own; answers how it ended. It never throws. */
export async function runJob(work: JobWork): Promise<Conclusion> {
  const { live, job } = work;
  const { kernel } = live.parts;
  const desk = openDesk(work);
  job.status = 'in_progress';
  job.startedAt = kernel.clock.now();
  const setUp = addStep(desk, 'Set up job');
  setUp.startedAt = job.startedAt;
  announceJob(live, job, 'in_progress');
  const stopTimer = startTimer(desk);
  try {
    noteSetUp(desk, setUp);
    await runSteps(desk);
    keepOutputs(desk);
  } catch (error) {
    desk.failed = true;
    openLog(desk, setUp).note(`##[error]${error instanceof Error ? error.message : String(error)}`);
  } finally {
    stopTimer();
    live.children.sweep(job.id);
    revokeToken(kernel.world, desk.view.token);
    await rm(folderOf(live, job), { recursive: true, force: true, maxRetries: 3 });
  }
  if (live.state === 'killed' || (desk.failed && live.state !== 'cancelled')) return 'failure';
  return live.state === 'cancelled' || desk.timedOut ? 'cancelled' : 'success';
}

function openDesk({ live, definition, job, view }: JobWork): Desk {
  const { kernel } = live.parts;
  const folder = folderOf(live, job);
  const folders = {
    workspace: join(folder, 'work', live.repository.name, live.repository.name),
    temp: join(folder, 'temp'),
    home: join(folder, 'home'),
    toolCache: join(folder, 'tools'),
  };
  for (const one of Object.values(folders)) mkdirSync(one, { recursive: true });
  const eventPath = join(folders.temp, '_github_workflow', 'event.json');
  mkdirSync(join(folders.temp, '_github_workflow'));
  writeFileSync(eventPath, JSON.stringify(live.run.payload));
  const { token } = addInstallationToken(
    kernel.world,
    actionsInstallation(kernel, accountOf(kernel.world, live.repository.ownerId)),
    {
      permissions: buildJobPermissions(live.definition.permissions, definition.permissions),
      repositoryIds: [live.repository.id],
      workflowRunId: live.run.id,
    },
  );
  const masks = createMasks();
  masks.add(token);
  for (const secret of Object.values(visibleSettings(secretsOf(live.repository), view.environment)))
    masks.add(secret);
  return {
    live,
    job,
    definition,
    view: { ...view, token, workspace: folders.workspace, eventPath },
    folders,
    masks,
    env: {},
    paths: [],
    results: {},
    posts: [],
    failed: false,
    timedOut: false,
  };
}

function folderOf(live: LiveRun, job: WorkflowJob): string {
  return join(live.parts.folder, `run-${live.run.id}-${job.attempt}`, `job-${job.id}`);
}

/** Evaluates the environment of workflow and job, and writes what GitHub writes at the start of each job. */
function noteSetUp(desk: Desk, step: WorkflowJob['steps'][number]): void {
  const { live, definition } = desk;
  desk.env = resolveToTexts(live.definition.env, deskScope(desk));
  desk.env = { ...desk.env, ...resolveToTexts(definition.env, deskScope(desk)) };
  const log = openLog(desk, step);
  log.note("Current runner: the sandbox's own");
  log.note('##[group]GITHUB_TOKEN Permissions');
  for (const [name, level] of Object.entries(
    buildJobPermissions(live.definition.permissions, definition.permissions),
  )) {
    log.note(`${name}: ${level}`);
  }
  log.note('##[endgroup]');
  endStep(desk, step, 'success');
}

function startTimer(desk: Desk): () => void {
  const minutes = Number(resolve(desk.definition['timeout-minutes'], deskScope(desk)));
  const timer = setTimeout(() => {
    desk.timedOut = true;
    const message = `The job has exceeded the maximum execution time of ${minutes} minutes.`;
    desk.job.annotations.push({ level: 'failure', message, title: null, path: null, line: null });
    desk.live.children.signal('SIGKILL', desk.job.id);
  }, minutes * 60_000);
  return () => clearTimeout(timer);
}

/** Evaluates `outputs:` and the environment's address. An output that has a secret in it is left out, as on GitHub. */
function keepOutputs(desk: Desk): void {
  const { job, definition, masks } = desk;
  const scope = deskScope(desk);
  for (const [name, written] of Object.entries(definition.outputs)) {
    const value = asText(resolve(written, scope));
    if (masks.apply(value) === value) job.outputs[name] = value;
    else
      job.annotations.push({
        level: 'warning',
        message: `Skip output '${name}' since it may contain secret.`,
        title: null,
        path: null,
        line: null,
      });
  }
  const { environment } = definition;
  if (typeof environment === 'object' && environment.url !== undefined)
    job.environmentUrl = resolveToText(environment.url, scope);
}

/** Tells whether the failure of this job is to be forgiven. */
export function mayFail({ live, definition, view }: JobWork): boolean {
  const scope: Scope = {
    contexts: buildContexts(live, view),
    status: { success: true, failure: false, cancelled: false },
  };
  return isTrue(definition['continue-on-error'], scope);
}
