import { notFound, unprocessable } from '../error.ts';
import { resolveCommit } from '../git/resolve.ts';
import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseUser } from '../serialise/account.ts';
import { serialiseRepository } from '../serialise/repository.ts';
import { emit } from '../webhook/emit.ts';
import { readForRun } from './definition.ts';
import { readDispatchInputs } from './dispatch-input.ts';
import type { Workflow, WorkflowRun } from './model.ts';
import { readWorkflowText } from './registry.ts';
import { runnerOf } from './runner.ts';

/** Somebody asks for a run. */
export interface Dispatch {
  repository: Repository;
  workflow: Workflow;
  sender: Account;
  /** Branch, tag or full ref. */
  ref: string;
  inputs: { [name: string]: unknown };
  /** The run whose GITHUB_TOKEN asks; dispatching is allowed to it. */
  workflowRunId: number | null;
}

/**
 * Starts a run for `workflow_dispatch`, from the file at the given ref.
 *
 * @throws ApiError 422 with GitHub's words for an unknown ref, a file that cannot be read, no such trigger or wrong inputs.
 */
export async function dispatchWorkflow(kernel: Kernel, dispatch: Dispatch): Promise<WorkflowRun> {
  const { repository, workflow, sender } = dispatch;
  const ref = await fullRef(kernel, repository, dispatch.ref);
  const sha = ref === null ? null : await resolveCommit(kernel.git.open(repository), ref);
  if (ref === null || sha === null) throw unprocessable(`No ref found for: ${dispatch.ref}`);
  const file = await readWorkflowText(kernel, repository, { sha, path: workflow.path });
  if (!file) throw notFound();
  const definition = await readForRun(file);
  if ('problem' in definition) throw unprocessable(`failed to parse workflow: ${definition.problem}`);
  if (!definition.triggers.dispatch)
    throw unprocessable("Workflow does not have 'workflow_dispatch' trigger");
  const inputs = readDispatchInputs(definition.triggers.dispatch, dispatch.inputs);
  const sent = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)]));
  const body = { inputs: sent, ref, workflow: workflow.path };
  emit(kernel, 'workflow-dispatch', { repository, sender, workflowRunId: dispatch.workflowRunId, body });
  return runnerOf(kernel).start({
    repository,
    workflow,
    definition,
    event: 'workflow_dispatch',
    payload: {
      ...body,
      repository: serialiseRepository(kernel, repository),
      sender: serialiseUser(kernel, sender),
    },
    inputs,
    ref,
    sha,
    headBranch: ref.replace(/^refs\/(heads|tags)\//, ''),
    actorId: sender.id,
    displayTitle: workflow.name,
  });
}

async function fullRef(kernel: Kernel, repository: Repository, ref: string): Promise<string | null> {
  const reader = kernel.git.reader(repository);
  const candidates = ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
  for (const candidate of candidates) if (await reader.info(candidate)) return candidate;
  return null;
}
