import type { CommitStatus } from '../model/check.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf } from '../world.ts';
import { serialiseUser } from './account.ts';
import type { Schema } from './schema.ts';

/** A commit status without its creator, as the combined status lists it. */
export function serialiseStatusSimple(kernel: Kernel, repository: Repository, status: CommitStatus) {
  return {
    url: kernel.urls.apiRepository(repository, `statuses/${status.sha}`),
    avatar_url: `${kernel.urls.web}/avatars/${status.creatorId}`,
    id: status.id,
    node_id: status.nodeId,
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  } satisfies Schema<'simple-commit-status'>;
}

/** A commit status. */
export function serialiseStatus(kernel: Kernel, repository: Repository, status: CommitStatus) {
  return {
    ...serialiseStatusSimple(kernel, repository, status),
    creator: serialiseUser(kernel, accountOf(kernel.world, status.creatorId)),
  } satisfies Schema<'status'>;
}
