import { Cron } from 'croner';
import { isFork } from '../fork/network.ts';
import { branchHead } from '../git/resolve.ts';
import { git } from '../git/run.ts';
import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { accountByEmail } from '../git/person.ts';
import { serialiseRepository } from '../serialise/repository.ts';
import { accountOf } from '../world.ts';
import { readForRun } from './definition.ts';
import { listWorkflowFiles, registerWorkflow, type WorkflowFile } from './registry.ts';
import { runnerOf } from './runner.ts';
import { readTriggers, WorkflowFileProblem, type Triggers } from './trigger-definition.ts';

/** How often the clock is looked at while it follows real time. */
const LOOK_EVERY_MS = 1_000;

interface ScheduledFile {
  file: WorkflowFile;
  schedule: Triggers['schedule'];
}

/**
 * Starts scheduled workflows when the sandbox's clock passes their time, by jumping or by running.
 *
 * Bounds: files of the default branch only. A jump over several times of one cron line starts one run, as GitHub drops
 * what it cannot start in time. A clock that is set back starts nothing.
 * Source: docs.github.com, "Events that trigger workflows", schedule.
 */
export function startSchedules(kernel: Kernel): void {
  let seenMs = kernel.clock.nowMs();
  const cache = new Map<number, { head: string; files: ScheduledFile[] }>();

  const look = (): void => {
    const fromMs = seenMs;
    seenMs = kernel.clock.nowMs();
    if (seenMs <= fromMs) return;
    const toMs = seenMs;
    const repositories = kernel.world.repositories.filter((one) => !isFork(one));
    void kernel.busy.during(
      Promise.all(repositories.map((one) => startDue(kernel, cache, { repository: one, fromMs, toMs }))),
    );
  };
  const stopListening = kernel.clock.onJump(look);
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  kernel.onClose(() => {
    stopListening();
    clearInterval(timer);
  });
}

type Cache = Map<number, { head: string; files: ScheduledFile[] }>;

async function startDue(
  kernel: Kernel,
  cache: Cache,
  span: { repository: Repository; fromMs: number; toMs: number },
): Promise<void> {
  const { repository, fromMs, toMs } = span;
  const head = await branchHead(kernel.git.open(repository), repository.defaultBranch);
  if (head === null || repository.archived) return;
  for (const { file, schedule } of await scheduledFiles(kernel, cache, { repository, head })) {
    for (const entry of schedule.filter((one) => isDue(one, fromMs, toMs))) {
      await startScheduled(kernel, { repository, head, file, cron: entry.cron });
    }
  }
}

async function scheduledFiles(
  kernel: Kernel,
  cache: Cache,
  at: { repository: Repository; head: string },
): Promise<ScheduledFile[]> {
  const known = cache.get(at.repository.id);
  if (known?.head === at.head) return known.files;
  const files = await Promise.all(
    (await listWorkflowFiles(kernel, at.repository, at.head)).map(readSchedule),
  );
  const scheduled = files.filter(({ schedule }) => schedule.length > 0);
  cache.set(at.repository.id, { head: at.head, files: scheduled });
  return scheduled;
}

async function readSchedule(file: WorkflowFile): Promise<ScheduledFile> {
  try {
    return { file, schedule: (await readTriggers(file.path, file.text)).schedule };
  } catch (error) {
    if (error instanceof WorkflowFileProblem) return { file, schedule: [] };
    throw error;
  }
}

/** Whether a cron line has a time after `fromMs` and not after `toMs`. */
function isDue(
  { cron, timezone }: { cron: string; timezone: string },
  fromMs: number,
  toMs: number,
): boolean {
  const next = new Cron(cron, { timezone, paused: true }).nextRun(new Date(fromMs));
  return next !== null && next.getTime() <= toMs;
}

interface DueFile {
  repository: Repository;
  head: string;
  file: WorkflowFile;
  cron: string;
}

async function startScheduled(kernel: Kernel, { repository, head, file, cron }: DueFile): Promise<void> {
  const actor = await cronActor(kernel, repository, file.path);
  const workflow = registerWorkflow(kernel, repository, file);
  runnerOf(kernel).start({
    repository,
    workflow,
    definition: await readForRun(file),
    event: 'schedule',
    payload: { schedule: cron, workflow: file.path, repository: serialiseRepository(kernel, repository) },
    ref: `refs/heads/${repository.defaultBranch}`,
    sha: head,
    headBranch: repository.defaultBranch,
    actorId: actor.id,
    displayTitle: workflow.name,
  });
}

/** The actor of a scheduled run is who last changed the file; somebody unknown counts as the owner. */
async function cronActor(kernel: Kernel, repository: Repository, path: string): Promise<Account> {
  const email = await git(kernel.git.folderOf(repository), [
    'log',
    '-1',
    '--format=%ce',
    `refs/heads/${repository.defaultBranch}`,
    '--',
    path,
  ]);
  return accountByEmail(kernel.world, email) ?? accountOf(kernel.world, repository.ownerId);
}
