import { isFork } from '../fork/network.ts';
import { NO_COMMIT } from '../git/ref.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import type { SandboxEvent } from '../webhook/event.ts';
import { readForRun } from './definition.ts';
import { passesBranch, passesPaths, passesRef, type EventFilter } from './filter.ts';
import { listWorkflowFiles, registerWorkflow, type WorkflowFile } from './registry.ts';
import { runnerOf, type NewRun } from './runner.ts';
import { readTriggers, WorkflowFileProblem, type Triggers } from './trigger-definition.ts';

/**
 * Starts workflows for `push`, `pull_request` and `merge_group`. What a GITHUB_TOKEN did starts none, and `[skip ci]` in the head
 * commit's message is heeded.
 *
 * Bounds: a fork runs no workflows, nor does a pull from one. On GitHub the first is off until its owner turns it on, and
 * the second waits for approval or runs without secrets.
 * Source: docs.github.com, "Triggering a workflow" and "Skipping workflow runs".
 */
export function startEventTriggers(kernel: Kernel): void {
  const stop = kernel.onEvent((event) => {
    if (event.workflowRunId !== null || !event.repository || isFork(event.repository)) return;
    if (event.name === 'push') void kernel.busy.during(startForPush(kernel, event.repository, event));
    if (event.name === 'merge_group' && event.action === 'checks_requested')
      void kernel.busy.during(startForGroup(kernel, event.repository, event));
    if (event.name === 'pull_request') void kernel.busy.during(startForPull(kernel, event.repository, event));
  });
  kernel.onClose(stop);
}

type Happening = Pick<
  NewRun,
  'event' | 'payload' | 'ref' | 'sha' | 'headBranch' | 'actorId' | 'displayTitle'
> &
  Pick<NewRun, 'headSha' | 'pullNumber'>;

async function startForPush(
  kernel: Kernel,
  repository: Repository,
  { payload, sender }: SandboxEvent,
): Promise<void> {
  const { ref, after: sha } = payload;
  if (typeof ref !== 'string' || typeof sha !== 'string' || sha === NO_COMMIT) return;
  const commits = listOf(payload['commits']);
  const message = textOf(fieldOf(payload['head_commit'], 'message'));
  if (skipsWorkflows(message)) return;
  const paths = commits.flatMap((commit) =>
    ['added', 'removed', 'modified'].flatMap((kind) => listOf(fieldOf(commit, kind)).map(textOf)),
  );
  await startMatching(kernel, repository, {
    filesAt: sha,
    happening: {
      event: 'push',
      payload,
      ref,
      sha,
      headBranch: ref.replace(/^refs\/(heads|tags)\//, ''),
      actorId: sender.id,
      displayTitle: message.split('\n')[0] ?? '',
    },
    wants: ({ push }) => push !== null && passesRef(push, ref) && passesPaths(push, paths),
  });
}

async function startForPull(kernel: Kernel, repository: Repository, event: SandboxEvent): Promise<void> {
  const { payload, sender, action } = event;
  const pull = repository.pulls.find((one) => one.number === fieldOf(payload['pull_request'], 'number'));
  // What a stranger's fork brings is not run.
  if (!pull || pull.headRepositoryId !== repository.id) return;
  const mergeRef = `refs/pull/${pull.number}/merge`;
  const merge = await kernel.git.reader(repository).info(mergeRef);
  const head = await kernel.git.reader(repository).read(pull.headSha);
  if (skipsWorkflows(head?.content.toString() ?? '')) return;
  const sha = merge?.sha ?? pull.headSha;
  await startMatching(kernel, repository, {
    filesAt: sha,
    happening: {
      event: 'pull_request',
      payload,
      ref: mergeRef,
      sha,
      headSha: pull.headSha,
      headBranch: pull.headBranch,
      pullNumber: pull.number,
      actorId: sender.id,
      displayTitle: repository.issues.find((one) => one.number === pull.number)?.title ?? '',
    },
    wants: ({ pullRequest }) => pullRequest !== null && wantsPull(pullRequest, action, pull.baseBranch),
  });
}

async function startForGroup(
  kernel: Kernel,
  repository: Repository,
  { payload, sender }: SandboxEvent,
): Promise<void> {
  const group = payload['merge_group'];
  const [ref, sha] = [textOf(fieldOf(group, 'head_ref')), textOf(fieldOf(group, 'head_sha'))];
  const message = textOf(fieldOf(fieldOf(group, 'head_commit'), 'message'));
  const baseBranch = textOf(fieldOf(group, 'base_ref')).replace('refs/heads/', '');
  await startMatching(kernel, repository, {
    filesAt: sha,
    happening: {
      event: 'merge_group',
      payload,
      ref,
      sha,
      headBranch: ref.replace('refs/heads/', ''),
      actorId: sender.id,
      displayTitle: message.split('\n')[0] ?? '',
    },
    wants: ({ mergeGroup }) => mergeGroup !== null && passesBranch(mergeGroup, baseBranch),
  });
}

function wantsPull(filter: EventFilter, action: string | null, baseBranch: string): boolean {
  const types = filter.types ?? ['opened', 'synchronize', 'reopened'];
  return types.includes(action ?? '') && passesBranch(filter, baseBranch);
}

interface Matching {
  filesAt: string;
  happening: Happening;
  wants: (triggers: Triggers) => boolean;
}

async function startMatching(
  kernel: Kernel,
  repository: Repository,
  { filesAt, happening, wants }: Matching,
): Promise<void> {
  for (const file of await listWorkflowFiles(kernel, repository, filesAt)) {
    const triggers = await triggersOf(file);
    if (!triggers || !wants(triggers)) continue;
    const workflow = registerWorkflow(kernel, repository, file);
    runnerOf(kernel).start({ ...happening, repository, workflow, definition: await readForRun(file) });
  }
}

/** A file that cannot be read starts nothing here: GitHub's parser says so in the file's own run, or where it is dispatched. */
async function triggersOf(file: WorkflowFile): Promise<Triggers | null> {
  try {
    return await readTriggers(file.path, file.text);
  } catch (error) {
    if (error instanceof WorkflowFileProblem) return null;
    throw error;
  }
}

/** Tells whether a commit message asks for no workflows. */
function skipsWorkflows(message: string): boolean {
  return (
    /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/i.test(message) ||
    /\n\nskip-checks: ?true\s*$/.test(message)
  );
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
