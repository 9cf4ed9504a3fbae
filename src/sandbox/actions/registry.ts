import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity } from '../world.ts';
import { branchHead } from '../git/resolve.ts';
import { parseTree } from '../git/tree.ts';
import { parse } from 'yaml';
import { workflowsOf, type Workflow } from './model.ts';

const FOLDER = '.github/workflows';

/** A workflow file at some commit. */
export interface WorkflowFile {
  path: string;
  text: string;
}

/** Reads the workflow files of a commit. */
export async function listWorkflowFiles(
  kernel: Kernel,
  repository: Repository,
  sha: string,
): Promise<WorkflowFile[]> {
  const reader = kernel.git.reader(repository);
  const folder = await reader.read(`${sha}:${FOLDER}`);
  if (folder?.type !== 'tree') return [];
  const paths = parseTree(folder.content)
    .map((entry) => `${FOLDER}/${entry.name}`)
    .filter((path) => /\.ya?ml$/.test(path));
  const files = await Promise.all(paths.map((path) => readWorkflowText(kernel, repository, { sha, path })));
  return files.filter((file) => file !== null);
}

/** Reads one workflow file of a commit; `null` when it is not there. */
export async function readWorkflowText(
  kernel: Kernel,
  repository: Repository,
  at: { sha: string; path: string },
): Promise<WorkflowFile | null> {
  const blob = await kernel.git.reader(repository).read(`${at.sha}:${at.path}`);
  return blob?.type === 'blob' ? { path: at.path, text: blob.content.toString() } : null;
}

/**
 * Brings the list of workflows up to date with the default branch and answers it: new files get an id, changed ones their
 * name, those that are gone are `deleted`.
 */
export async function refreshWorkflows(kernel: Kernel, repository: Repository): Promise<Workflow[]> {
  const head = await branchHead(kernel.git.open(repository), repository.defaultBranch);
  const files = head === null ? [] : await listWorkflowFiles(kernel, repository, head);
  const workflows = workflowsOf(repository);
  for (const file of files) registerWorkflow(kernel, repository, file);
  for (const workflow of workflows) {
    if (!files.some((file) => file.path === workflow.path)) workflow.state = 'deleted';
  }
  return workflows;
}

/** The record of a workflow file, made when it is first seen. */
export function registerWorkflow(kernel: Kernel, repository: Repository, file: WorkflowFile): Workflow {
  const now = kernel.clock.now();
  const name = nameOf(file);
  const known = workflowsOf(repository).find((one) => one.path === file.path);
  if (known) {
    if (known.name !== name || known.state !== 'active')
      Object.assign(known, { name, state: 'active', updatedAt: now });
    return known;
  }
  const workflow: Workflow = {
    ...nextIdentity(kernel.world, 'Workflow'),
    name,
    path: file.path,
    state: 'active',
    createdAt: now,
    updatedAt: now,
  };
  workflowsOf(repository).push(workflow);
  return workflow;
}

/** GitHub shows the path of a workflow that has no name, or that cannot be read. */
function nameOf(file: WorkflowFile): string {
  try {
    const content: unknown = parse(file.text);
    const name = typeof content === 'object' && content !== null && 'name' in content ? content.name : null;
    return typeof name === 'string' ? name : file.path;
  } catch {
    return file.path;
  }
}

/** Finds a workflow by id or by file name, as the API's `{workflow_id}` takes both. */
export async function findWorkflow(
  kernel: Kernel,
  repository: Repository,
  idOrFile: string,
): Promise<Workflow | null> {
  const workflows = await refreshWorkflows(kernel, repository);
  return (
    workflows.find(
      (one) => String(one.id) === idOrFile || one.path === `${FOLDER}/${idOrFile}` || one.path === idOrFile,
    ) ?? null
  );
}
