import type { Actor } from '../auth/actor.ts';
import { authorOf, type Author } from '../auth/author.ts';
import { checkRepositoryNeed, type RepositoryNeed } from '../auth/permission.ts';
import { latestCheckRuns, latestStatuses } from '../check/store.ts';
import { stateOfRun } from '../check/rollup.ts';
import { ApiError, conflict, unprocessable } from '../error.ts';
import { isAncestor } from '../git/history.ts';
import { mergeCommits } from '../git/merge.ts';
import { branchHead, resolveCommit } from '../git/resolve.ts';
import { writeMerge } from '../merge-commit.ts';
import type { Deployment } from '../model/deployment.ts';
import type { Repository } from '../model/repository.ts';
import { refusalMessage } from '../ref-refusal.ts';
import { updateRefs } from '../ref-update.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity } from '../world.ts';
import { announceDeployment, type OfRun } from './announce.ts';
import { obtainEnvironment } from '../environment/store.ts';
import { deploymentsOf } from './store.ts';

/** Reading deployments. */
export const READ_DEPLOYMENTS: RepositoryNeed = { app: { deployments: 'read' }, user: 'read' };
/** Writing deployments. */
export const WRITE_DEPLOYMENTS: RepositoryNeed = { app: { deployments: 'write' }, user: 'write' };

/** What a deployment is of, in the caller's words. */
export interface NewDeployment {
  ref: string;
  task: string;
  payload: Deployment['payload'];
  environment: string;
  description: string | null;
  transientEnvironment: boolean;
  productionEnvironment: boolean;
}

/** A deployment wish from the API. */
export interface DeploymentWish extends NewDeployment {
  autoMerge: boolean;
  /** `null` asks for all that were submitted; `[]` for none. */
  requiredContexts: string[] | null;
  actor: Actor;
}

/** The deployment, or the words that say the ref was brought up to date instead. */
export type DeploymentResult =
  | { kind: 'created'; deployment: Deployment }
  | { kind: 'merged'; message: string };

/**
 * Makes a deployment through the API.
 *
 * With `autoMerge` a branch that lacks commits of the default branch gets them merged instead (`merged`).
 * @throws ApiError 422 for an unknown ref, 409 for a merge conflict or contexts that are not green.
 * Source: docs.github.com, "REST API endpoints for deployments", Create a deployment.
 */
export async function createDeployment(
  kernel: Kernel,
  repository: Repository,
  wish: DeploymentWish,
): Promise<DeploymentResult> {
  checkRepositoryNeed(kernel.world, wish.actor, { repository, need: WRITE_DEPLOYMENTS });
  const sha = await resolveCommit(kernel.git.open(repository), wish.ref);
  if (sha === null) throw unprocessable(`No ref found for: ${wish.ref}`);
  if (wish.autoMerge) {
    const message = await bringUpToDate(kernel, repository, wish);
    if (message !== null) return { kind: 'merged', message };
  }
  checkContexts(repository, sha, wish);
  const author = authorOf(kernel.world, wish.actor);
  return { kind: 'created', deployment: recordDeployment(kernel, repository, { ...wish, sha, author }) };
}

/** Makes a deployment for somebody who was already let through, and its environment where there is none. */
export function recordDeployment(
  kernel: Kernel,
  repository: Repository,
  given: NewDeployment & { sha: string; author: Author; run?: OfRun },
): Deployment {
  const now = kernel.clock.now();
  const { author } = given;
  const deployment: Deployment = {
    ...nextIdentity(kernel.world, 'Deployment'),
    ref: given.ref,
    sha: given.sha,
    task: given.task,
    payload: given.payload,
    environment: given.environment,
    originalEnvironment: given.environment,
    description: given.description,
    transientEnvironment: given.transientEnvironment,
    productionEnvironment: given.productionEnvironment,
    creatorId: author.account.id,
    viaAppId: author.app?.id ?? null,
    createdAt: now,
    updatedAt: now,
    statuses: [],
  };
  obtainEnvironment(kernel, repository, given.environment);
  deploymentsOf(repository).push(deployment);
  announceDeployment(kernel, { repository, deployment }, { author, run: given.run });
  return deployment;
}

async function bringUpToDate(
  kernel: Kernel,
  repository: Repository,
  { ref, actor }: DeploymentWish,
): Promise<string | null> {
  const bare = kernel.git.open(repository);
  const [head, main] = [await branchHead(bare, ref), await branchHead(bare, repository.defaultBranch)];
  if (head === null || main === null || (await isAncestor(bare.folder, main, head))) return null;
  const merged = await mergeCommits(bare.folder, head, main);
  if (merged.kind === 'conflict') throw conflict(`Conflict merging ${repository.defaultBranch} into ${ref}.`);
  const message = `Merge branch '${repository.defaultBranch}' into ${ref}`;
  const sha = writeMerge(
    kernel,
    { repository, actor },
    { tree: merged.tree, parents: [head, main], message },
  );
  const change = { ref: `refs/heads/${ref}`, oldSha: head, newSha: sha };
  const [outcome] = await updateRefs(kernel, { repository, actor, changes: [change] });
  if (outcome?.refusal) throw conflict(refusalMessage(outcome.refusal));
  return `Auto-merged ${repository.defaultBranch} into ${ref} on deployment.`;
}

function checkContexts(repository: Repository, sha: string, { ref, requiredContexts }: DeploymentWish): void {
  const states = new Map<string, string>([
    ...latestCheckRuns(repository, sha).map((run) => [run.name, stateOfRun(run)] as const),
    ...latestStatuses(repository, sha).map((status) => [status.context, status.state] as const),
  ]);
  const wanted = requiredContexts ?? [...states.keys()];
  if (wanted.every((context) => states.get(context) === 'success')) return;
  throw new ApiError(409, `Conflict: Commit status checks failed for ${ref}.`, {
    errors: [{ resource: 'Deployment', field: 'required_contexts', code: 'invalid' }],
  });
}
