import { onTestFinished } from 'vitest';
import { Octokit } from '@octokit/rest';
import { runnerOf, type Runner } from '../../../src/sandbox/actions/runner.ts';
import { jobLog } from '../../../src/sandbox/actions/find.ts';
import {
  latestJobs,
  runsOf,
  type WorkflowJob,
  type WorkflowRun,
} from '../../../src/sandbox/actions/model.ts';
import { addUserToken } from '../../../src/sandbox/auth/token.ts';
import { createClock, type Clock } from '../../../src/sandbox/clock.ts';
import { addRepository, addUser } from '../../../src/sandbox/found.ts';
import { git } from '../../../src/sandbox/git/run.ts';
import type { Account } from '../../../src/sandbox/model/account.ts';
import type { Repository } from '../../../src/sandbox/model/repository.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { createSandbox } from '../../../src/sandbox/server.ts';
import type { SandboxEvent } from '../../../src/sandbox/webhook/event.ts';

/** Files by path; a workflow needs only its own. */
export type Files = { [path: string]: string };

/** A sandbox with one repository `alice/shop` whose `main` has the files. */
export interface Bench {
  sandbox: Sandbox;
  runner: Runner;
  alice: Account;
  repository: Repository;
  octokit: Octokit;
  events: SandboxEvent[];
  commit(files: Files, branch?: string): Promise<string>;
  dispatch(file: string, inputs?: Record<string, string>): Promise<WorkflowRun>;
  runs(): WorkflowRun[];
}

export const AT = { owner: 'alice', repo: 'shop' };

/** Opens a bench; it is closed after the test. */
export async function openBench(
  files: Files,
  clock: Clock = createClock(Date.parse('2026-11-20T12:00:00Z')),
): Promise<Bench> {
  const sandbox = await createSandbox({ clock });
  onTestFinished(() => sandbox.close());
  const alice = addUser(sandbox, { login: 'alice', email: 'alice@example.test' });
  const repository = addRepository(sandbox, { owner: alice, name: 'shop' });
  const octokit = new Octokit({
    baseUrl: sandbox.apiUrl,
    auth: addUserToken(sandbox.world, alice),
    log: QUIET,
  });
  const events: SandboxEvent[] = [];
  sandbox.onEvent((event) => events.push(event));
  const commit = (given: Files, branch = 'main') =>
    commitFiles(sandbox.git.folderOf(repository), given, branch);
  await commit(files);
  return {
    sandbox,
    runner: runnerOf(sandbox),
    alice,
    repository,
    octokit,
    events,
    commit,
    runs: () => runsOf(repository),
    dispatch: async (file, inputs = {}) => {
      const before = runsOf(repository).length;
      await octokit.rest.actions.createWorkflowDispatch({ ...AT, workflow_id: file, ref: 'main', inputs });
      const run = runsOf(repository)[before];
      if (!run) throw new Error('no run was made');
      return run;
    },
  };
}

const QUIET = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

async function commitFiles(folder: string, files: Files, branch: string): Promise<string> {
  const head = await git(folder, ['rev-parse', '--verify', '-q', `refs/heads/${branch}`]).catch(() => null);
  const input = [
    `commit refs/heads/${branch}`,
    'committer Alice <alice@example.test> 1760000000 +0000',
    'data 6',
    'files',
    ...(head === null ? [] : [`from ${head}`]),
    ...Object.entries(files).flatMap(([path, text]) => [
      `M 100644 inline ${path}`,
      `data ${Buffer.byteLength(text)}`,
      text,
    ]),
    '',
  ].join('\n');
  await git(folder, ['fast-import', '--quiet', '--force'], { input });
  return git(folder, ['rev-parse', `refs/heads/${branch}`]);
}

/** The job with this key or name in the latest attempt. */
export function jobOf(run: WorkflowRun, name: string): WorkflowJob {
  const job = latestJobs(run).find((one) => one.name === name);
  if (!job)
    throw new Error(
      `no job ${name} among ${latestJobs(run)
        .map((one) => one.name)
        .join(', ')}`,
    );
  return job;
}

/** The log of a job without its timestamps. */
export function logOf(run: WorkflowRun, name: string): string {
  return jobLog(jobOf(run, name)).replaceAll(/^\S+ /gm, '');
}

/** Resolves when `holds` does, looked at after each turn of the event loop; a test's own timeout ends it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

/** A workflow that can be dispatched, with these jobs (YAML, not indented). */
export function workflow(jobs: string, head = ''): string {
  const indented = jobs.trim().replaceAll(/^/gm, '  ');
  return `name: fixture\non:\n  workflow_dispatch:\n${head}\njobs:\n${indented}\n`;
}
