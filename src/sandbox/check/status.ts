import type { Actor } from '../auth/actor.ts';
import { authorOf, type Author } from '../auth/author.ts';
import { checkRepositoryNeed, type RepositoryNeed } from '../auth/permission.ts';
import { unprocessable } from '../error.ts';
import { readCommit } from '../git/commit.ts';
import { listRefs } from '../git/ref.ts';
import type { CommitStatus, StatusState } from '../model/check.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseCommit } from '../serialise/commit.ts';
import { emit } from '../webhook/emit.ts';
import { fullNameOf, nextIdentity } from '../world.ts';
import { commitStatusesOf } from './store.ts';

/** Reading commit statuses. */
export const READ_STATUSES: RepositoryNeed = { app: { statuses: 'read' }, user: 'read' };
/** Writing commit statuses: anybody who may push. */
export const WRITE_STATUSES: RepositoryNeed = { app: { statuses: 'write' }, user: 'write' };

/** What somebody says about a commit. */
export interface StatusReport {
  sha: string;
  state: StatusState;
  context: string;
  description: string | null;
  targetUrl: string | null;
  actor: Actor;
}

/** Says something about a commit. @throws ApiError 422 for an unknown commit. */
export async function createStatus(
  kernel: Kernel,
  repository: Repository,
  { actor, ...given }: StatusReport,
): Promise<CommitStatus> {
  checkRepositoryNeed(kernel.world, actor, { repository, need: WRITE_STATUSES });
  const author = authorOf(kernel.world, actor);
  const commit = /^[0-9a-f]{40}$/.test(given.sha)
    ? await readCommit(kernel.git.reader(repository), given.sha)
    : null;
  if (!commit) throw unprocessable(`No commit found for SHA: ${given.sha}`);
  const status: CommitStatus = {
    ...nextIdentity(kernel.world, 'StatusContext'),
    ...given,
    creatorId: author.account.id,
    createdAt: kernel.clock.now(),
  };
  commitStatusesOf(repository).push(status);
  await announce(kernel, { repository, author }, status);
  return status;
}

async function announce(
  kernel: Kernel,
  { repository, author }: { repository: Repository; author: Author },
  status: CommitStatus,
): Promise<void> {
  const commit = await readCommit(kernel.git.reader(repository), status.sha);
  if (!commit) return;
  const heads = await listRefs(kernel.git.open(repository), 'refs/heads/');
  const branches = heads
    .filter((head) => head.sha === status.sha)
    .map((head) => ({
      name: head.ref.slice('refs/heads/'.length),
      commit: { sha: head.sha, url: kernel.urls.apiRepository(repository, `commits/${head.sha}`) },
      protected: false,
    }));
  const serialised = serialiseCommit(kernel, repository, commit);
  emit(kernel, 'status', {
    repository,
    sender: author.account,
    workflowRunId: author.workflowRunId,
    body: {
      id: status.id,
      sha: status.sha,
      name: fullNameOf(kernel.world, repository),
      target_url: status.targetUrl,
      avatar_url: null,
      context: status.context,
      description: status.description,
      state: status.state,
      commit: serialised,
      branches,
      created_at: status.createdAt,
      updated_at: status.createdAt,
    },
  });
}
